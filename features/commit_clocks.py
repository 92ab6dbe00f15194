"""The clocks of an account's own commits: zones at once, switches, and disagreement of repositories.

Copied histories keep the original author's UTC offset, so that the clocks of several people show up
in one account. Which zone a clock shows is never looked at, only whether one person can have it all.
Definitions and thresholds: code_history, measured on real accounts (CODE).
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import travelling
from features.fixed import fixed
from features.own_commits import Commits
from features.segments import Bools, Floats, Ints, true_rows, unknown

DAY = 86_400.0
ENOUGH = 20
"""Own commits below which nothing is said."""
BIN_DAYS, BIN_COMMITS, OFFSET_COMMITS = 180, 5, 2
PAIR_MINUTES = 60
"""Offsets this close are one zone with summer time."""
FAR_MINUTES = 120
SERVER_SHARE, SERVER_COMMITS = 0.2, 5
"""Other clocks from which +0000 is taken for a server or cloud editor."""
REPOSITORY_COMMITS = 3
SITE_COMMITS = 2
MIDNIGHT = 14 * 60
"""Added to an offset so that it counts from 0."""
WIDE = 2 * MIDNIGHT + 1
"""Offsets there are, from -14 to +14 hours in minutes."""


@fixed
class Clocked:
    """The own commits that show a clock, of accounts with enough of them, in order of time.

    ``rows``: their rows in the table of commits; ``owner``, ``minutes`` (of UTC offset), ``at``
    (seconds) and ``site`` (made in the browser) have one entry each. ``n``: number of profiles.
    """

    n: int
    rows: Ints
    owner: Ints
    minutes: Ints
    at: Floats
    site: Bools


def clocked(batch: Batch, commits: Commits) -> Clocked:
    """Own commits with a clock; +0000 left out where the account's other clocks are many.

    Commits of declared journeys are left out too: they explain every clock.
    """
    c = commits.table
    offset = c.number("author_offset_minutes")
    enough = c.count(commits.own) >= ENOUGH
    shown = commits.own & ~np.isnan(offset) & enough[c.owner] & ~travelling(batch, "commits")
    elsewhere = c.count(shown & (offset != 0))
    drop = elsewhere >= np.maximum(SERVER_SHARE * c.count(shown), SERVER_COMMITS)
    rows = true_rows(shown & ~((offset == 0) & drop[c.owner]))
    return Clocked(
        n=c.n,
        rows=rows,
        owner=c.owner[rows],
        minutes=offset[rows].astype(np.int64),
        at=c.number("authored_at")[rows],
        site=commits.on_site[rows],
    )


def apart(a: Ints, b: Ints) -> Ints:
    """Minutes between two offsets around the day."""
    gap: Ints = np.abs(a - b) % 1440
    return np.asarray(np.minimum(gap, 1440 - gap), dtype=np.int64)


def most_zones(k: Clocked) -> Floats:
    """Most zones in one span of 180 days with five commits; NaN where there is no such span."""
    out = unknown(k.n)
    if not k.rows.size:
        return out
    span = (k.at // (BIN_DAYS * DAY)).astype(np.int64)
    width = int(span.max()) + 1
    bins, place, sizes = np.unique(k.owner * width + span, return_inverse=True, return_counts=True)
    pairs, counts = np.unique(place * WIDE + k.minutes + MIDNIGHT, return_counts=True)
    whose, minutes = pairs // WIDE, pairs % WIDE
    zones = np.zeros(bins.size)
    current, opened = -1, 0
    supported = (counts >= OFFSET_COMMITS) & (sizes[whose] >= BIN_COMMITS)
    for number, minute in zip(whose[supported].tolist(), minutes[supported].tolist(), strict=True):
        if number != current or minute - opened > PAIR_MINUTES:
            zones[number] += 1
            current, opened = number, minute
    judged = sizes >= BIN_COMMITS
    np.fmax.at(out, bins[judged] // width, zones[judged])
    return out


def switches(k: Clocked) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """Pairs of neighbouring commits, those far apart in zone, the impossible, and the rows of both.

    Impossible: the clock moved by more hours than passed.
    """
    a, b = slice(None, -1), slice(1, None)
    same = k.owner[a] == k.owner[b]
    gap = apart(k.minutes[a], k.minutes[b])
    far = same & (gap >= FAR_MINUTES)
    quick = far & ((k.at[b] - k.at[a]) / 60 < gap)
    whose = k.owner[b]
    pairs, moved, impossible = (
        np.bincount(whose[mask], minlength=k.n).astype(np.float64) for mask in (same, far, quick)
    )
    return pairs, moved, impossible, k.rows[b][far], k.rows[b][quick]


def _modes(group: Ints, minutes: Ints) -> tuple[Ints, Ints, Ints]:
    """Each group, its most frequent offset (the lowest of several) and how many rows it has."""
    pairs, counts = np.unique(group * WIDE + minutes + MIDNIGHT, return_counts=True)
    whose, offset = pairs // WIDE, pairs % WIDE - MIDNIGHT
    order = np.lexsort((offset, -counts, whose))
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = whose[order][1:] != whose[order][:-1]
    groups = whose[order][first]
    return groups, offset[order][first], np.bincount(group, minlength=int(groups.max()) + 1)[groups]


def disagreement(k: Clocked, table: Table) -> tuple[Floats, Floats]:
    """Repositories whose usual clock can be told, and those two hours from the account's.

    Both NaN with fewer than two.
    """
    judged, away = unknown(k.n), unknown(k.n)
    if not k.rows.size:
        return judged, away
    account = np.zeros(k.n, dtype=np.int64)
    whose, usual, _ = _modes(k.owner, k.minutes)
    account[whose] = usual
    repository = table.text("repository")
    width = len(repository.values) + 1
    groups, modal, sizes = _modes(k.owner * width + repository.codes[k.rows] + 1, k.minutes)
    kept = sizes >= REPOSITORY_COMMITS
    owner, modal = groups[kept] // width, modal[kept]
    number = np.bincount(owner, minlength=k.n)
    far = np.bincount(owner[apart(modal, account[owner]) >= FAR_MINUTES], minlength=k.n)
    several = number >= 2
    judged[several], away[several] = number[several], far[several]
    return judged, away


def site_gap(k: Clocked) -> Floats:
    """Hours between the usual clock of commits made on the site and of the others; NaN under two."""
    out = unknown(k.n)
    usual = np.zeros((2, k.n), dtype=np.int64)
    known = np.zeros((2, k.n), dtype=np.bool_)
    for place, mask in enumerate((k.site, ~k.site)):
        if not mask.any():
            return out
        whose, modal, sizes = _modes(k.owner[mask], k.minutes[mask])
        usual[place, whose], known[place, whose] = modal, sizes >= SITE_COMMITS
    both = known.all(axis=0)
    out[both] = apart(usual[0], usual[1])[both] / 60
    return out
