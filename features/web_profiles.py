"""Public profiles of a person: in what name, since when, and what lay still for years."""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.given_names import held_against_names
from features.names import name_tokens
from features.segments import Bools, Floats, true_rows
from features.stints import Stint, covered, edges, stints

YEAR = 365.25 * 86_400
YOUNG_YEARS = 1.0
"""A web profile younger than this is new; a silence that ended since is a revival (assumed)."""
SILENT_YEARS = 2.0
"""A silence from which a profile lay dormant (assumed)."""
MANY_CONNECTIONS = 500
"""More connections than this are not told apart, as the best known network shows them."""


def full_names(batch: Batch, web: Table) -> tuple[Bools, Bools]:
    """Web profiles whose name could be compared, and those in a name the person never gave.

    A single word that is no name the person gave is a handle, which says nothing.
    """
    full = web.text("name").per_value(lambda name: len(name_tokens(name)) > 1, False)
    named = held_against_names(batch, web, "name")
    other = named.other & full.astype(np.bool_)
    return named.own | other, other


def newness(batch: Batch, web: Table) -> tuple[Floats, Floats]:
    """Years of claimed experience where the oldest web profile is new, else 0; and its age."""
    created, jobs = web.number("created_at"), batch.table("positions")
    created = np.where(created > batch.as_of[web.owner], np.nan, created)
    age = (batch.as_of - web.smallest(created)) / YEAR
    since = batch.profiles.number("claims.experience_since")
    since = np.where(np.isnan(since), jobs.smallest(jobs.number("starts")), since)
    claimed = np.maximum(batch.as_of - since, 0) / YEAR
    known = ~np.isnan(age) & ~np.isnan(claimed)
    return np.where(known, np.where(age < YOUNG_YEARS, claimed, 0), np.nan), age


def silence(batch: Batch, web: Table) -> Floats:
    """Years of claimed work in the silence of each web profile that was revived of late.

    0 where it was never still for long or woke long ago; NaN where no work is claimed with dates,
    and where nothing is known of silence.
    """
    start, end = web.number("dormant_from"), web.number("dormant_until")
    as_of = batch.as_of[web.owner]
    woke = (end <= as_of) & (end >= as_of - YOUNG_YEARS * YEAR)
    revived = woke & (end - start >= SILENT_YEARS * YEAR)
    working = batch.supplied("positions.starts")[web.owner]
    found = np.where(working & ~np.isnan(start), 0.0, np.nan)
    for row in true_rows(revived & working).tolist():
        begun, ended = edges(np.array([start[row], end[row]]))
        found[row] = _worked(batch, int(web.owner[row]), Stint(begun, ended, False))
    return found


def _worked(batch: Batch, who: int, still: Stint) -> float:
    """Years of a silence in which a person claims work; NaN without dates."""
    jobs = batch.table("positions")
    told = [s.months for s in stints(jobs, jobs.rows_of(who), batch.as_of).values() if s.months]
    if not told or not still.months:
        return np.nan
    low, high = still.months
    return covered((max(start, low), min(end, high)) for start, end in told) / 12
