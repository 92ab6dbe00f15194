"""From a batch to facts per family and one matrix of features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.catalogue import FAMILIES, FEATURES
from features.context import Context


@dataclass(frozen=True, eq=False)
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
    columns = dict.fromkeys(FEATURES, np.full(batch.n, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        for family in FAMILIES:
            needs = _NEEDS[family.name]
            if not (family.able(context) and any(all(map(batch.holds, one)) for one in needs)):
                continue
            seen = facts[family.name] = family.observe(batch, context)
            for feature in family.features:
                columns[feature.name] = feature.value(seen)
    wanted = list(names) if names is not None else list(FEATURES)
    matrix = np.concatenate([columns[name] for name in wanted]).reshape(len(wanted), batch.n).T
    return Computed(batch, facts, matrix)


_NEEDS = {
    family.name: tuple(dict.fromkeys(feature.needs for feature in family.features))
    for family in FAMILIES
}
"""What the features of each family need, each combination once."""
