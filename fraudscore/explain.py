"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, isnan

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES, FEATURES
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
        places = {
            needs: k for k, needs in enumerate(dict.fromkeys(f.needs for f in FEATURES.values()))
        }
        self.needs = tuple(places)
        """Everything that features need, each combination once."""
        self.columns = tuple(dict.fromkeys(need for needs in places for need in needs))
        """The columns in these combinations, each once."""
        self.need = {name: places[feature.needs] for name, feature in FEATURES.items()}
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
        self._memory: dict[int, list[bool]] = {}

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """Every feature that moved the score or has something to tell, most against first.

        What has something to tell and moved nothing is evidence this model gives no weight to.
        """
        line = self._contributions[row]
        moved = np.flatnonzero((line != 0) | (self._matrix[row] > 0))
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
        given = self._given(row)
        return tuple(
            self._family(family, given, [(parts[k], values[k]) for k in columns])
            for family, columns in self._layout.families
        )

    def _family(
        self, family: Family, given: Sequence[bool], line: list[tuple[float, float]]
    ) -> FamilyScore:
        assessed = [(part, value) for part, value in line if not isnan(value)]
        if assessed:
            speaks = any(part > 0 and value != 0 for part, value in assessed)
            state: State = "present" if speaks else "absent"
        elif any(given[self._layout.need[feature.name]] for feature in family.features):
            state = "could_not_check"
        else:
            state = "not_supplied"
        contribution = fsum(part for part, _ in line)
        return FamilyScore(family=family.name, state=state, contribution=contribution)

    def _given(self, row: int) -> Sequence[bool]:
        """Which combinations of needs a person supplied, in the order of the layout."""
        if row not in self._memory:
            lacking = self._batch.lacking(self._layout.columns, row)
            self._memory[row] = [lacking.isdisjoint(needs) for needs in self._layout.needs]
        return self._memory[row]

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        layout, given = self._layout, self._given(row)
        unchecked: list[str] = []
        lacking: list[str] = []
        for column in np.flatnonzero(np.isnan(self._matrix[row])).tolist():
            name = layout.features[column].name
            (unchecked if given[layout.need[name]] else lacking).append(name)
        return Coverage(
            features=len(layout.features),
            assessed=len(layout.features) - len(unchecked) - len(lacking),
            not_supplied=tuple(lacking),
            could_not_check=tuple(unchecked),
        )
