"""Filters of the queue kept under a name, each user's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from fraudscore.errors import Conflict, NotThere, NotUsable
from fraudscore.review.filter import Filter
from fraudscore.review.rights import Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables_team import FILTERS

NAME_MAX = 80
QUERY_MAX = 1_000
EACH_MAX = 30
"""Filters one user may keep."""


@dataclass(frozen=True)
class SavedFilter:
    """A filter under a name. ``query``: values as in a URL, by name."""

    id: str
    name: str
    query: dict[str, str]


def save(
    connection: Connection, actor: Actor, name: str, filter: Filter, *, now: datetime
) -> SavedFilter:
    """Keep a filter; one of the same name is replaced. Raises NotUsable without a name, Conflict when
    there are EACH_MAX already."""
    actor.need("see")
    plain = " ".join(name.split())
    if not 0 < len(plain) <= NAME_MAX:
        raise NotUsable(f"write a name of at most {NAME_MAX} characters")
    own = FILTERS.c.user == actor.id
    connection.execute(delete(FILTERS).where(own, FILTERS.c.name == plain))
    if len(saved(connection, actor)) >= EACH_MAX:
        raise Conflict(f"you keep {EACH_MAX} filters already; drop one first")
    kept = SavedFilter(new_id(), plain, filter.query)
    query = json.dumps(kept.query, ensure_ascii=False)
    if len(query) > QUERY_MAX:
        raise NotUsable("this filter is too long to keep; search for less text")
    values = {"id": kept.id, "tenant": actor.tenant, "user": actor.id, "name": plain}
    connection.execute(insert(FILTERS).values(**values, query=query, at=now))
    return kept


def saved(connection: Connection, actor: Actor) -> tuple[SavedFilter, ...]:
    """One's own filters by name."""
    actor.need("see")
    own = select(FILTERS).where(FILTERS.c.user == actor.id, FILTERS.c.tenant == actor.tenant)
    rows = connection.execute(own.order_by(FILTERS.c.name))
    return tuple(SavedFilter(row.id, row.name, json.loads(row.query)) for row in rows)


def drop(connection: Connection, actor: Actor, id: str) -> None:
    """Forget a filter. Raises NotThere."""
    own = (FILTERS.c.id == id) & (FILTERS.c.user == actor.id)
    if connection.execute(delete(FILTERS).where(own)).rowcount == 0:
        raise NotThere(f"you keep no filter {id!r}")
