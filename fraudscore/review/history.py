"""Everything that happened to a person at this desk, over all their cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from fraudscore.review.cases import row_of
from fraudscore.review.desk import allowed
from fraudscore.review.rights import Actor
from fraudscore.review.seen import visible
from fraudscore.review.tables import APPEALS, ASSESSMENTS, CASES, DECISIONS, LABELS, VIEWS
from fraudscore.review.tables_team import KEYS, USERS


@dataclass(frozen=True)
class Happened:
    """One line of a person's history. ``what``: assessed, viewed, decided, undone, appeal_offered,
    appeal_opened, appeal_closed or labelled. ``detail``: a band, view, decision, outcome or label;
    empty for a band while the score is hidden. ``note``: what was written."""

    at: datetime
    what: str
    by_name: str
    detail: str
    note: str
    case: str | None
    id: str | None = None


def history(connection: Connection, actor: Actor, case: str) -> tuple[Happened, ...]:
    """Everything that happened to the person of a case, newest first. Raises NotThere."""
    allowed(actor, "see", "read")
    row = row_of(connection, actor, case)
    own = (CASES.c.profile == row.profile) & (CASES.c.tenant == actor.tenant)
    cases = connection.execute(select(CASES.c.id).where(own)).scalars().all()
    clear = len(visible(connection, actor, cases)) == len(cases)
    lines = [
        *_assessed(connection, row.profile, clear),
        *_viewed(connection, cases),
        *_decided(connection, cases),
        *_contested(connection, cases),
        *_labelled(connection, row.profile),
    ]
    return tuple(sorted(lines, key=lambda line: line.at)[::-1])


def _assessed(connection: Connection, profile: str, clear: bool) -> Iterator[Happened]:
    asked = select(ASSESSMENTS.c.id, ASSESSMENTS.c.at, ASSESSMENTS.c.band, ASSESSMENTS.c.cause)
    for row in connection.execute(asked.where(ASSESSMENTS.c.profile == profile)):
        yield Happened(row.at, "assessed", "", row.band if clear else "", row.cause, None, row.id)


def _viewed(connection: Connection, cases: Sequence[str]) -> Iterator[Happened]:
    for row in _by_user(connection, VIEWS, cases):
        yield Happened(row.at, "viewed", row.by_name, row.view, row.note, row.case)


def _decided(connection: Connection, cases: Sequence[str]) -> Iterator[Happened]:
    for row in _by_user(connection, DECISIONS, cases):
        yield Happened(row.at, "decided", row.by_name, row.kind, row.reason, row.case, row.id)
        if row.undone is not None:
            yield Happened(
                row.undone,
                "undone",
                row.undoer or "",
                row.kind,
                row.undone_because,
                row.case,
                row.id,
            )


def _by_user(connection: Connection, table: Table, cases: Sequence[str]) -> Iterator[Row[Any]]:
    joined = table.outerjoin(USERS, USERS.c.id == table.c.user)
    columns: list[Any] = [table, func.coalesce(USERS.c.name, "").label("by_name")]
    if table is DECISIONS:
        undoers = USERS.alias("undoers")
        joined = joined.outerjoin(undoers, undoers.c.id == table.c.undone_by)
        joined = joined.outerjoin(KEYS, KEYS.c.id == table.c.key)
        columns = [
            table,
            func.coalesce(USERS.c.name, KEYS.c.name, "").label("by_name"),
            undoers.c.name.label("undoer"),
        ]
    yield from connection.execute(
        select(*columns).select_from(joined).where(table.c.case.in_(cases))
    )


def _contested(connection: Connection, cases: Sequence[str]) -> Iterator[Happened]:
    joined = APPEALS.outerjoin(USERS, USERS.c.id == APPEALS.c.reviewer)
    asked = select(APPEALS, USERS.c.name).select_from(joined)
    for row in connection.execute(asked.where(APPEALS.c.case.in_(cases))):
        yield Happened(row.offered, "appeal_offered", "", "", "", row.case, row.id)
        if row.opened is not None:
            yield Happened(row.opened, "appeal_opened", "", "", row.statement, row.case, row.id)
        if row.closed is not None:
            yield Happened(
                row.closed,
                "appeal_closed",
                row.name or "",
                row.outcome,
                row.answer,
                row.case,
                row.id,
            )


def _labelled(connection: Connection, profile: str) -> Iterator[Happened]:
    outside = (LABELS.c.profile == profile) & (LABELS.c.source == "api")
    for row in connection.execute(select(LABELS).where(outside)):
        yield Happened(row.at, "labelled", "", row.label, "", None, row.id)
