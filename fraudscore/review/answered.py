"""Requests that were answered before: the same key with the same request gives the same answer.

An answer is kept in the transaction that does what it tells of: done and answered, or neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from fraudscore.errors import Conflict, NotUsable
from fraudscore.review.rights import Actor
from fraudscore.review.tables_team import ANSWERED

KEPT = timedelta(hours=24)
"""How long an answer is kept, and with it what it says of a person."""


@dataclass(frozen=True)
class Sent:
    """A request that may be sent again: the key its caller chose, and the digest of all it says."""

    key: str
    digest: bytes


def before(connection: Connection, actor: Actor, sent: Sent, *, now: datetime) -> bytes | None:
    """The answer that was given to the same request. Raises NotUsable for the key of another one."""
    row = connection.execute(
        select(ANSWERED).where(_own(actor, sent), ANSWERED.c.at >= now - KEPT)
    ).one_or_none()
    if row is None:
        return None
    if row.digest != sent.digest:
        raise NotUsable("this Idempotency-Key came with another request; use a new one")
    return bytes(row.body)


def answer(
    connection: Connection, actor: Actor, sent: Sent | None, body: bytes, *, now: datetime
) -> None:
    """Keep the answer to a request, if it may be sent again.

    Raises Conflict if the same request came twice at once and the other one was done.
    """
    if sent is None:
        return
    if before(connection, actor, sent, now=now) is not None:
        raise Conflict("this request came twice at once and was done; send it again for its answer")
    drop_old(connection, now=now)
    row = {"tenant": actor.tenant, "key": _key(actor, sent), "digest": sent.digest, "body": body}
    connection.execute(insert(ANSWERED).values(**row, at=now))


def drop_old(connection: Connection, *, now: datetime) -> None:
    """Forget the answers whose time is over."""
    connection.execute(delete(ANSWERED).where(ANSWERED.c.at < now - KEPT))


def _own(actor: Actor, sent: Sent) -> ColumnElement[bool]:
    return (ANSWERED.c.tenant == actor.tenant) & (ANSWERED.c.key == _key(actor, sent))


def _key(actor: Actor, sent: Sent) -> str:
    """Two API keys of one tenant may choose the same word."""
    return f"{actor.id}:{sent.key}"
