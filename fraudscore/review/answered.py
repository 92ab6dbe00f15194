"""Requests that were answered before: the same key with the same request gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from fraudscore.errors import Conflict, NotUsable
from fraudscore.review.rights import Actor
from fraudscore.review.tables_team import ANSWERED

KEPT = timedelta(hours=24)
"""How long an answer is kept, and with it what it says of a person."""
WORKING = timedelta(seconds=60)
"""After this a request that was never answered is taken for dead, and may be sent again."""
BEGUN = 0
"""The status of a request that is still being worked on."""


@dataclass(frozen=True)
class Answered:
    """What was answered: HTTP status and body."""

    status: int
    body: bytes


def begin(
    connection: Connection, actor: Actor, key: str, digest: bytes, *, now: datetime
) -> Answered | None:
    """The answer given before, or None if the request is new: it is now the caller's to answer.

    ``digest`` is that of the request. Raises NotUsable for a key that came with another request,
    Conflict while the first one is being worked on.
    """
    connection.execute(delete(ANSWERED).where(ANSWERED.c.at < now - KEPT))
    own = _own(actor, key)
    row = connection.execute(select(ANSWERED).where(own)).one_or_none()
    if row is not None and row.digest != digest:
        raise NotUsable("this Idempotency-Key came with another request; use a new one")
    if row is not None and row.status != BEGUN:
        return Answered(row.status, row.body)
    if row is not None and row.at > now - WORKING:
        raise Conflict("this request is being worked on; ask again in a second")
    connection.execute(delete(ANSWERED).where(own))
    connection.execute(
        ANSWERED.insert().values(
            tenant=actor.tenant, key=_key(actor, key), digest=digest, status=BEGUN, body=b"", at=now
        )
    )
    return None


def answer(connection: Connection, actor: Actor, key: str, answered: Answered) -> None:
    """Keep the answer to a request that was begun."""
    kept = update(ANSWERED).where(_own(actor, key))
    connection.execute(kept.values(status=answered.status, body=answered.body))


def give_up(connection: Connection, actor: Actor, key: str) -> None:
    """The request was refused; mended, it may be sent again under the same key."""
    connection.execute(delete(ANSWERED).where(_own(actor, key), ANSWERED.c.status == BEGUN))


def _own(actor: Actor, key: str) -> ColumnElement[bool]:
    return (ANSWERED.c.tenant == actor.tenant) & (ANSWERED.c.key == _key(actor, key))


def _key(actor: Actor, key: str) -> str:
    """Two API keys of one tenant may choose the same word."""
    return f"{actor.id}:{key}"
