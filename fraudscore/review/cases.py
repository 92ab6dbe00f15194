"""Cases: one person to look at, held by one reviewer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Row, or_, select, tuple_, update

from fraudscore.assessment import BANDS, Band
from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import audit
from fraudscore.review.appealed import is_open
from fraudscore.review.desk import allowed
from fraudscore.review.rights import ROLES, Actor
from fraudscore.review.seen import visible
from fraudscore.review.tables import APPEALS, CASES, DECISIONS, PROFILES
from fraudscore.review.tables_team import USERS
from fraudscore.review.team import settings

CaseState = Literal["open", "asked", "escalated", "appealed", "closed"]
SNOOZE_DAYS = 90
"""Longest a case may be put off (assumed)."""
ASSIGN_MAX = 500
"""Most cases assigned at once."""
HOLDERS, ASSIGNEES = USERS.alias("holders"), USERS.alias("assignees")
PLACE = tuple_(CASES.c.urgency, CASES.c.log_odds, CASES.c.id)
"""A case's place in the queue; the highest comes first."""
DOWNWARDS = (CASES.c.urgency.desc(), CASES.c.log_odds.desc(), CASES.c.id.desc())
SHOWN = select(
    CASES,
    PROFILES.c.profile_id,
    PROFILES.c.name,
    HOLDERS.c.name.label("holder_name"),
    ASSIGNEES.c.name.label("assignee_name"),
).select_from(
    CASES.join(PROFILES, PROFILES.c.id == CASES.c.profile)
    .outerjoin(HOLDERS, HOLDERS.c.id == CASES.c.holder)
    .outerjoin(ASSIGNEES, ASSIGNEES.c.id == CASES.c.assignee)
)
"""Cases with the names beside them."""


@dataclass(frozen=True)
class Case:
    """A case as this actor may see it.

    ``profile``: the desk's id of the person, ``profile_id`` the sender's. ``band``: the place in the
    queue until the score is shown. ``score`` is None as long as it is hidden from this actor.
    ``explores``: drawn at random, None for who may not know. ``holder``, ``assignee``: user ids, with
    names beside. ``held``: somebody has it on the screen now; ``snoozed``: until later than now.
    ``families``: those that speak against; empty until the score is shown for who may not know which
    were drawn, because those have none. ``within_budget``: among the first of the queue, as many as may
    still be decided this week; said by the queue only.
    """

    id: str
    profile: str
    profile_id: str
    name: str | None
    assessment: str
    band: Band
    score: float | None
    state: CaseState
    outcome: str | None
    explores: bool | None
    holder: str | None
    holder_name: str | None
    held_until: datetime | None
    assignee: str | None
    assignee_name: str | None
    snoozed_until: datetime | None
    opened: datetime
    changed: datetime
    closed: datetime | None
    families: tuple[str, ...]
    held: bool = False
    snoozed: bool = False
    within_budget: bool = False


