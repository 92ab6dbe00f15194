"""The rhythm of a person's sessions: hours of rest against the claims, spans without a break."""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import DAY, periods
from features.offsets import LOWEST, QUARTER, Clocks, country_clock, zone_clock
from features.segments import (
    Bools,
    Floats,
    Ints,
    largest,
    runs,
    smallest,
    some,
    true_rows,
    unknown,
)

HOUR = 3600.0
ENOUGH_SESSIONS, ENOUGH_DAYS = 20, 10
"""Sessions and days from which hours of rest can be read (assumed)."""
REST_HOURS = 6
NIGHT = 2.5
"""Local hour around which people without declared hours rest (assumed)."""
QUIET = 0.05
"""Share of all sessions by which a window may differ from the quietest and still be rest."""


_HOURS = np.arange(24)
_BEFORE = _HOURS - 1
_WINDOWS = ((_HOURS[:, None] - _HOURS - 1) % 24 < REST_HOURS).astype(np.int64)
"""A column for each window of rest: the six hours of the dial after the column's own.

Whole numbers, which numpy multiplies itself: BLAS would wake threads that go on spinning.
"""
_ANGLE = (np.arange(1, 25) + REST_HOURS / 2) * (2 * np.pi / 24)
_PULL = np.array([np.sin(_ANGLE), np.cos(_ANGLE)])
"""Where the middle of each window lies on the dial, as a direction."""


def claimed_times(batch: Batch, s: Table) -> tuple[Floats, Bools]:
    """When each session was on the clock the person claims, in seconds, and who claims one.

    The zone of the declared hours, else the person's own, else UTC. Read so, neither summer time nor
    a zone of half hours blurs anybody's day.
    """
    own, declared = (
        batch.profiles.text(name) for name in ("claims.time_zone", "claims.working_hours.time_zone")
    )
    zone = np.where(declared.known, declared.codes + len(own.values), own.codes)
    clocks, at = Clocks(own.values + declared.values, zone_clock), s.number("at")
    shown = clocks.shown(zone[s.owner], at)
    return at + np.where(shown >= 0, (shown + LOWEST) * QUARTER, 0), zone >= 0


def rest_apart(batch: Batch, s: Table, human: Bools, at: Floats, zoned: Bools) -> Floats:
    """Hours between the claimed and the observed hours of rest; NaN where either is unknown.

    ``at`` and ``zoned``: as of ``claimed_times``.
    """
    rows = true_rows(human)
    owner, hour = s.owner[rows], periods(at[rows], HOUR)
    hours = np.bincount(owner * 24 + hour % 24, minlength=s.n * 24).reshape(s.n, 24)
    days = np.bincount(owner[runs(owner, hour // 24)], minlength=s.n)
    total = np.add.reduce(hours, axis=1)
    enough = (total >= ENOUGH_SESSIONS) & (days >= ENOUGH_DAYS)
    if not some(enough):
        return unknown(s.n)
    observed = np.where(enough, _trough(hours, total), np.nan)
    return _apart(batch, s, observed, zoned)


def _trough(hours: Ints, total: Ints) -> Floats:
    """Hour in the middle of the quietest six hours, NaN where there are several such times.

    Somebody who works early and late has two, and which one is the night cannot be told.
    """
    windows = hours @ _WINDOWS
    slack = QUIET * total
    quiet = windows <= (np.minimum.reduce(windows, axis=1) + slack)[:, None]
    times = np.add.reduce(quiet > quiet[:, _BEFORE], axis=1)
    # Row by row: a product of matrices rounds otherwise for one profile than for many.
    pull = np.add.reduce(quiet[:, None] * _PULL, axis=2)
    middle = np.arctan2(pull[:, 0], pull[:, 1]) * 24 / (2 * np.pi)
    return np.where(times == 1, middle, np.nan)


def _apart(batch: Batch, s: Table, observed: Floats, zoned: Bools) -> Floats:
    """Smallest distance on the dial between observed and expected rest, under each claimed offset."""
    who, hours = _offsets(batch, s, zoned)
    gap = observed[who] + hours - _middle_of_rest(batch)[who]
    return smallest(who, s.n, np.abs((gap + 12) % 24 - 12))


def _middle_of_rest(batch: Batch) -> Floats:
    """The local hour in the middle of what the claimed working hours leave free."""
    p = batch.profiles
    if not p.holds("claims.working_hours.starts"):
        return np.full(batch.n, NIGHT)
    starts, ends = p.number("claims.working_hours.starts"), p.number("claims.working_hours.ends")
    free = 24 - (ends - starts) % 24
    return np.where(np.isnan(free), NIGHT, ends + free / 2)


def _offsets(batch: Batch, s: Table, zoned: Bools) -> tuple[Ints, Floats]:
    """People and the hours by which their dial may run ahead: none on their own clock.

    Without one every clock of a claimed country will do, as it stood at the middle session, which
    halves what summer time moves.
    """
    who = true_rows(zoned)
    if who.size == s.n:
        return who, np.zeros(who.size)
    places, at = batch.table("places"), s.median(s.number("at"))
    country = places.text("country")
    lacking = country.known & ~zoned[places.owner]
    if not some(lacking):
        return who, np.zeros(who.size)
    codes, owner = country.codes[lacking], places.owner[lacking]
    row, quarter = np.nonzero(Clocks(country.values, country_clock).allowed(codes, at[owner]))
    people = np.concatenate((who, owner[row]))
    hours = np.concatenate((np.zeros(who.size), (quarter + LOWEST) * (QUARTER / HOUR)))
    order = people.argsort(kind="stable")
    return people[order], hours[order]


def spans(s: Table, human: Bools, at: Floats) -> tuple[Floats, Floats]:
    """Longest unbroken span of sessions, and most hours covered in one day, in hours.

    ``at``: as of ``claimed_times``.
    """
    minutes = s.number("duration_minutes")
    rows = true_rows(human & ~np.isnan(minutes))
    nothing = unknown(s.n)
    if not rows.size:
        return nothing, nothing
    owner, starts = s.owner[rows], at[rows]
    origin = np.minimum.reduce(starts) // DAY * DAY
    starts = starts - origin
    ends = starts + minutes[rows] * 60
    width = (np.maximum.reduce(ends) // DAY + 2) * DAY
    apart = owner * width
    ends += apart
    reach = np.maximum.accumulate(ends)
    new = np.empty(rows.size, dtype=np.bool_)
    new[0] = True
    np.greater((starts + apart)[1:], reach[:-1], out=new[1:])
    first = true_rows(new)
    whose, begin = owner[first], starts[first]
    end = np.maximum.reduceat(ends, first) - whose * width
    span = largest(whose, s.n, (end - begin) / HOUR)
    return span, _fullest_day(whose, begin, end, s.n)


def _fullest_day(owner: Ints, begin: Floats, end: Floats, n: int) -> Floats:
    """Most hours of one day that disjoint spans cover."""
    first = periods(begin, DAY)
    days = np.maximum(np.ceil(end / DAY).astype(np.int64) - first, 1)
    block = np.arange(owner.size).repeat(days)
    day = np.arange(block.size) + (first - days.cumsum() + days)[block]
    hours = np.minimum(end[block], (day + 1) * DAY) - np.maximum(begin[block], day * DAY)
    whose = owner[block]
    starts = runs(whose, day)
    total = np.add.reduceat(hours, starts) / HOUR
    return largest(whose[starts], n, total)
