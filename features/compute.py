"""From a batch to facts per family and one matrix of features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.catalogue import FAMILIES, FEATURES
from features.context import Context
from features.family import Family
from features.fixed import fixed

Value = Callable[[Any], NDArray[np.float64]]
Needs = tuple[str, ...]


@fixed
class Computed:
    """The facts of every family and the matrix of features of one batch.

    ``matrix``: profiles x features in catalogue order, float64, NaN = not assessed. ``given``: the
    combinations of columns that features need and anybody supplied.
    """

    batch: Batch
    facts: dict[str, Any]
    matrix: NDArray[np.float64]
    given: frozenset[Needs]

    def given_by(self, row: int) -> frozenset[Needs]:
        """The combinations of columns that features need and one profile supplied."""
        return self.given if self.batch.n == 1 else _given(self.batch, row)

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
    wanted = tuple(FEATURES if names is None else names)
    columns = np.full((len(wanted), batch.n), np.nan)
    given = _given(batch)
    with np.errstate(divide="ignore", invalid="ignore"):
        for family, needs, features in _layout(wanted):
            if given.isdisjoint(needs) or not family.able(context):
                continue
            seen = facts[family.name] = family.observe(batch, context)
            for place, value in features:
                columns[place] = value(seen)
    return Computed(batch, facts, columns.T, given)


@cache
def _layout(
    names: tuple[str, ...],
) -> tuple[tuple[Family, frozenset[Needs], list[tuple[int, Value]]], ...]:
    """Every family, what its features need, and those asked for: the column and maker of each."""
    places = {name: place for place, name in enumerate(names)}
    return tuple(
        (
            family,
            frozenset(f.needs for f in family.features),
            [(places[f.name], f.value) for f in family.features if f.name in places],
        )
        for family in FAMILIES
    )


NEEDS = frozenset(need for feature in FEATURES.values() for need in feature.needs)
"""Every column that a feature needs."""
COMBINATIONS = frozenset(feature.needs for feature in FEATURES.values())
"""What features need together, each combination once."""


def _given(batch: Batch, row: int | None = None) -> frozenset[Needs]:
    """Which combinations one profile supplied, or anybody."""
    return frozenset(filter(batch.given(NEEDS, row).issuperset, COMBINATIONS))
