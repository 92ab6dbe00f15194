"""Filters of the queue kept under a name, each user's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fraudscore.review.queue import Filter
from fraudscore.review.rights import Actor


@dataclass(frozen=True)
class SavedFilter:
    """``query``: URL-encoded query values, without a question mark."""

    id: str
    name: str
    query: str


def save(
    connection: Connection, actor: Actor, name: str, filter: Filter, *, now: datetime
) -> SavedFilter:
    """Keep a filter; one of the same name is replaced. Raises NotUsable without a name."""
    raise NotImplementedError


def saved(connection: Connection, actor: Actor) -> tuple[SavedFilter, ...]:
    """One's own filters by name."""
    raise NotImplementedError


def drop(connection: Connection, actor: Actor, id: str) -> None:
    """Forget a filter. Raises NotThere."""
    raise NotImplementedError
