"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from functools import cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES, FEATURES
from features.compute import Computed
from features.family import Family, Feature
from fraudscore.assessment import Coverage, FamilyScore, Reason, State

Floats = NDArray[np.float64]
EVIDENCE_MAX = 5
"""Most pointers shown for one reason; a reviewer reads a handful, not a thousand."""


@cache
def _layout(names: tuple[str, ...]) -> tuple[tuple[Feature, ...], dict[str, list[int]]]:
    """The features behind the columns, and the columns of each family."""
    features = tuple(FEATURES[name] for name in names)
    columns = {
        family.name: [k for k, feature in enumerate(features) if feature.family == family.name]
        for family in FAMILIES
    }
    return features, columns


_FAMILIES = {family.name: family for family in FAMILIES}


class Explanation:
    """Explains the people of one batch. ``contributions``: people x features, in model order."""

    def __init__(self, computed: Computed, names: tuple[str, ...], contributions: Floats) -> None:
        self._computed = computed
        self._features, self._columns = _layout(names)
        self._contributions = contributions

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """Every feature that moved this person's score, most against first."""
        line = self._contributions[row]
        moved = np.flatnonzero(line)
        order = moved[np.argsort(-line[moved], kind="stable")]
        values = self._computed.matrix[row]
        return tuple(
            self._reason(column, row, contribution, value)
            for column, contribution, value in zip(
                order.tolist(), line[order].tolist(), values[order].tolist(), strict=True
            )
        )

    def _reason(self, column: int, row: int, contribution: float, value: float) -> Reason:
        feature = self._features[column]
        family = _FAMILIES[feature.family]
        facts = self._computed.facts[feature.family]
        return Reason(
            code=feature.code,
            family=feature.family,
            group=feature.group,
            state="absent" if feature.direction == "raises" and value == 0 else "present",
            text=family.say(feature, facts, row, value),
            contribution=contribution,
            multiplier=exp(contribution),
            innocent=feature.innocent,
            next_check=feature.next_check,
            evidence=self._evidence(feature, row) if value else (),
            source=feature.source,
        )

    def _evidence(self, feature: Feature, row: int) -> tuple[str, ...]:
        if feature.evidence is None:
            return ()
        rows = getattr(self._computed.facts[feature.family], feature.evidence)
        if not rows.mask.any():
            return ()
        own = rows.table.rows_of(row)
        hits = own[rows.mask[own]][:EVIDENCE_MAX]
        return tuple(rows.table.pointer(hit) for hit in hits.tolist())

    def families(self, row: int) -> tuple[FamilyScore, ...]:
        """Every family with its state and its part of the score."""
        return tuple(self._family(family, row) for family in FAMILIES)

    def _family(self, family: Family, row: int) -> FamilyScore:
        columns = self._columns[family.name]
        parts = self._contributions[row, columns]
        values = self._computed.matrix[row, columns]
        if not np.isnan(values).all():
            state: State = "present" if ((parts > 0) & (values != 0)).any() else "absent"
        elif any(self._supplied(feature, row) for feature in family.features):
            state = "could_not_check"
        else:
            state = "not_supplied"
        return FamilyScore(family=family.name, state=state, contribution=float(parts.sum()))

    def _supplied(self, feature: Feature, row: int) -> bool:
        return all(self._computed.supplied(need)[row] for need in feature.needs)

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        missing = [self._features[k] for k in np.flatnonzero(np.isnan(self._computed.matrix[row]))]
        unchecked = tuple(f.name for f in missing if self._supplied(f, row))
        return Coverage(
            features=len(self._features),
            assessed=len(self._features) - len(missing),
            not_supplied=tuple(f.name for f in missing if f.name not in unchecked),
            could_not_check=unchecked,
        )
