"""API keys: what other programs show, with scopes and a speed limit. Only digests are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from fraudscore.errors import NotThere, NotUsable
from fraudscore.review import audit
from fraudscore.review.rights import SCOPES, Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables_team import KEYS
from fraudscore.review.tokens import digest, new_secret

PREFIX = "fraudscore_"
"""Lets whoever finds a key in a repository see what it opens."""
NAME_MAX = 200
PER_MINUTE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its admin sees it; the secret is shown once, when it is made."""

    id: str
    name: str
    scopes: tuple[str, ...]
    per_minute: int
    made_by: str | None
    at: datetime
    revoked: datetime | None


def make_key(
    connection: Connection,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    per_minute: int,
    *,
    now: datetime,
) -> tuple[str, str]:
    """A new key: its id, and the secret that is shown once. ``per_minute``: calls at most.

    Right ``manage``. Raises NotUsable for a name, scope or speed that cannot be used.
    """
    actor.need("manage")
    name, wanted = " ".join(name.split()), frozenset(scopes)
    if not name or len(name) > NAME_MAX:
        raise NotUsable(f"write a name of at most {NAME_MAX} characters")
    if not wanted or not wanted <= set(SCOPES):
        raise NotUsable(f"choose at least one of {', '.join(SCOPES)}")
    if not 1 <= per_minute <= PER_MINUTE_MAX:
        raise NotUsable(f"calls a minute are between 1 and {PER_MINUTE_MAX}")
    id, secret = new_id(), PREFIX + new_secret()
    maker = actor.id if actor.kind == "user" else None
    values = {"id": id, "tenant": actor.tenant, "name": name, "per_minute": per_minute, "at": now}
    said = " ".join(scope for scope in SCOPES if scope in wanted)
    connection.execute(
        KEYS.insert().values(**values, digest=digest(secret), scopes=said, made_by=maker)
    )
    detail = {"scopes": said.split(), "per_minute": per_minute}
    audit.append(connection, actor, "key_made", f"key:{id}", detail, now=now)
    return id, secret


def revoke(connection: Connection, actor: Actor, id: str, *, now: datetime) -> None:
    """Make a key open nothing any more; twice is no error. Right ``manage``. Raises NotThere."""
    actor.need("manage")
    ours = (KEYS.c.tenant == actor.tenant) & (KEYS.c.id == id)
    row = connection.execute(select(KEYS.c.revoked).where(ours)).one_or_none()
    if row is None:
        raise NotThere("there is no key of that id")
    if row.revoked is None:
        connection.execute(update(KEYS).where(ours).values(revoked=now))
        audit.append(connection, actor, "key_revoked", f"key:{id}", {}, now=now)


def keys(connection: Connection, actor: Actor) -> tuple[Key, ...]:
    """Every key of the team, the newest first, revoked ones too. Right ``manage``."""
    actor.need("manage")
    ours = select(KEYS).where(KEYS.c.tenant == actor.tenant).order_by(KEYS.c.at.desc(), KEYS.c.id)
    return tuple(
        Key(
            row.id,
            row.name,
            tuple(row.scopes.split()),
            row.per_minute,
            row.made_by,
            row.at,
            row.revoked,
        )
        for row in connection.execute(ours)
    )


def actor_of_key(connection: Connection, secret: str) -> tuple[Actor, int] | None:
    """Whose key this is and how many calls a minute it may make; None if it opens nothing."""
    known = select(KEYS).where(KEYS.c.digest == digest(secret), KEYS.c.revoked.is_(None))
    row = connection.execute(known).one_or_none()
    if row is None:
        return None
    scopes = frozenset(row.scopes.split())
    return Actor(row.tenant, row.id, "key", row.name, None, scopes), row.per_minute
