"""Views: what a reviewer thought of the evidence, and which of it they opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select

from fraudscore.assessment import Assessment
from fraudscore.errors import Conflict, NotUsable
from fraudscore.review import audit, tables
from fraudscore.review.cases import held_row, row_of
from fraudscore.review.desk import allowed
from fraudscore.review.rights import Actor
from fraudscore.review.tables import ASSESSMENTS, OPENINGS
from fraudscore.review.tables_team import USERS
from fraudscore.review.written import written

View = Literal["nothing_wrong", "needs_a_check", "somebody_else", "other_problem", "cannot_tell"]
VIEWS: dict[View, str] = {
    "nothing_wrong": "Claims and observations agree",
    "needs_a_check": "A check would settle it",
    "somebody_else": "Somebody else seems to be working",
    "other_problem": "Something else is wrong",
    "cannot_tell": "I cannot tell from this",
}
"""What a reviewer may think of the evidence."""


@dataclass(frozen=True)
class RecordedView:
    """What a reviewer thought of the evidence. ``by``: the user's id."""

    view: View
    note: str
    by: str
    by_name: str
    at: datetime


def record_view(
    connection: Connection, actor: Actor, case: str, view: str, note: str = "", *, now: datetime
) -> RecordedView:
    """Record what the holder thinks, once on each case; the score is shown from then on.

    Raises NotUsable for a word not in VIEWS, Conflict unless held, or if there is one already.
    """
    actor.need("review")
    row = held_row(connection, actor, case, now)
    if not view:
        raise NotUsable("choose a view first")
    if view not in VIEWS:
        raise NotUsable(f"{view[:40]!r} is no view; choose one of {', '.join(VIEWS)}")
    if _view_of(connection, actor, case) is not None:
        raise Conflict("you recorded your view already; it stays as it was")
    values = {
        "case": case,
        "user": actor.id,
        "view": view,
        "note": written(note, "the note"),
        "assessment": row.assessment,
        "at": now,
    }
    connection.execute(insert(tables.VIEWS).values(values))
    detail = {"view": view, "note": values["note"], "assessment": row.assessment}
    audit.append(connection, actor, "view_recorded", f"case:{case}", detail, now=now)
    return views(connection, actor, case)[-1]


def has_view(connection: Connection, actor: Actor, case: str) -> bool:
    """Whether the actor recorded a view on a case."""
    return _view_of(connection, actor, case) is not None


def _view_of(connection: Connection, actor: Actor, case: str) -> Row[Any] | None:
    own = (tables.VIEWS.c.case == case) & (tables.VIEWS.c.user == actor.id)
    return connection.execute(select(tables.VIEWS.c.id).where(own)).first()


def views(connection: Connection, actor: Actor, case: str) -> tuple[RecordedView, ...]:
    """Views on a case, oldest first. Raises NotThere."""
    allowed(actor, "see", "read")
    row_of(connection, actor, case)
    joined = tables.VIEWS.join(USERS, USERS.c.id == tables.VIEWS.c.user)
    asked = select(tables.VIEWS, USERS.c.name).select_from(joined)
    found = asked.where(tables.VIEWS.c.case == case).order_by(tables.VIEWS.c.id)
    return tuple(
        RecordedView(row.view, row.note, row.user, row.name, row.at)
        for row in connection.execute(found)
    )


def open_evidence(
    connection: Connection, actor: Actor, case: str, reason: str, *, now: datetime
) -> None:
    """Note that a reviewer opened the evidence under a reason code; twice is once.

    Raises NotUsable for a code that the case's assessment does not have.
    """
    actor.need("review")
    row = row_of(connection, actor, case)
    body = select(ASSESSMENTS.c.body).where(ASSESSMENTS.c.id == row.assessment)
    said = Assessment.model_validate_json(connection.execute(body).scalar_one())
    if reason not in {known.code for known in said.reasons}:
        raise NotUsable(f"this assessment has no reason {reason[:80]!r}")
    if reason in opened(connection, actor, case):
        return
    values = {"case": case, "user": actor.id, "reason": reason, "at": now}
    connection.execute(insert(OPENINGS).values(values))
    detail = {"reason": reason, "assessment": row.assessment}
    audit.append(connection, actor, "evidence_opened", f"case:{case}", detail, now=now)


def has_opened(connection: Connection, actor: Actor, case: str) -> None:
    """Raises NotUsable unless the actor has opened some evidence on a case."""
    if not opened(connection, actor, case):
        raise NotUsable("open the evidence of at least one reason first")


def opened(connection: Connection, actor: Actor, case: str) -> frozenset[str]:
    """Reason codes whose evidence the actor opened on a case."""
    own = (OPENINGS.c.case == case) & (OPENINGS.c.user == actor.id)
    return frozenset(connection.execute(select(OPENINGS.c.reason).where(own)).scalars())
