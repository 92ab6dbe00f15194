"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from functools import cache
from math import exp, fsum, isnan

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES, FEATURES
from features.compute import Computed
from features.family import Feature
from features.segments import true_rows
from fraudscore.assessment import EVIDENCE_MAX, Coverage, FamilyScore, Reason, State

Floats = NDArray[np.float64]
_FAMILIES = {family.name: family for family in FAMILIES}
_CONTRADICTIONS = frozenset(name for name, feature in FEATURES.items() if feature.contradiction)
"""What contradicts a claim by being there, whatever its weight."""


@cache
def _silent(family: str, state: State) -> FamilyScore:
    """What is said of a family that assessed nothing, made once."""
    return FamilyScore(family, state, 0.0)


class Explanation:
    """Explains the people of one batch. ``contributions``: people x features, in model order."""

    def __init__(self, computed: Computed, contributions: Floats) -> None:
        self._computed = computed
        self._facts = computed.facts
        self._matrix = computed.matrix
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
        feature = FEATURES[self._computed.names[column]]
        facts = self._facts[feature.family]
        return Reason(
            code=feature.code,
            family=feature.family,
            group=feature.group,
            state="absent" if feature.direction == "raises" and value == 0 else "present",
            text=_FAMILIES[feature.family].say(feature, facts, row, value),
            contribution=contribution,
            multiplier=exp(contribution),
            innocent=feature.innocent,
            next_check=feature.next_check,
            evidence=self._evidence(feature, row) if value else (),
            source=feature.source,
        )

    def _evidence(self, feature: Feature, row: int) -> tuple[str, ...]:
        found: list[str] = []
        for name in feature.evidence:
            table, mask = getattr(self._facts[feature.family], name)
            found += map(table.pointer, table.true_rows_of(row, mask)[:EVIDENCE_MAX])
        return tuple(found[:EVIDENCE_MAX])

    def families(self, row: int) -> tuple[FamilyScore, ...]:
        """Every family with its state and its part of the score."""
        parts, values = self._contributions[row].tolist(), self._matrix[row].tolist()
        asked, names = self._computed.asked_of(row).families, self._computed.names
        found: list[FamilyScore] = []
        for family in _FAMILIES:
            assessed = [k for k in asked.get(family, ()) if not isnan(values[k])]
            if assessed:
                speaks = any(
                    values[k] and (parts[k] > 0 or names[k] in _CONTRADICTIONS) for k in assessed
                )
                state: State = "present" if speaks else "absent"
                found.append(FamilyScore(family, state, fsum([parts[k] for k in assessed])))
            else:
                told = any(self._told(names[k], row) for k in asked.get(family, ()))
                found.append(_silent(family, "could_not_check" if told else "not_supplied"))
        return tuple(found)

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        asked, values = self._computed.asked_of(row), self._matrix[row].tolist()
        unknown = [name for name, k in asked.features.items() if isnan(values[k])]
        untold = [name for name in unknown if not self._told(name, row)]
        return Coverage(
            features=len(values),
            assessed=len(asked.features) - len(unknown),
            not_supplied=(*asked.lacking, *untold),
            could_not_check=tuple([name for name in unknown if name not in untold]),
        )

    def _told(self, name: str, row: int) -> bool:
        """Whether somebody told of what a feature asks about, where its value is not known."""
        feature = FEATURES[name]
        facts = self._facts.get(feature.family)
        if feature.told is None or facts is None:
            return True
        return bool(getattr(facts, feature.told)[row] > 0)
