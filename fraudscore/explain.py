"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import compress
from math import exp, fsum, isnan

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES
from features.compute import Computed, Needs
from features.family import Feature
from features.segments import true_rows
from fraudscore.assessment import Coverage, FamilyScore, Reason, State

Floats = NDArray[np.float64]
EVIDENCE_MAX = 5
"""Most pointers shown for one reason; a reviewer reads a handful, not a thousand."""
_FAMILIES = {family.name: family for family in FAMILIES}


class Layout:
    """Which column of the matrix belongs to which feature and family; made once for a bundle."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.told = [(feature, feature.code, _FAMILIES[feature.family]) for feature in features]
        """The feature of each column, its code and its family."""
        self.need = [(feature.name, feature.needs) for feature in features]
        """The name of each column's feature, and the combination it needs."""
        self.families = tuple(
            (
                family.name,
                [k for k, feature in enumerate(features) if feature.family == family.name],
                frozenset(feature.needs for feature in family.features),
            )
            for family in FAMILIES
        )
        """Each family with its columns and the combinations of needs of its features."""


@cache
def _silent(family: str, state: State) -> FamilyScore:
    """What is said of a family that assessed nothing, made once."""
    return FamilyScore(family, state, 0.0)


class Explanation:
    """Explains the people of one batch. ``contributions``: people x features, in model order."""

    def __init__(self, computed: Computed, layout: Layout, contributions: Floats) -> None:
        self._computed = computed
        self._last: tuple[int, frozenset[Needs]] = (-1, frozenset())
        self._facts = computed.facts
        self._matrix = computed.matrix
        self._layout = layout
        self._contributions = contributions

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """Every feature that moved the score or has something to tell, most against first.

        What has something to tell and moved nothing is evidence this model gives no weight to.
        """
        line = self._contributions[row]
        values = self._matrix[row]
        moved = true_rows((line != 0) | (values > 0))
        order = moved[(-line[moved]).argsort(kind="stable")]
        return tuple(
            self._reason(column, row, contribution, value)
            for column, contribution, value in zip(
                order.tolist(), line[order].tolist(), values[order].tolist(), strict=True
            )
        )

    def _reason(self, column: int, row: int, contribution: float, value: float) -> Reason:
        feature, code, family = self._layout.told[column]
        facts = self._facts[feature.family]
        return Reason(
            code=code,
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
        table, mask = getattr(self._facts[feature.family], feature.evidence)
        return tuple(map(table.pointer, table.true_rows_of(row, mask)[:EVIDENCE_MAX]))

    def families(self, row: int) -> tuple[FamilyScore, ...]:
        """Every family with its state and its part of the score."""
        parts, values = self._contributions[row].tolist(), self._matrix[row].tolist()
        given = self._given(row)
        found: list[FamilyScore] = []
        for family, columns, needs in self._layout.families:
            known = columns if family in self._facts else ()
            assessed = [k for k in known if not isnan(values[k])]
            if assessed:
                speaks = any(parts[k] > 0 and values[k] != 0 for k in assessed)
                state: State = "present" if speaks else "absent"
                found.append(FamilyScore(family, state, fsum([parts[k] for k in assessed])))
            else:
                state = "not_supplied" if given.isdisjoint(needs) else "could_not_check"
                found.append(_silent(family, state))
        return tuple(found)

    def _given(self, row: int) -> frozenset[Needs]:
        """Which combinations of needs a person supplied; kept, because two answers use it."""
        if self._last[0] != row:
            self._last = row, self._computed.given_by(row)
        return self._last[1]

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        need, given = self._layout.need, self._given(row)
        unknown = list(compress(need, np.isnan(self._matrix[row]).tobytes()))
        lacking = tuple([name for name, needs in unknown if needs not in given])
        return Coverage(
            features=len(need),
            assessed=len(need) - len(unknown),
            not_supplied=lacking,
            could_not_check=tuple([name for name, needs in unknown if needs in given]),
        )
