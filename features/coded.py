"""A column of text: the number of each row's text, and the distinct texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.fixed import fixed, kept
from features.segments import Bools, Ints, nowhere


@fixed
class Coded:
    """A column of text as codes into its distinct values; -1 is not supplied."""

    codes: Ints
    values: tuple[str, ...]

    def is_in(self, wanted: Collection[str]) -> Bools:
        """Which rows hold one of the wanted values."""
        hits = [number for number, value in enumerate(self.values) if value in wanted]
        if len(hits) > 1:
            return self.per_value(wanted.__contains__, False)
        if not hits:
            return np.zeros(self.codes.size, dtype=np.bool_)
        found: Bools = self.codes == hits[0]
        return found

    def per_value(self, answer: Callable[[str], Any], missing: Any) -> NDArray[Any]:
        """The answer of a function asked once per distinct value, spread over the rows."""
        out: NDArray[Any] = np.array([*map(answer, self.values), missing])[self.codes]
        return out

    def spread(self, answers: NDArray[Any], missing: Any) -> NDArray[Any]:
        """Answers per distinct value, and one for `not supplied`, spread over the rows."""
        out: NDArray[Any] = (answers if self.whole else np.append(answers, missing))[self.codes]
        return out

    @kept
    def whole(self) -> bool:
        """Whether every row was supplied."""
        return not self.codes.size or bool(np.minimum.reduce(self.codes) >= 0)

    @kept
    def known(self) -> Bools:
        """Which rows were supplied."""
        known: Bools = self.codes >= 0
        return known

    def at(self, row: int) -> str | None:
        """The text of one row, or None."""
        code = int(self.codes[row])
        return self.values[code] if code >= 0 else None

    def texts(self) -> list[str | None]:
        """The text of every row, or None."""
        return [self.values[code] if code >= 0 else None for code in self.codes.tolist()]

    def take(self, rows: Ints) -> Coded:
        """The rows at these positions; -1 stays `not supplied`."""
        if not self.codes.size:
            return Coded(nowhere(rows.size), self.values)
        return Coded(np.where(rows >= 0, self.codes[rows], -1), self.values)


def code(values: Sequence[str | None]) -> Coded:
    """Number texts in order of first appearance."""
    if all_missing(values):
        return Coded(nowhere(len(values)), ())
    first = values[0]
    if first is not None and first == values[-1] and values.count(first) == len(values):
        return Coded(np.zeros(len(values), dtype=np.int64), (first,))
    index: dict[Any, int] = defaultdict(count().__next__, {None: -1})
    codes = np.fromiter(map(index.__getitem__, values), dtype=np.int64, count=len(values))
    del index[None]
    return Coded(codes, tuple(index))


def all_missing(values: Sequence[Any]) -> bool:
    """Whether nobody supplied a value; looks at one, as a rule."""
    return not values or (values[0] is None and values.count(None) == len(values))
