"""How far a desk is set up: who may sign in, what the team has answered, what is told to whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, select

from fraudscore.review.settings import Settings
from fraudscore.review.tables import CASES, PROFILES
from fraudscore.review.tables_team import HOOKS, KEYS, TENANTS, USERS


@dataclass(frozen=True)
class Standing:
    """Numbers of the whole database. ``users``: who have a password; ``answered``: tenants whose four
    policy questions are answered, of ``tenants``."""

    tenants: int
    users: int
    answered: int
    keys: int
    hooks: int
    people: int
    open_cases: int


def standing(connection: Connection) -> Standing:
    """How far the desk is set up."""
    found = connection.execute(select(TENANTS.c.settings)).scalars().all()
    return Standing(
        tenants=len(found),
        users=_count(connection, USERS, USERS.c.password.is_not(None) & ~USERS.c.disabled),
        answered=sum(Settings.model_validate(one).answers is not None for one in found),
        keys=_count(connection, KEYS, KEYS.c.revoked.is_(None)),
        hooks=_count(connection, HOOKS, ~HOOKS.c.disabled),
        people=_count(connection, PROFILES, PROFILES.c.id.is_not(None)),
        open_cases=_count(connection, CASES, CASES.c.state != "closed"),
    )


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(table).where(which)
    return int(connection.execute(asked).scalar_one())
