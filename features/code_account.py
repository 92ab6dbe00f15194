"""What an account on a code host shows of itself: silence, company, its end, its names."""

from __future__ import annotations

import numpy as np

from features.batch import Batch
from features.segments import Floats, true_rows, unknown

DAY = 86_400.0
YEAR = 365.25 * DAY
GONE_DAYS = 7.0


def quiet(batch: Batch, created: Floats) -> Floats:
    """Years of the longest silence before the account came back to life; NaN without months."""
    months = batch.table("activity")
    if not months.size:
        return unknown(batch.n)
    seen = ~(months.number("month") > batch.as_of[months.owner])
    active = true_rows((months.number("events") > 0) & seen)
    owner, month = months.owner[active], months.number("month")[active]
    before = np.empty(active.size)
    before[:1], before[1:] = np.nan, month[:-1]
    first = np.ones(active.size, dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    before = np.where(first, created[owner], before)
    gap = unknown(months.size)
    gap[active] = np.maximum(month - before, 0) / YEAR
    return months.largest(gap)


def made(batch: Batch) -> Floats:
    """When the account was made; NaN where that is not known or was not yet."""
    created = batch.profiles.number("code.created_at")
    return np.where(created > batch.as_of, np.nan, created)


def repositories_made(batch: Batch) -> Floats:
    """When each repository was made; NaN where that is not known or was not yet."""
    r = batch.table("repositories")
    created = r.number("created_at")
    return np.where(created > batch.as_of[r.owner], np.nan, created)


def crowd(batch: Batch) -> Floats:
    """Contributors to a repository of no fame, the median over repositories that are not forks."""
    r = batch.table("repositories")
    people, stars = r.number("contributors"), r.number("stars")
    ratio = people / (1 + np.log1p(stars))
    later = r.number("created_at") > batch.as_of[r.owner]
    return r.median(np.where(r.flag("fork") | later, np.nan, ratio))


def gone(batch: Batch) -> Floats:
    """1 where the account was gone within a week of being asked about, 0 where it was still there."""
    contacted = batch.profiles.number("code.contacted_at")
    left, seen = (batch.profiles.number(f"code.{name}") for name in ("gone_at", "last_seen_at"))
    left, seen = (np.where(moment > batch.as_of, np.nan, moment) for moment in (left, seen))
    quickly = (left >= contacted) & (left - contacted <= GONE_DAYS * DAY)
    stayed = (seen - contacted > GONE_DAYS * DAY) | (left - contacted > GONE_DAYS * DAY)
    return np.where(quickly, 1.0, np.where(stayed, 0.0, np.nan))


def renames(batch: Batch) -> Floats:
    """Renames of the account; the host tells them with the account, so none listed means none."""
    rows = batch.table("renames")
    number = rows.count(rows.known("at"))
    known = ~np.isnan(batch.profiles.number("code.created_at")) | (number > 0)
    return np.where(known, number, np.nan)
