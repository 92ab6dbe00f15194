"""Webhooks: what is told to whom, signed, tried again when it fails. Sending is the web's."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import HttpUrl, TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, Select, case, func, insert, select, update

from fraudscore.errors import NotThere, NotUsable
from fraudscore.review import audit
from fraudscore.review.rights import Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables_team import DELIVERIES, HOOKS

Told = Literal["band_changed", "decided", "undone", "appeal_opened", "appeal_closed"]
LEASE_SECONDS = 120
"""How long whoever took a delivery has to say what came of it."""
ATTEMPTS_MAX = 10
URL_MAX = 2_000
FIRST_SECONDS = 30
"""Before the second attempt; each later one waits twice as long, about four hours in the end."""
HERE = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that may be told without encryption."""


@dataclass(frozen=True)
class Hook:
    """Where to tell. ``waiting``: deliveries not done yet; ``failed``: given up; ``said``: why one of
    them was not taken."""

    id: str
    url: str
    disabled: bool
    at: datetime
    waiting: int
    failed: int
    said: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One thing to send: POST ``body`` to ``url`` with the header ``signature(secret, now, body)``."""

    id: str
    hook: str
    url: str
    secret: str
    event: str
    body: bytes
    attempts: int


def add_hook(connection: Connection, actor: Actor, url: str, *, now: datetime) -> tuple[Hook, str]:
    """A new hook and its secret, shown once. Right ``manage``. Raises NotUsable for a bad URL."""
    actor.need("manage")
    secret = secrets.token_hex(32)
    values = {
        "id": new_id(),
        "tenant": actor.tenant,
        "url": _address(url),
        "secret": secret,
        "disabled": False,
        "at": now,
    }
    connection.execute(insert(HOOKS).values(values))
    detail = {"url": values["url"]}
    audit.append(connection, actor, "hook_added", f"hook:{values['id']}", detail, now=now)
    return Hook(str(values["id"]), str(values["url"]), False, now, 0, 0), secret


def _address(url: str) -> str:
    try:
        found = TypeAdapter(HttpUrl).validate_python(url.strip())
    except ValidationError as error:
        raise NotUsable("this is no web address; write https://example.org/fraudscore") from error
    if len(str(found)) > URL_MAX:
        raise NotUsable(f"write an address of at most {URL_MAX} characters")
    if found.username or found.password:
        raise NotUsable("leave user and password out of the address; each delivery is signed")
    if found.scheme != "https" and found.host not in HERE:
        raise NotUsable("write an address that begins with https://")
    return str(found)


def hooks(connection: Connection, actor: Actor) -> tuple[Hook, ...]:
    """Every hook, oldest first. Right ``manage``."""
    actor.need("manage")
    return tuple(map(_hook, connection.execute(_asked(actor).order_by(HOOKS.c.at, HOOKS.c.id))))


def _asked(actor: Actor) -> Select[Any]:
    waits = DELIVERIES.c.due.is_not(None)
    lost = DELIVERIES.c.due.is_(None) & DELIVERIES.c.said.is_not(None)
    waiting = func.coalesce(func.sum(case((waits, 1), else_=0)), 0).label("waiting")
    failed = func.coalesce(func.sum(case((lost, 1), else_=0)), 0).label("failed")
    joined = HOOKS.outerjoin(DELIVERIES, DELIVERIES.c.hook == HOOKS.c.id)
    said = func.max(DELIVERIES.c.said).label("said")
    asked = select(HOOKS.c.id, HOOKS.c.url, HOOKS.c.disabled, HOOKS.c.at, waiting, failed, said)
    own = asked.select_from(joined).where(HOOKS.c.tenant == actor.tenant)
    return own.group_by(HOOKS.c.id, HOOKS.c.url, HOOKS.c.disabled, HOOKS.c.at)


def _hook(row: Row[Any]) -> Hook:
    return Hook(row.id, row.url, row.disabled, row.at, int(row.waiting), int(row.failed), row.said)


def disable_hook(connection: Connection, actor: Actor, id: str, *, now: datetime) -> None:
    """Tell it nothing any more; what waits is dropped. Right ``manage``. Raises NotThere."""
    actor.need("manage")
    own = (HOOKS.c.tenant == actor.tenant) & (HOOKS.c.id == id)
    if connection.execute(update(HOOKS).where(own).values(disabled=True)).rowcount == 0:
        raise NotThere(f"there is no hook {id!r}")
    waiting = (DELIVERIES.c.hook == id) & DELIVERIES.c.due.is_not(None)
    given_up = {"due": None, "done": now, "said": "disabled"}
    connection.execute(update(DELIVERIES).where(waiting).values(given_up))
    audit.append(connection, actor, "hook_disabled", f"hook:{id}", {}, now=now)


def tell(
    connection: Connection, tenant: int, event: Told, detail: Mapping[str, Any], *, now: datetime
) -> None:
    """Queue an event for every hook of a tenant, in the caller's transaction."""
    wanted = (HOOKS.c.tenant == tenant) & HOOKS.c.disabled.is_(False)
    found = connection.execute(select(HOOKS.c.id).where(wanted)).scalars().all()
    body = json.dumps({"event": event, "at": now.isoformat(), **detail}).encode()
    each = {"event": event, "body": body, "attempts": 0, "due": now}
    if found:
        rows = [{"id": new_id(), "hook": hook, **each} for hook in found]
        connection.execute(insert(DELIVERIES), rows)


def take(connection: Connection, *, now: datetime, limit: int = 20) -> tuple[Delivery, ...]:
    """Deliveries that are due, of every tenant, lent for LEASE_SECONDS so that nobody sends twice."""
    joined = DELIVERIES.join(HOOKS, HOOKS.c.id == DELIVERIES.c.hook)
    asked = select(DELIVERIES, HOOKS.c.url, HOOKS.c.secret).select_from(joined)
    due = asked.where(DELIVERIES.c.due <= now).order_by(DELIVERIES.c.due).limit(limit)
    rows = connection.execute(due).all()
    lent = {"due": now + timedelta(seconds=LEASE_SECONDS), "attempts": DELIVERIES.c.attempts + 1}
    ids = DELIVERIES.c.id.in_([row.id for row in rows])
    connection.execute(update(DELIVERIES).where(ids).values(lent))
    return tuple(
        Delivery(
            row.id, row.hook, row.url, row.secret, row.event, bytes(row.body), row.attempts + 1
        )
        for row in rows
    )


def delivered(connection: Connection, id: str, *, now: datetime) -> None:
    """It was taken (2xx)."""
    own = DELIVERIES.c.id == id
    connection.execute(update(DELIVERIES).where(own).values(due=None, done=now, said=None))


def failed(connection: Connection, id: str, said: str, *, now: datetime) -> None:
    """It was not; tried again later, given up after ATTEMPTS_MAX times."""
    own = (DELIVERIES.c.id == id) & DELIVERIES.c.due.is_not(None)
    attempts = connection.execute(select(DELIVERIES.c.attempts).where(own)).scalar()
    if attempts is None:
        return
    later = now + timedelta(seconds=FIRST_SECONDS * 2 ** (max(attempts, 1) - 1))
    when = {"due": later} if attempts < ATTEMPTS_MAX else {"due": None, "done": now}
    connection.execute(update(DELIVERIES).where(own).values(**when, said=said[:200]))


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 of ``SECONDS.BODY``."""
    seconds = int(at.timestamp())
    made = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={made.hexdigest()}"
