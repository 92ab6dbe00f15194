"""Decisions: what was decided of a case, by whom and why, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import audit, hooks, labels
from fraudscore.review.appealed import is_appealed
from fraudscore.review.cases import CaseState, held_row, is_held, may_hold, row_of
from fraudscore.review.desk import allowed
from fraudscore.review.history import Happened, history
from fraudscore.review.opening import catch_up
from fraudscore.review.rights import Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables import CASES
from fraudscore.review.tables import DECISIONS as MADE
from fraudscore.review.tables_team import KEYS, USERS
from fraudscore.review.team import settings
from fraudscore.review.views import (
    VIEWS,
    RecordedView,
    View,
    has_opened,
    has_view,
    open_evidence,
    record_view,
    views,
)
from fraudscore.review.written import REASON_MIN, written

__all__ = [
    "ADVERSE",
    "DECISIONS",
    "REASON_MIN",
    "VIEWS",
    "Decided",
    "Decision",
    "Happened",
    "RecordedView",
    "View",
    "decide",
    "decisions",
    "history",
    "lately",
    "open_evidence",
    "record_view",
    "undo",
    "views",
]
Decided = Literal[
    "clear", "ask", "confirm_impersonation", "policy_breach", "other_misrepresentation", "escalate"
]
DECISIONS: dict[Decided, str] = {
    "clear": "Clear: nothing wrong",
    "ask": "Ask the person",
    "confirm_impersonation": "Confirm impersonation",
    "policy_breach": "Policy breach",
    "other_misrepresentation": "Other misrepresentation",
    "escalate": "Escalate to a lead",
}
"""What may be decided, as it is shown. First letters are not unique; number them."""
ADVERSE: frozenset[str] = frozenset(
    {"confirm_impersonation", "policy_breach", "other_misrepresentation"}
)
"""Decisions against a person: need a reason, opened evidence, a view, and a named reviewer."""
LATELY = timedelta(minutes=10)
"""How long somebody is told what they just did (assumed)."""
STATES: dict[str, CaseState] = {"ask": "asked", "escalate": "escalated"}
"""Where a case goes; with every other decision it is closed."""


@dataclass(frozen=True)
class Decision:
    """One decision. ``by``, ``by_name``: id and name of the user or key who decided. ``state``: of the
    case now."""

    id: str
    case: str
    kind: Decided
    reason: str
    by: str
    by_name: str
    at: datetime
    assessment: str
    undone: datetime | None
    undone_because: str | None
    state: CaseState


def decide(
    connection: Connection,
    actor: Actor,
    case: str,
    kind: str,
    reason: str = "",
    *,
    now: datetime,
    assessment: str | None = None,
) -> Decision:
    """Decide a case that the actor holds (a key with scope ``decide``: that nobody holds).

    ``assessment``: the one that was on the screen; Conflict if the case was scored again since. Adverse
    kinds need a reason of REASON_MIN characters, opened evidence, a recorded view (unless the setting
    shows scores always) and a user; a key may not. Raises NotUsable, NotAllowed (waits for a lead, whom
    a key is not), Conflict (not held, closed, appeal open, policy questions unanswered).
    """
    allowed(actor, "review", "decide")
    row = _decidable(connection, actor, case, now)
    if not kind:
        raise NotUsable("choose a decision first")
    if kind not in DECISIONS:
        raise NotUsable(f"{kind[:40]!r} is no decision; choose one of {', '.join(DECISIONS)}")
    if assessment not in (None, row.assessment):
        raise Conflict("this case was scored again meanwhile; look at it once more")
    if settings(connection, actor.tenant).answers is None:
        raise Conflict("an admin has to answer the four policy questions before the first decision")
    if kind in ADVERSE:
        _may_be_adverse(connection, actor, case)
    why = written(reason, "the reason", REASON_MIN if kind in ADVERSE else 0)
    id = _keep(connection, actor, row, kind, why, now)
    _settle(connection, row, kind, now)
    labels.of_decision(connection, actor, row, kind, id, now=now)
    detail = {"kind": kind, "reason": why, "assessment": row.assessment, "score": row.score}
    audit.append(connection, actor, "decided", f"case:{case}", detail | {"id": id}, now=now)
    told = {"case": case, "profile_id": row.profile_id, "decision": id, "kind": kind}
    hooks.tell(connection, actor.tenant, "decided", told, now=now)
    return _decision(connection, actor, id)


def _decidable(connection: Connection, actor: Actor, case: str, now: datetime) -> Row[Any]:
    row = row_of(connection, actor, case)
    if is_appealed(connection, case):
        raise Conflict("an appeal is open; it is answered instead")
    if actor.kind == "key" and is_held(row, now):
        raise Conflict("somebody is looking at this case; try again later")
    may_hold(connection, actor, row, now)
    return row if actor.kind == "key" else held_row(connection, actor, case, now)


def _may_be_adverse(connection: Connection, actor: Actor, case: str) -> None:
    if actor.kind != "user":
        raise NotAllowed("what speaks against a person is decided by a reviewer, not by a program")
    has_opened(connection, actor, case)
    always = settings(connection, actor.tenant).score_shown == "always"
    if not always and not has_view(connection, actor, case):
        raise NotUsable("record your view first")


def _keep(
    connection: Connection, actor: Actor, row: Row[Any], kind: str, reason: str, now: datetime
) -> str:
    values = {
        "id": new_id(),
        "tenant": actor.tenant,
        "case": row.id,
        "user": actor.id if actor.kind == "user" else None,
        "key": actor.id if actor.kind == "key" else None,
        "kind": kind,
        "reason": reason,
        "assessment": row.assessment,
        "at": now,
    }
    connection.execute(insert(MADE).values(values))
    return str(values["id"])


def _settle(connection: Connection, row: Row[Any], kind: str, now: datetime) -> None:
    state = STATES.get(kind, "closed")
    closed = {"closed": now, "outcome": kind} if state == "closed" else {}
    free = {"holder": None, "held_until": None, "snoozed_until": None, "changed": now}
    values = {"state": state, **closed, **free}
    connection.execute(update(CASES).where(CASES.c.id == row.id).values(values))


def undo(
    connection: Connection, actor: Actor, decision: str, reason: str, *, now: datetime
) -> Decision:
    """Take the newest standing decision of a case back: its label is void, the case open again, or
    waits for a lead as it did before.

    Where a newer case of the person is open, the old one stays closed. Right ``undo``. Raises
    NotThere, NotUsable for a short reason, Conflict if undone, appealed or not the newest.
    """
    actor.need("undo")
    found = _decision(connection, actor, decision)
    standing = [one for one in decisions(connection, actor, found.case) if one.undone is None]
    if found.undone is not None:
        raise Conflict("this decision was taken back already")
    if standing[-1].id != decision:
        raise Conflict("a newer decision stands; take that back first")
    if is_appealed(connection, found.case):
        raise Conflict("an appeal is open; it is answered instead")
    why = written(reason, "the reason", REASON_MIN)
    take_back(connection, actor, decision, why, now)
    _reopen(connection, actor, found.case, now)
    detail = {"id": decision, "kind": found.kind, "reason": why}
    audit.append(connection, actor, "undone", f"case:{found.case}", detail, now=now)
    profile_id = row_of(connection, actor, found.case).profile_id
    told = {"case": found.case, "profile_id": profile_id, "decision": decision, "kind": found.kind}
    hooks.tell(connection, actor.tenant, "undone", told, now=now)
    return _decision(connection, actor, decision)


def take_back(
    connection: Connection, actor: Actor, decision: str, reason: str, now: datetime
) -> None:
    """A decision stands no more, and its label is void for ever."""
    values = {"undone_by": actor.id, "undone": now, "undone_because": reason}
    connection.execute(update(MADE).where(MADE.c.id == decision).values(values))
    labels.void(connection, decision, now=now)


def _reopen(connection: Connection, actor: Actor, case: str, now: datetime) -> None:
    row = row_of(connection, actor, case)
    other = (CASES.c.profile == row.profile) & (CASES.c.id != case) & (CASES.c.state != "closed")
    newer = connection.execute(select(CASES.c.id).where(other)).first()
    values: dict[str, Any] = {"outcome": None, "changed": now}
    if newer is None:
        standing = [one.kind for one in decisions(connection, actor, case) if one.undone is None]
        waits = "escalated" if standing[-1:] == ["escalate"] else "open"
        values |= {"state": waits, "closed": None}
    connection.execute(update(CASES).where(CASES.c.id == case).values(values))
    if newer is None:
        catch_up(connection, actor, case, now)


def decisions(connection: Connection, actor: Actor, case: str) -> tuple[Decision, ...]:
    """Decisions of one case, oldest first. Raises NotThere."""
    allowed(actor, "see", "read")
    row_of(connection, actor, case)
    of_case = _asked(actor).where(MADE.c.case == case)
    ordered = of_case.order_by(MADE.c.at, MADE.c.id)
    return tuple(map(_shown, connection.execute(ordered)))


def lately(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Decision | None:
    """A decision that the actor made or took back no longer than LATELY ago; None for any other."""
    row = connection.execute(_asked(actor).where(MADE.c.id == id)).one_or_none()
    if row is None:
        return None
    by, at = (row.user, row.at) if row.undone is None else (row.undone_by, row.undone)
    return _shown(row) if by == actor.id and now - at <= LATELY else None


def _decision(connection: Connection, actor: Actor, id: str) -> Decision:
    row = connection.execute(_asked(actor).where(MADE.c.id == id)).one_or_none()
    if row is None:
        raise NotThere(f"there is no decision {id!r}")
    return _shown(row)


def _asked(actor: Actor) -> Select[Any]:
    joined = (
        MADE.join(CASES, CASES.c.id == MADE.c.case)
        .outerjoin(USERS, USERS.c.id == MADE.c.user)
        .outerjoin(KEYS, KEYS.c.id == MADE.c.key)
    )
    name = func.coalesce(USERS.c.name, KEYS.c.name, "").label("by_name")
    asked = select(MADE, CASES.c.state, name).select_from(joined)
    return asked.where(MADE.c.tenant == actor.tenant)


def _shown(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        case=row.case,
        kind=cast(Decided, row.kind),
        reason=row.reason,
        by=row.user or row.key or "",
        by_name=row.by_name,
        at=row.at,
        assessment=row.assessment,
        undone=row.undone,
        undone_because=row.undone_because,
        state=cast(CaseState, row.state),
    )
