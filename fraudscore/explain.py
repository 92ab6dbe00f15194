"""From contributions to families, reasons in words, and what could not be seen."""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from features.catalogue import FAMILIES, FEATURES
from features.compute import Computed
from features.family import Feature
from fraudscore.assessment import Coverage, FamilyScore, Reason, State

Floats = NDArray[np.float64]
EVIDENCE_MAX = 5
"""Most pointers shown for one reason; a reviewer reads a handful, not a thousand."""


class Explanation:
    """Explains the people of one batch. ``contributions``: people x features, in model order."""

    def __init__(self, computed: Computed, names: tuple[str, ...], contributions: Floats) -> None:
        self._computed = computed
        self._features = tuple(FEATURES[name] for name in names)
        self._families = {family.name: family for family in FAMILIES}
        self._contributions = contributions

    def reasons(self, row: int) -> tuple[Reason, ...]:
        """Every feature that moved this person's score, most against first."""
        line = self._contributions[row]
        order = np.argsort(-line, kind="stable")
        return tuple(self._reason(k, row, float(line[k])) for k in order.tolist() if line[k] != 0.0)

    def _reason(self, column: int, row: int, contribution: float) -> Reason:
        feature = self._features[column]
        value = float(self._computed.matrix[row, column])
        family = self._families[feature.family]
        facts = self._computed.facts[feature.family]
        return Reason.model_construct(
            code=feature.code,
            family=feature.family,
            group=feature.group,
            text=family.say(feature, facts, row, value),
            contribution=contribution,
            multiplier=exp(contribution),
            innocent=feature.innocent,
            next_check=feature.next_check,
            evidence=self._evidence(feature, row),
            source=feature.source,
        )

    def _evidence(self, feature: Feature, row: int) -> tuple[str, ...]:
        if feature.evidence is None:
            return ()
        rows = getattr(self._computed.facts[feature.family], feature.evidence)
        own = rows.table.rows_of(row)
        hits = own[rows.mask[own]][:EVIDENCE_MAX]
        return tuple(rows.table.pointer(hit) for hit in hits.tolist())

    def families(self, row: int) -> tuple[FamilyScore, ...]:
        """Every family with its state and its part of the score."""
        found = []
        for family in FAMILIES:
            columns = [k for k, f in enumerate(self._features) if f.family == family.name]
            values = self._computed.matrix[row, columns]
            parts = self._contributions[row, columns]
            found.append(
                FamilyScore.model_construct(
                    family=family.name,
                    state=self._family_state(family.features, row, values, parts),
                    contribution=float(parts.sum()),
                )
            )
        return tuple(found)

    def _family_state(
        self, features: list[Feature], row: int, values: Floats, parts: Floats
    ) -> State:
        if not np.isnan(values).all():
            return "present" if (parts > 0).any() else "absent"
        supplied = any(self._computed.supplied(feature)[row] for feature in features)
        return "could_not_check" if supplied else "not_supplied"

    def coverage(self, row: int) -> Coverage:
        """How much of the catalogue could be assessed for this person."""
        missing = [
            feature
            for feature, value in zip(self._features, self._computed.matrix[row], strict=True)
            if np.isnan(value)
        ]
        supplied = [bool(self._computed.supplied(feature)[row]) for feature in missing]
        return Coverage.model_construct(
            features=len(self._features),
            assessed=len(self._features) - len(missing),
            not_supplied=tuple(
                f.name for f, known in zip(missing, supplied, strict=True) if not known
            ),
            could_not_check=tuple(
                f.name for f, known in zip(missing, supplied, strict=True) if known
            ),
        )
