"""When something began and ended, in months, as exactly as it was told.

The first of January and the last of December may stand for their year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from math import isnan
from typing import NamedTuple

from features.batch import Table
from features.segments import Floats, Ints

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
EARLIEST = -12 * 1970
"""The month in which year 0 begins: before any date."""

Months = tuple[int, int]
"""The first month, since 1970, and the one after the last."""


class Edge(NamedTuple):
    """The first and the last month in which something may have begun or ended."""

    low: int
    high: int


class Stint(NamedTuple):
    """When something began and ended, None if not told. ``open``: it lasts."""

    starts: Edge | None
    ends: Edge | None
    open: bool

    @property
    def months(self) -> Months | None:
        """The months it certainly covers; None if not told."""
        return (self.starts.high, self.ends.low) if self.starts and self.ends else None


def covered(intervals: Iterable[Months]) -> int:
    """Months inside at least one interval."""
    total, reached = 0, EARLIEST
    for start, end in sorted(intervals):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def stints(table: Table, rows: Ints, as_of: Floats) -> dict[int, Stint]:
    """When each of these rows began and ended.

    What is not said to end lasts if it is the last to begin of its person and source.
    """
    starts, ends = (edges(table.number(name)[rows]) for name in ("starts", "ends"))
    owners, sources = table.owner[rows].tolist(), table.text("source").codes[rows].tolist()
    latest = {key: k for k, key in enumerate(zip(owners, sources, strict=True)) if starts[k]}
    now = edges(as_of[table.owner[rows]], exact=True)
    found = {}
    for k, row in enumerate(rows.tolist()):
        lasts = ends[k] is None and latest.get((owners[k], sources[k])) == k
        found[row] = Stint(starts[k], now[k] if lasts else ends[k], lasts)
    return found


def edges(seconds: Floats, exact: bool = False) -> list[Edge | None]:
    """The months each day may stand for; its own if ``exact``."""
    return [None if isnan(at) else _edge(int(at // DAY), exact) for at in seconds.tolist()]


@lru_cache(maxsize=100_000)
def _edge(day: int, exact: bool) -> Edge:
    on = date.fromordinal(EPOCH + day)
    year = 12 * (on.year - 1970)
    if not exact and (on.month, on.day) in {(1, 1), (12, 31)}:
        return Edge(year, year + 11)
    return Edge(year + on.month - 1, year + on.month - 1)
