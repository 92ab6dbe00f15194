"""Appeals: opened by a link, looked at by somebody else, the score put away meanwhile."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, Select, insert, select, update

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import audit, confirmed, hooks
from fraudscore.review.appealed import is_open
from fraudscore.review.cases import reviewer_of
from fraudscore.review.decisions import ADVERSE, take_back
from fraudscore.review.desk import allowed
from fraudscore.review.rights import Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables import APPEALS, CASES, DECISIONS, PROFILES
from fraudscore.review.tables_team import USERS
from fraudscore.review.team import settings
from fraudscore.review.views import has_opened
from fraudscore.review.written import REASON_MIN, TEXT_MAX, written

Outcome = Literal["upheld", "overturned"]
State = Literal["offered", "open", "closed", "expired"]
OFFER_DAYS = 180
"""How long a link may be used (assumed)."""
STATEMENT_MAX = TEXT_MAX
LISTED_MAX = 500
REVIEWERS = USERS.alias("reviewers")


@dataclass(frozen=True)
class Appeal:
    """One appeal. ``decided``: the decision's kind; ``decider``: the user who may not look at it;
    ``undone``: when the decision was taken back, by the answer or later."""

    id: str
    case: str
    decision: str
    decided: str
    decider: str | None
    profile_id: str
    state: State
    offered: datetime
    offer_ends: datetime
    opened: datetime | None
    due: datetime | None
    statement: str | None
    reviewer: str | None
    reviewer_name: str | None
    outcome: Outcome | None
    answer: str | None
    closed: datetime | None
    undone: datetime | None


def offer(
    connection: Connection, actor: Actor, decision: str, *, token: str | None = None, now: datetime
) -> str:
    """The token of a link with which the person may contest an adverse decision.

    An unused older link stops working. ``token``: which it is to be; one that is offered already stays
    as it is. Right ``review``. Raises NotThere, Conflict if the decision was
    taken back, is not adverse or was contested.
    """
    actor.need("review")
    own = (DECISIONS.c.id == decision) & (DECISIONS.c.tenant == actor.tenant)
    made = connection.execute(select(DECISIONS).where(own)).one_or_none()
    if made is None:
        raise NotThere(f"there is no decision {decision!r}")
    if made.kind not in ADVERSE or made.undone is not None:
        raise Conflict("only a standing decision against a person can be contested")
    of_it = APPEALS.c.decision == decision
    before = connection.execute(select(APPEALS).where(of_it)).first()
    if before is not None and before.opened is not None:
        raise Conflict("this decision was contested already")
    token = token or secrets.token_urlsafe(24)
    if before is not None and before.digest == _digest(token):
        return token
    ends = {"offered": now, "offer_ends": now + timedelta(days=OFFER_DAYS)}
    values = {"digest": _digest(token), **ends}
    if before is None:
        ours = {"id": new_id(), "tenant": actor.tenant, "case": made.case, "decision": decision}
        connection.execute(insert(APPEALS).values(ours | values))
    else:
        connection.execute(update(APPEALS).where(of_it).values(values))
    detail = {"decision": decision}
    audit.append(connection, actor, "appeal_offered", f"case:{made.case}", detail, now=now)
    return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def of_token(connection: Connection, token: str, *, now: datetime) -> Appeal:
    """The appeal behind a link, for the public page. Raises NotThere for a link that is none."""
    return _shown(_behind(connection, token), now)


def _behind(connection: Connection, token: str) -> Row[Any]:
    row = connection.execute(ASKED.where(APPEALS.c.digest == _digest(token))).one_or_none()
    if row is None:
        raise NotThere("this link is not known; use the newest one you were sent")
    return row


def open_appeal(connection: Connection, token: str, statement: str, *, now: datetime) -> Appeal:
    """The person contests the decision, once. The case waits for a reviewer, its score hidden, and a
    cohort is told that it does not stand.

    Raises NotThere, Conflict (used, expired, taken back), NotUsable (empty or over STATEMENT_MAX).
    """
    row = _behind(connection, token)
    if row.opened is not None:
        raise Conflict("this decision is contested already; nothing more is needed")
    if row.offer_ends <= now:
        raise Conflict("this link has expired; ask whoever sent it for a new one")
    if row.undone is not None:
        raise Conflict("this decision was taken back; there is nothing to contest")
    said = written(statement, "what you write", 1)
    due = now + timedelta(days=settings(connection, row.tenant).appeal_days)
    _change(connection, row.id, opened=now, due=due, statement=said)
    _move_case(connection, row.case, "appealed", now, assignee=None, closed=None)
    person = Actor(row.tenant, row.id, "person", row.profile_id)
    detail = {"appeal": row.id, "decision": row.decision, "statement": said}
    audit.append(connection, person, "appeal_opened", f"case:{row.case}", detail, now=now)
    _tell(connection, row, "appeal_opened", {"due": due.isoformat()}, now)
    confirmed.note(connection, row.profile, now=now)
    return of_token(connection, token, now=now)


def appeal(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Appeal:
    """One appeal. Raises NotThere."""
    allowed(actor, "see", "read")
    return _shown(_row(connection, actor, id), now)


def _row(connection: Connection, actor: Actor, id: str) -> Row[Any]:
    own = (APPEALS.c.id == id) & (APPEALS.c.tenant == actor.tenant)
    row = connection.execute(ASKED.where(own)).one_or_none()
    if row is None:
        raise NotThere(f"there is no appeal {id!r}")
    return row


def appeals(
    connection: Connection, actor: Actor, *, now: datetime, closed: bool = False
) -> tuple[Appeal, ...]:
    """Open appeals, the one due first first; or the closed ones, newest first (at most 500)."""
    allowed(actor, "see", "read")
    which = APPEALS.c.closed.is_not(None) if closed else is_open()
    order = APPEALS.c.closed.desc() if closed else APPEALS.c.due
    asked = ASKED.where(APPEALS.c.tenant == actor.tenant, which).order_by(order, APPEALS.c.id)
    return tuple(_shown(row, now) for row in connection.execute(asked.limit(LISTED_MAX)))


def assign_appeal(
    connection: Connection, actor: Actor, id: str, user: str, *, now: datetime
) -> Appeal:
    """Give an open appeal to a reviewer who did not decide (right ``assign``, or take it oneself).

    Raises Conflict for the decider or if it is somebody else's, NotUsable for who may not review.
    """
    actor.need("review")
    row = _open_row(connection, actor, id)
    reviewer_of(connection, actor, user)
    if not actor.may("assign") and (user != actor.id or row.reviewer not in (None, actor.id)):
        raise Conflict("this appeal is somebody else's to give; ask a lead")
    if user == row.user:
        raise Conflict("whoever decided does not hear the appeal; choose somebody else")
    _change(connection, id, reviewer=user)
    _move_case(connection, row.case, "appealed", now, assignee=user)
    detail = {"appeal": id, "to": user}
    audit.append(connection, actor, "appeal_assigned", f"case:{row.case}", detail, now=now)
    return appeal(connection, actor, id, now=now)


def close_appeal(
    connection: Connection, actor: Actor, id: str, outcome: str, answer: str, *, now: datetime
) -> Appeal:
    """The assigned reviewer decides: upheld, or overturned, which takes the decision back and voids
    its label for ever. The case is closed either way, and a cohort is told what stands.

    Raises NotAllowed for anybody else, Conflict if it is not open, NotUsable for a short answer, and for
    upholding without having opened evidence: it decides against the person as much as the first did.
    """
    actor.need("review")
    row = _open_row(connection, actor, id)
    if row.reviewer not in (None, actor.id):
        raise NotAllowed(f"this appeal was given to {row.reviewer_name}, who answers it")
    if row.reviewer is None or row.user == actor.id:
        raise NotAllowed("an appeal is answered by the reviewer it was given to; take it first")
    if outcome not in ("upheld", "overturned"):
        raise NotUsable(f"{outcome[:40]!r} is no outcome; write upheld or overturned")
    if outcome == "upheld":
        has_opened(connection, actor, row.case)
    said = written(answer, "the answer", REASON_MIN)
    _change(connection, id, outcome=outcome, answer=said, closed=now)
    if outcome == "overturned":
        take_back(connection, actor, row.decision, f"overturned on appeal: {said}", now)
    stands = row.decided if outcome == "upheld" else outcome
    _move_case(connection, row.case, "closed", now, outcome=stands, closed=now)
    detail = {"appeal": id, "decision": row.decision, "outcome": outcome, "answer": said}
    audit.append(connection, actor, "appeal_closed", f"case:{row.case}", detail, now=now)
    _tell(connection, row, "appeal_closed", {"outcome": outcome}, now)
    confirmed.note(connection, row.profile, now=now)
    return appeal(connection, actor, id, now=now)


def _open_row(connection: Connection, actor: Actor, id: str) -> Row[Any]:
    row = _row(connection, actor, id)
    if row.opened is None or row.closed is not None:
        raise Conflict("this appeal is not open")
    return row


def _change(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(APPEALS).where(APPEALS.c.id == id).values(values))


def _move_case(connection: Connection, case: str, state: str, now: datetime, **values: Any) -> None:
    free = {"holder": None, "held_until": None, "snoozed_until": None, "changed": now}
    moved = {"state": state, **free, **values}
    connection.execute(update(CASES).where(CASES.c.id == case).values(moved))


def _tell(
    connection: Connection, row: Row[Any], event: hooks.Told, more: dict[str, Any], now: datetime
) -> None:
    detail = {"case": row.case, "profile_id": row.profile_id, "decision": row.decision, **more}
    hooks.tell(connection, row.tenant, event, detail, now=now)


ASKED: Select[Any] = select(
    APPEALS,
    DECISIONS.c.kind.label("decided"),
    DECISIONS.c.user,
    DECISIONS.c.undone,
    CASES.c.profile,
    PROFILES.c.profile_id,
    REVIEWERS.c.name.label("reviewer_name"),
).select_from(
    APPEALS.join(DECISIONS, DECISIONS.c.id == APPEALS.c.decision)
    .join(CASES, CASES.c.id == APPEALS.c.case)
    .join(PROFILES, PROFILES.c.id == CASES.c.profile)
    .outerjoin(REVIEWERS, REVIEWERS.c.id == APPEALS.c.reviewer)
)
"""Appeals with the decision they contest."""


def _shown(row: Row[Any], now: datetime) -> Appeal:
    plain = {name: getattr(row, name) for name in PLAIN}
    return Appeal(
        **plain,
        decider=row.user,
        state=_state(row, now),
        outcome=cast(Outcome | None, row.outcome),
    )


PLAIN = (
    "id case decision decided profile_id offered offer_ends opened due statement reviewer "
    "reviewer_name answer closed undone"
).split()


def _state(row: Row[Any], now: datetime) -> State:
    if row.closed is not None:
        return "closed"
    if row.opened is not None:
        return "open"
    return "offered" if row.offer_ends > now and row.undone is None else "expired"
