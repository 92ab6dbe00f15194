"""From a batch to facts per family and one matrix of features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.catalogue import FAMILIES, FEATURES
from features.context import Context
from features.fixed import fixed


@fixed
class Computed:
    """The facts of every family and the matrix of features of one batch.

    ``matrix``: profiles x features in catalogue order, float64, NaN = not assessed.
    """

    batch: Batch
    facts: dict[str, Any]
    matrix: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """One feature by name."""
        return self.matrix[:, list(FEATURES).index(name)]


def compute(batch: Batch, context: Context, names: Sequence[str] | None = None) -> Computed:
    """Observe every family once and evaluate every feature.

    A family of which nobody supplied anything, or which the context cannot answer, is not observed:
    it says nothing about anybody.

    ``names`` selects and orders the columns of the matrix; by default all, in catalogue order.
    """
    facts: dict[str, Any] = {}
    places = _places(tuple(FEATURES if names is None else names))
    columns = np.full((len(places), batch.n), np.nan)
    given = batch.given(NEEDS)
    with np.errstate(divide="ignore", invalid="ignore"):
        for family in FAMILIES:
            asked = any(map(given.issuperset, _COMBINATIONS[family.name]))
            if not (asked and family.able(context)):
                continue
            seen = facts[family.name] = family.observe(batch, context)
            for feature in family.features:
                if feature.name in places:
                    columns[places[feature.name]] = feature.value(seen)
    return Computed(batch, facts, columns.T)


@cache
def _places(names: tuple[str, ...]) -> dict[str, int]:
    """Which column of the matrix each feature is."""
    return {name: place for place, name in enumerate(names)}


NEEDS = frozenset(need for feature in FEATURES.values() for need in feature.needs)
"""Every column that a feature needs."""
_COMBINATIONS = {
    family.name: tuple(dict.fromkeys(feature.needs for feature in family.features))
    for family in FAMILIES
}
"""What the features of each family need, each combination once."""
