"""Webhooks: what is told to whom, signed, tried again when it fails. Sending is the web's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from fraudscore.review.rights import Actor

Told = Literal["band_changed", "decided", "undone", "appeal_opened", "appeal_closed"]


@dataclass(frozen=True)
class Hook:
    """Where to tell. ``waiting``: deliveries not done yet; ``failed``: given up."""

    id: str
    url: str
    disabled: bool
    at: datetime
    waiting: int
    failed: int


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
    raise NotImplementedError


def hooks(connection: Connection, actor: Actor) -> tuple[Hook, ...]:
    """Every hook, oldest first. Right ``manage``."""
    raise NotImplementedError


def disable_hook(connection: Connection, actor: Actor, id: str, *, now: datetime) -> None:
    """Tell it nothing any more; what waits is dropped. Raises NotThere."""
    raise NotImplementedError


def tell(
    connection: Connection, tenant: int, event: Told, detail: Mapping[str, Any], *, now: datetime
) -> None:
    """Queue an event for every hook of a tenant, in the caller's transaction."""
    raise NotImplementedError


def take(connection: Connection, *, now: datetime, limit: int = 20) -> tuple[Delivery, ...]:
    """Deliveries that are due, of every tenant, lent for LEASE_SECONDS so that nobody sends twice."""
    raise NotImplementedError


def delivered(connection: Connection, id: str, *, now: datetime) -> None:
    """It was taken (2xx)."""
    raise NotImplementedError


def failed(connection: Connection, id: str, said: str, *, now: datetime) -> None:
    """It was not; tried again later, given up after ATTEMPTS_MAX times."""
    raise NotImplementedError


def signature(secret: str, at: datetime, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 of ``SECONDS.BODY``."""
    raise NotImplementedError
