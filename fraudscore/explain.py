"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, isnan

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES
from features.compute import Computed
from features.family import Family, Feature
from fraudscore.assessment import Coverage, FamilyScore, Reason, State

Floats = NDArray[np.float64]
EVIDENCE_MAX = 5
"""Most pointers shown for one reason; a reviewer reads a handful, not a thousand."""


class Layout:
    """Which column of the matrix belongs to which feature and family; made once for a bundle."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = tuple(features)
        self.families = tuple(
            (family, [k for k, feature in enumerate(features) if feature.family == family.name])
            for family in FAMILIES
        )


_FAMILIES = {family.name: family for family in FAMILIES}


class Explanation:
    """Explains the people of one batch. ``contributions``: people x features, in model order."""

    def __init__(self, computed: Computed, layout: Layout, contributions: Floats) -> None:
        self._batch = computed.batch
        self._facts = computed.facts
        self._matrix = computed.matrix
        self._layout = layout
        self._contributions = contributions

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """Every feature that moved this person's score, most against first."""
        line = self._contributions[row]
        moved = np.flatnonzero(line)
        order = moved[np.argsort(-line[moved], kind="stable")]
        values = self._matrix[row]
        return tuple(
            self._reason(column, row, contribution, value)
            for column, contribution, value in zip(
                order.tolist(), line[order].tolist(), values[order].tolist(), strict=True
            )
        )

    def _reason(self, column: int, row: int, contribution: float, value: float) -> Reason:
        feature = self._layout.features[column]
        family = _FAMILIES[feature.family]
        facts = self._facts[feature.family]
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
        rows = getattr(self._facts[feature.family], feature.evidence)
        if not rows.mask.any():
            return ()
        own = rows.table.rows_of(row)
        hits = own[rows.mask[own]][:EVIDENCE_MAX]
        return tuple(rows.table.pointer(hit) for hit in hits.tolist())

    def families(self, row: int) -> tuple[FamilyScore, ...]:
        """Every family with its state and its part of the score."""
        parts, values = self._contributions[row].tolist(), self._matrix[row].tolist()
        return tuple(
            self._family(family, row, [(parts[k], values[k]) for k in columns])
            for family, columns in self._layout.families
        )

    def _family(self, family: Family, row: int, line: list[tuple[float, float]]) -> FamilyScore:
        assessed = [(part, value) for part, value in line if not isnan(value)]
        if assessed:
            speaks = any(part > 0 and value != 0 for part, value in assessed)
            state: State = "present" if speaks else "absent"
        elif any(self._supplied(feature, row) for feature in family.features):
            state = "could_not_check"
        else:
            state = "not_supplied"
        contribution = fsum(part for part, _ in line)
        return FamilyScore(family=family.name, state=state, contribution=contribution)

    def _supplied(self, feature: Feature, row: int) -> bool:
        return all(self._batch.supplied(need)[row] for need in feature.needs)

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        features = self._layout.features
        unchecked: list[str] = []
        lacking: list[str] = []
        for column in np.flatnonzero(np.isnan(self._matrix[row])).tolist():
            feature = features[column]
            (unchecked if self._supplied(feature, row) else lacking).append(feature.name)
        return Coverage(
            features=len(features),
            assessed=len(features) - len(unchecked) - len(lacking),
            not_supplied=tuple(lacking),
            could_not_check=tuple(unchecked),
        )
