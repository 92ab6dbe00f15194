"""Whether an appeal is open: asked by everything that must wait for its answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from fraudscore.review.tables import APPEALS, CASES


def is_open() -> ColumnElement[bool]:
    """Appeals that were opened and not answered yet."""
    return APPEALS.c.opened.is_not(None) & APPEALS.c.closed.is_(None)


def contested(profile: Any) -> ColumnElement[bool]:
    """That a person has an open appeal, on whichever of their cases."""
    theirs = CASES.alias()
    on_them = theirs.c.profile == profile, APPEALS.c.case == theirs.c.id
    return exists().where(*on_them, is_open())


def appealed(connection: Connection, cases: Collection[str]) -> frozenset[str]:
    """Those of some cases on which an appeal is open."""
    asked = select(APPEALS.c.case).where(APPEALS.c.case.in_(cases), is_open())
    return frozenset(connection.execute(asked).scalars())


def is_appealed(connection: Connection, case: str) -> bool:
    """Whether an appeal on the case is open."""
    return bool(appealed(connection, [case]))
