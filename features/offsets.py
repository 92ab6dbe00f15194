"""UTC offsets of zones and countries at any instant, by search in tables instead of per row.

A zone is a list of instants at which its offset changes; a country allows the offsets of all its
zones. Offsets are counted in quarters of an hour, which every zone in use since 2000 keeps to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from features.segments import Bools, Floats, Ints
from features.tables import country_zones

QUARTER = 900
LOWEST = -14 * 4
WIDTH = 2 * 14 * 4 + 1
"""Quarters of an hour from -14 to +14 hours."""
FIRST, LAST = 2000, 2045
"""Years for which changes are known; outside them the nearest rule known is kept."""
STEP = timedelta(days=14)
"""Shorter than the shortest time a zone keeps an offset (Ramadan in Morocco, a month)."""


class Clock(NamedTuple):
    """Instants from which a row holds, and per row which quarters are allowed and the first of them."""

    starts: Floats
    allowed: Bools
    first: Ints


def _quarter(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta(0)
    return round(offset.total_seconds() / QUARTER) - LOWEST


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The minute in which the offset between two instants changes."""
    before = _quarter(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _quarter(zone, middle) == before else (low, middle)
    return high


@cache
def zone_clock(name: str) -> Clock:
    """The offset of a zone over time."""
    zone = ZoneInfo(name)
    at = datetime(FIRST, 1, 1, tzinfo=UTC)
    starts, quarters = [-np.inf], [_quarter(zone, at)]
    while at.year < LAST:
        after = _quarter(zone, at + STEP)
        if after != quarters[-1]:
            starts.append(_change(zone, at, at + STEP).timestamp())
            quarters.append(after)
        at += STEP
    allowed = np.zeros((len(starts), WIDTH), dtype=np.bool_)
    allowed[np.arange(len(starts)), quarters] = True
    return Clock(np.array(starts), allowed, np.array(quarters))


@cache
def country_clock(code: str) -> Clock:
    """Every offset in use in a country over time."""
    clocks = [zone_clock(zone) for zone in country_zones().get(code, ())]
    starts = np.unique(np.concatenate([[-np.inf], *(clock.starts for clock in clocks)]))
    allowed = np.zeros((starts.size, WIDTH), dtype=np.bool_)
    for clock in clocks:
        allowed |= clock.allowed[np.searchsorted(clock.starts, starts, "right") - 1]
    return Clock(starts, allowed, allowed.argmax(axis=1))


_NO_CLOCK = Clock(np.array([-np.inf]), np.zeros((1, WIDTH), dtype=np.bool_), np.array([-1]))
"""What shows no quarter at any time."""


class Clocks:
    """Several clocks asked at once, each row by the number of its clock and its instant."""

    def __init__(self, names: Sequence[str], clock: Callable[[str], Clock]) -> None:
        self._clocks = [clock(name) for name in names] or [_NO_CLOCK]

    def allowed(self, number: Ints, at: Floats) -> Bools:
        """Which quarters each row's clock shows at its instant; none for a number of -1."""
        found: Bools = self._joined("allowed")[self._rows(number, at)] & (number >= 0)[:, None]
        return found

    def allows(self, number: Ints, at: Floats, quarter: Ints) -> Bools:
        """Whether each row's clock may show this quarter; false where either is -1."""
        found: Bools = self._joined("allowed")[self._rows(number, at), quarter]
        return found & (number >= 0) & (quarter >= 0)

    def shown(self, number: Ints, at: Floats) -> Ints:
        """The quarter each row's clock shows, for clocks of one offset; -1 for a number of -1."""
        return np.where(number >= 0, self._joined("first")[self._rows(number, at)], -1)

    def _joined(self, name: str) -> NDArray[Any]:
        """A table of all clocks, one below the other."""
        tables = [getattr(clock, name) for clock in self._clocks]
        return tables[0] if len(tables) == 1 else np.concatenate(tables)

    def _rows(self, number: Ints, at: Floats) -> Ints:
        """Rows of the joined tables, whose instants are told apart by a span per clock."""
        if len(self._clocks) == 1:
            rows: Ints = self._clocks[0].starts.searchsorted(at, "right") - 1
            return rows
        span = 1e11
        starts = [np.maximum(c.starts, 0) + k * span for k, c in enumerate(self._clocks)]
        line = np.concatenate(starts)
        found: Ints = np.searchsorted(line, np.maximum(at, 0) + number * span, "right") - 1
        return found
