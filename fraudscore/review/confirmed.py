"""Confirmed cases on their way to a stored cohort: what it is to be told, kept until it was.

One row a person says what holds now, so that nothing arrives out of order. It is written in the
transaction of whatever changes it (a decision, its undoing, an appeal against it and its answer), and
goes only once the cohort took it, unless it changed meanwhile. Telling is the web's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from fraudscore.review.appealed import is_open
from fraudscore.review.store import new_id
from fraudscore.review.tables import APPEALS, CASES, CONFIRMED, PROFILES
from fraudscore.review.tables import DECISIONS as MADE

KIND = "confirm_impersonation"
LEASE_SECONDS = 120
"""How long whoever took a row has to say what came of it."""
FIRST_SECONDS = 30
"""Before the second attempt; each later one waits twice as long."""
LONGEST_SECONDS = 3600
"""Between two attempts at most: it is never given up, the person may be learned any day."""


@dataclass(frozen=True)
class Confirmed:
    """What to tell of one person: an impersonation ``since``, or as of ``at`` none any more."""

    tenant: int
    profile: str
    profile_id: str
    since: datetime | None
    at: datetime
    change: str
    attempts: int


def note(connection: Connection, profile: str, *, now: datetime) -> None:
    """Queue what stands of a person, in the caller's transaction; what is contested does not."""
    of_cases = MADE.join(CASES, CASES.c.id == MADE.c.case)
    made = select(func.min(MADE.c.at)).select_from(of_cases).where(CASES.c.profile == profile)
    contested = select(APPEALS.c.id).where(APPEALS.c.decision == MADE.c.id, is_open()).exists()
    standing = (MADE.c.kind == KIND) & MADE.c.undone.is_(None) & ~contested
    since = connection.execute(made.where(standing))
    connection.execute(delete(CONFIRMED).where(CONFIRMED.c.profile == profile))
    row = {"since": since.scalar(), "at": now, "due": now, "attempts": 0, "change": new_id()}
    connection.execute(insert(CONFIRMED).values(profile=profile, **row))


def take(
    connection: Connection, tenants: Collection[int], *, now: datetime, limit: int = 100
) -> tuple[Confirmed, ...]:
    """What is due of some tenants, lent for LEASE_SECONDS."""
    joined = CONFIRMED.join(PROFILES, PROFILES.c.id == CONFIRMED.c.profile)
    asked = select(CONFIRMED, PROFILES.c.profile_id, PROFILES.c.tenant).select_from(joined)
    due = asked.where(CONFIRMED.c.due <= now, PROFILES.c.tenant.in_(tenants))
    rows = connection.execute(due.order_by(CONFIRMED.c.due).limit(limit)).all()
    lent = {"due": now + timedelta(seconds=LEASE_SECONDS), "attempts": CONFIRMED.c.attempts + 1}
    own = CONFIRMED.c.profile.in_([row.profile for row in rows])
    connection.execute(update(CONFIRMED).where(own).values(lent))
    return tuple(
        Confirmed(
            row.tenant, row.profile, row.profile_id, row.since, row.at, row.change, row.attempts + 1
        )
        for row in rows
    )


def taken(connection: Connection, told: Confirmed) -> None:
    """The cohort knows it now."""
    connection.execute(delete(CONFIRMED).where(CONFIRMED.c.change == told.change))


def failed(connection: Connection, told: Confirmed, *, now: datetime) -> None:
    """It does not; told again later."""
    wait = min(FIRST_SECONDS * 2 ** min(told.attempts - 1, 20), LONGEST_SECONDS)
    own = CONFIRMED.c.change == told.change
    later = {"due": now + timedelta(seconds=wait)}
    connection.execute(update(CONFIRMED).where(own).values(later))
