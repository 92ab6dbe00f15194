"""`fraudscore team`: the teams of a desk from the command line, for whoever has the database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from features.sentences import counted
from fraudscore.errors import Conflict, NotThere
from fraudscore.review import team
from fraudscore.review.people import first_link
from fraudscore.review.store import opened
from fraudscore.review.tables_team import USERS
from fraudscore.web.clock import now
from fraudscore.web.setting_up import own_database, welcome


def run_add(db: str | None, name: str, url: str) -> str:
    """Make a team; the one-time link for its first admin, on a desk that is served at ``url``.

    Raises NotUsable for a name that cannot be, Conflict for one that is taken, NotThere, ReviewError.
    """
    moment = now()
    with opened(db or own_database()) as store, store.writing() as connection:
        team.first_tenant(connection, now=moment)  # is the oldest on every desk
        tenant = team.new_tenant(connection, name, now=moment)
        token = first_link(connection, tenant, now=moment)
    assert token is not None
    return welcome(url, token)


def run_link(db: str | None, name: str, url: str) -> str:
    """A fresh link for the first admin of a team, who has not come yet; the one before works no more.

    Raises NotThere, Conflict where they have come, ReviewError.
    """
    with opened(db or own_database()) as store, store.writing() as connection:
        found = team.tenants(connection)
        if name not in found:
            raise NotThere(f"there is no team {name!r}; there is {', '.join(map(repr, found))}")
        token = first_link(connection, found[name], now=now())
    if token is None:
        raise Conflict(f"somebody is in team {name!r} already; an admin of theirs makes links")
    return welcome(url, token)


def run_list(db: str | None) -> Iterator[str]:
    """A line a team, the oldest first: its name and how many may sign in.

    Raises NotThere, ReviewError.
    """
    able = USERS.c.password.is_not(None) & USERS.c.disabled.is_(False)
    asked = select(USERS.c.tenant, func.count()).where(able).group_by(USERS.c.tenant)
    with opened(db or own_database()) as store, store.reading() as connection:
        people = {row[0]: row[1] for row in connection.execute(asked)}
        for name, tenant in team.tenants(connection).items():
            yield f"{name}: {counted(people.get(tenant, 0), 'person', 'people')} may sign in"
