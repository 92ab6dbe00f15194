"""From a batch to facts per family and one matrix of features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.catalogue import FAMILIES, FEATURES
from features.context import Context
from features.fixed import fixed
from features.segments import unknown

SHAPES = 512
"""Sets of columns of which it is kept what can be asked; one source sends few."""


@fixed
class Asked:
    """What can be asked of whoever supplied certain columns: the same of everybody who did.

    ``families``: the columns of the matrix of each family of which any feature can be; ``features``:
    the column of each feature that can be; ``lacking``: the features that cannot.
    """

    families: dict[str, list[int]]
    features: dict[str, int]
    lacking: tuple[str, ...]


@fixed
class Computed:
    """The facts of every family and the matrix of features of one batch.

    ``matrix``: profiles x features by ``names``, float64, NaN = not assessed. ``asked``: what could
    be asked of anybody.
    """

    batch: Batch
    names: tuple[str, ...]
    asked: Asked
    facts: dict[str, Any]
    matrix: NDArray[np.float64]

    def asked_of(self, row: int) -> Asked:
        """What could be asked of one profile."""
        if self.batch.n == 1:
            return self.asked
        return _asked(self.names, self.batch.given(COLUMNS, row))

    def column(self, name: str) -> NDArray[np.float64]:
        """One feature by name."""
        return self.matrix[:, self.names.index(name)]


def compute(batch: Batch, context: Context, names: Sequence[str] | None = None) -> Computed:
    """Observe every family once and evaluate every feature.

    A family of which nobody supplied anything, or which the context cannot answer, is not observed:
    it says nothing about anybody. Nor does a feature that needs what nobody supplied.

    ``names`` selects and orders the columns of the matrix; by default all, in catalogue order.
    """
    facts: dict[str, Any] = {}
    wanted = tuple(FEATURES if names is None else names)
    columns = unknown((len(wanted), batch.n))
    asked = _asked(wanted, batch.given(COLUMNS))
    with np.errstate(divide="ignore", invalid="ignore"):
        for family in FAMILIES:
            if family.name not in asked.families or not family.able(context):
                continue
            seen = facts[family.name] = family.observe(batch, context)
            for place in asked.families[family.name]:
                columns[place] = FEATURES[wanted[place]].value(seen)
    return Computed(batch, wanted, asked, facts, columns.T)


NEEDS = {need: need.split("|") for feature in FEATURES.values() for need in feature.needs}
"""Everything that features need, each with the columns of which any will do."""
COLUMNS = frozenset(column for columns in NEEDS.values() for column in columns)
"""Every column that a feature needs."""
_NEEDS_OF = {name: frozenset(feature.needs) for name, feature in FEATURES.items()}


@lru_cache(maxsize=SHAPES)
def _asked(names: tuple[str, ...], given: frozenset[str]) -> Asked:
    met = {need for need, columns in NEEDS.items() if not given.isdisjoint(columns)}
    able = {name for name, needs in _NEEDS_OF.items() if needs <= met}
    families: dict[str, list[int]] = {FEATURES[name].family: [] for name in able}
    features = {name: place for place, name in enumerate(names) if name in able}
    for name, place in features.items():
        families[FEATURES[name].family].append(place)
    return Asked(families, features, tuple(name for name in names if name not in able))
