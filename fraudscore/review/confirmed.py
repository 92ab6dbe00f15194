"""Confirmed cases on their way to a stored cohort: what it is to be told, kept until it was.

What holds follows from the labels of a person, whether a decision or the API gave them: the newest
counts. One row a person says so, so that nothing arrives out of order. It is written in the transaction
of whatever changes it (a label, its undoing, an appeal and its answer), and goes only once the cohort
took it, unless it changed meanwhile. Telling is the web's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from fraudscore.review.appealed import is_open
from fraudscore.review.store import new_id
from fraudscore.review.tables import APPEALS, CONFIRMED, LABELS, PROFILES

LABEL = "confirmed_impersonation"
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
    """Queue what stands of a person, in the caller's transaction; nothing of whom nobody confirmed."""
    of_them = LABELS.c.profile == profile
    confirmed = select(LABELS.c.id).where(of_them, LABELS.c.label == LABEL)
    if connection.execute(confirmed.limit(1)).first() is None:
        return
    connection.execute(delete(CONFIRMED).where(CONFIRMED.c.profile == profile))
    row = {"since": _since(connection, profile), "at": now, "due": now, "attempts": 0}
    connection.execute(insert(CONFIRMED).values(profile=profile, change=new_id(), **row))


def _since(connection: Connection, profile: str) -> datetime | None:
    """Since when the labels that stand of a person, the newest first, say that it is one.

    One that is contested says nothing, and does not make an older one the newest either.
    """
    contested = select(APPEALS.c.id).where(APPEALS.c.decision == LABELS.c.decision, is_open())
    asked = select(LABELS.c.label, LABELS.c.at, contested.exists().label("contested"))
    standing = asked.where(LABELS.c.profile == profile, LABELS.c.void.is_(False))
    since = None
    # Of two at one moment the one that does not speak against the person is the newer.
    for row in connection.execute(standing.order_by(LABELS.c.at.desc(), LABELS.c.label == LABEL)):
        if row.label != LABEL:
            break
        since = since if row.contested else row.at
    return since


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