def case(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """One case. Raises NotThere."""
    allowed(actor, "see", "read")
    return shown(connection, actor, [row_of(connection, actor, id)], now)[0]


def score_visible(connection: Connection, actor: Actor, case: str) -> bool:
    """Whether this actor may be shown the score and anything it follows from. Raises NotThere.

    Never while an appeal is open; else with the setting ``always``, once they recorded a view, for
    auditors and keys, and for everybody once the person has no case that is not closed.
    """
    allowed(actor, "see", "read")
    row_of(connection, actor, case)
    return bool(visible(connection, actor, [case]))


def hold(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """Take a case, or keep it longer. Raises Conflict if somebody else holds it or it is closed,
    NotAllowed for the decider of an appealed case and for escalated ones without right ``assign``."""
    actor.need("review")
    row = row_of(connection, actor, id)
    _may_hold(connection, actor, row, now)
    until = now + timedelta(minutes=settings(connection, actor.tenant).hold_minutes)
    _change(connection, id, holder=actor.id, held_until=until)
    if not held_by(row, actor, now):
        audit.append(connection, actor, "case_held", f"case:{id}", {}, now=now)
    return case(connection, actor, id, now=now)


def _may_hold(connection: Connection, actor: Actor, row: Row[Any], now: datetime) -> None:
    if row.state == "closed":
        raise Conflict("this case is closed; a lead can undo its decision")
    if row.holder not in (None, actor.id) and is_held(row, now):
        raise Conflict(f"{row.holder_name or 'somebody else'} has this case; take another")
    if row.state == "escalated" and not actor.may("assign"):
        raise NotAllowed("this case waits for a lead")
    if row.state == "appealed":
        _may_hear(connection, actor, row.id)


def _may_hear(connection: Connection, actor: Actor, case: str) -> None:
    joined = APPEALS.join(DECISIONS, DECISIONS.c.id == APPEALS.c.decision)
    asked = select(APPEALS.c.reviewer, DECISIONS.c.user).select_from(joined)
    appeal = connection.execute(asked.where(APPEALS.c.case == case, is_open())).first()
    if appeal is None:
        return
    if appeal.user == actor.id:
        raise NotAllowed("you decided this case; somebody else hears the appeal")
    if appeal.reviewer not in (None, actor.id):
        raise Conflict("this appeal was given to somebody else; take another case")


def release(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """Give a case back; nothing happens if one does not hold it."""
    actor.need("review")
    if row_of(connection, actor, id).holder == actor.id:
        _change(connection, id, holder=None, held_until=None)
        audit.append(connection, actor, "case_released", f"case:{id}", {}, now=now)
    return case(connection, actor, id, now=now)


def snooze(
    connection: Connection, actor: Actor, id: str, until: datetime | None, *, now: datetime
) -> Case:
    """Take a case out of the queue until a moment (None: put it back), and give it back.

    Raises Conflict unless held by the actor, NotUsable for a past moment or one too far ahead.
    """
    actor.need("review")
    if until is not None:
        held_row(connection, actor, id, now)
        if not now < until <= now + timedelta(days=SNOOZE_DAYS):
            raise NotUsable(f"write a day from tomorrow on, at most {SNOOZE_DAYS} days ahead")
    row_of(connection, actor, id)
    _change(connection, id, snoozed_until=until, holder=None, held_until=None, changed=now)
    detail = {"until": until.isoformat() if until else None}
    audit.append(connection, actor, "case_snoozed", f"case:{id}", detail, now=now)
    return case(connection, actor, id, now=now)


def assign(
    connection: Connection, actor: Actor, ids: Sequence[str], user: str | None, *, now: datetime
) -> int:
    """Make cases somebody's work (None: nobody's); the number assigned.

    Right ``assign``; who may review may take for themselves what is nobody's. Raises NotThere,
    NotUsable (a user who may not review, over ASSIGN_MAX), Conflict (somebody else's).
    """
    actor.need("review")
    if len(ids) > ASSIGN_MAX:
        raise NotUsable(f"{len(ids)} cases at once are too many; choose at most {ASSIGN_MAX}")
    if user is not None:
        reviewer_of(connection, actor, user)
    rows = [row_of(connection, actor, id) for id in dict.fromkeys(ids)]
    if not actor.may("assign"):
        _may_take(actor, rows, user)
    for row in rows:
        _change(connection, row.id, assignee=user, changed=now)
        audit.append(connection, actor, "case_assigned", f"case:{row.id}", {"to": user}, now=now)
    return len(rows)


def _may_take(actor: Actor, rows: Iterable[Row[Any]], user: str | None) -> None:
    if user not in (None, actor.id):
        raise NotAllowed("you may take cases for yourself; ask a lead to give them to others")
    if any(row.assignee not in (None, actor.id) for row in rows):
        raise Conflict("some of these are somebody else's; ask a lead")


def next_case(
    connection: Connection, actor: Actor, *, now: datetime, after: str | None = None
) -> Case | None:
    """The next free case in order of the queue, held for the actor; own ones first.

    ``after``: skip this one. None if there is nothing to do.
    """
    actor.need("review")
    for whose in (CASES.c.assignee == actor.id, CASES.c.assignee.is_(None)):
        asked = (
            select(CASES.c.id)
            .where(CASES.c.tenant == actor.tenant, CASES.c.state == "open", whose)
            .where(awake(now), is_free(actor, now), CASES.c.id != (after or ""))
        )
        found = connection.execute(asked.order_by(*DOWNWARDS).limit(1)).scalar()
        if found is not None:
            return hold(connection, actor, found, now=now)
    return None


def awake(now: datetime) -> ColumnElement[bool]:
    """Cases that are not snoozed."""
    return or_(CASES.c.snoozed_until.is_(None), CASES.c.snoozed_until <= now)


def is_free(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Cases that nobody else holds."""
    return or_(CASES.c.holder.is_(None), CASES.c.holder == actor.id, CASES.c.held_until <= now)


def is_held(row: Row[Any], now: datetime) -> bool:
    """Whether somebody holds a case now."""
    return row.holder is not None and row.held_until is not None and row.held_until > now


def held_by(row: Row[Any], actor: Actor, now: datetime) -> bool:
    """Whether the actor holds a case now."""
    return row.holder == actor.id and is_held(row, now)


def row_of(connection: Connection, actor: Actor, id: str) -> Row[Any]:
    """The row of a case of the actor's tenant. Raises NotThere."""
    own = (CASES.c.id == id) & (CASES.c.tenant == actor.tenant)
    row = connection.execute(SHOWN.where(own)).one_or_none()
    if row is None:
        raise NotThere(f"there is no case {id!r}")
    return row


def held_row(connection: Connection, actor: Actor, id: str, now: datetime) -> Row[Any]:
    """The row of a case that the actor holds. Raises NotThere, Conflict."""
    row = row_of(connection, actor, id)
    if not held_by(row, actor, now):
        raise Conflict("you do not have this case any more; take it again first")
    return row


def reviewer_of(connection: Connection, actor: Actor, user: str) -> Row[Any]:
    """A user of the tenant who may review. Raises NotThere, NotUsable."""
    own = (USERS.c.id == user) & (USERS.c.tenant == actor.tenant)
    row = connection.execute(select(USERS).where(own)).one_or_none()
    if row is None:
        raise NotThere(f"there is no user {user!r}")
    if row.disabled or "review" not in ROLES[row.role]:
        raise NotUsable(f"{row.name} may not review; choose a reviewer or a lead")
    return row


def shown(
    connection: Connection, actor: Actor, rows: Sequence[Row[Any]], now: datetime
) -> list[Case]:
    """Rows of SHOWN as this actor may see them."""
    clear = visible(connection, actor, [row.id for row in rows])
    return [_case(row, actor, row.id in clear, now) for row in rows]


def _case(row: Row[Any], actor: Actor, clear: bool, now: datetime) -> Case:
    plain = {name: getattr(row, name) for name in PLAIN}
    knows = actor.may("see_exploration") or actor.kind == "key"
    return Case(
        **plain,
        band=cast(Band, row.band) if clear or knows else BANDS[row.urgency],
        score=row.score if clear else None,
        explores=row.explores if knows else None,
        families=tuple(filter(str.islower, row.speaks.split())) if clear or knows else (),
        held=is_held(row, now),
        snoozed=row.snoozed_until is not None and row.snoozed_until > now,
        within_budget=bool(getattr(row, "within_budget", False)),
    )


PLAIN = (
    "id profile profile_id name assessment state outcome holder holder_name held_until assignee "
    "assignee_name snoozed_until opened changed closed"
).split()
"""Columns of SHOWN that everybody who may see cases may see."""


def _change(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(CASES).where(CASES.c.id == id).values(values))
