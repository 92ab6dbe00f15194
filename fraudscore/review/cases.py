"""Cases: one person to look at, held by one reviewer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Row, and_, literal, or_, select, tuple_, update

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
LENT = "?"
"""Stands before a word by which a case drawn at random is found as flagged ones are."""
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


def hold(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """Take a case, or keep it longer. Raises Conflict if somebody else holds it or it is closed,
    NotAllowed for the decider of an appealed case and for escalated ones without right ``assign``."""
    actor.need("review")
    row = row_of(connection, actor, id)
    may_hold(connection, actor, row, now)
    until = now + timedelta(minutes=settings(connection, actor.tenant).hold_minutes)
    _change(connection, id, holder=actor.id, held_until=until)
    if not held_by(row, actor, now):
        audit.append(connection, actor, "case_held", f"case:{id}", {}, now=now)
    return case(connection, actor, id, now=now)


def may_hold(connection: Connection, actor: Actor, row: Row[Any], now: datetime) -> None:
    """Raises what ``hold`` raises."""
    if row.state == "closed":
        raise Conflict("this case is closed; a lead can undo its decision")
    _not_somebody_elses(actor, row, now)
    if row.state == "escalated" and not actor.may("assign"):
        raise NotAllowed("this case waits for a lead")
    if row.state == "appealed":
        _may_hear(connection, actor, row.id)


def _not_somebody_elses(actor: Actor, row: Row[Any], now: datetime) -> None:
    if row.holder not in (None, actor.id) and is_held(row, now):
        raise Conflict(f"{row.holder_name or 'somebody else'} has this case; take another")


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
    """Take a case out of the queue until a moment, and give it back; None: put it into the queue.

    Raises Conflict unless held by the actor (to put it back: if held by somebody else), NotUsable for
    a past moment or one too far ahead.
    """
    actor.need("review")
    if until is None:
        _not_somebody_elses(actor, row_of(connection, actor, id), now)
        _change(connection, id, snoozed_until=None, changed=now)
    else:
        held_row(connection, actor, id, now)
        first, last = ((now + timedelta(days=days)).date() for days in (1, SNOOZE_DAYS))
        if not first <= until.date() <= last:
            bad = f"{until.date()} is too early or too late"
            raise NotUsable(f"{bad}; write a day from {first} to {last}")
        _change(connection, id, snoozed_until=until, holder=None, held_until=None, changed=now)
    detail = {"until": until.isoformat() if until else None}
    audit.append(connection, actor, "case_snoozed", f"case:{id}", detail, now=now)
    return case(connection, actor, id, now=now)


def assign(
    connection: Connection, actor: Actor, ids: Sequence[str], user: str | None, *, now: datetime
) -> int:
    """Make cases somebody's work (None: nobody's); the number assigned.

    Right ``assign``; who may review may take for themselves what is nobody's. Raises NotThere,
    NotUsable (a user who may not review, over ASSIGN_MAX, an appeal), Conflict (somebody else's).
    """
    actor.need("review")
    if len(ids) > ASSIGN_MAX:
        raise NotUsable(f"{len(ids)} cases at once are too many; choose at most {ASSIGN_MAX}")
    if user is not None:
        reviewer_of(connection, actor, user)
    rows = [row_of(connection, actor, id) for id in dict.fromkeys(ids)]
    if any(row.state == "appealed" for row in rows):
        raise NotUsable("some of these are appeals; give each of them on its own page")
    if any(row.state == "closed" for row in rows):
        raise Conflict("some of these were closed meanwhile; choose among those that are left")
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

    ``after``: an open case to pass over, which is given back: the search goes on behind it and comes
    round to the top. None if there is nothing else to do.
    """
    actor.need("review")
    passed = None if after is None else _found(connection, actor, after)
    if passed is not None:
        release(connection, actor, passed.id, now=now)
    for whose in _in_turn(actor, passed):
        asked = (
            select(CASES.c.id)
            .where(CASES.c.tenant == actor.tenant, CASES.c.state == "open", whose)
            .where(awake(now), is_free(actor, now), CASES.c.id != (after or ""))
        )
        found = connection.execute(asked.order_by(*DOWNWARDS).limit(1)).scalar()
        if found is not None:
            return hold(connection, actor, found, now=now)
    return None


def _in_turn(actor: Actor, passed: Row[Any] | None) -> tuple[ColumnElement[bool], ...]:
    """Parts of the queue in which to look for the next case, one after the other."""
    own, nobodys = CASES.c.assignee == actor.id, CASES.c.assignee.is_(None)
    if passed is None or passed.state != "open":
        return own, nobodys
    if passed.assignee == actor.id:
        return and_(own, behind(passed)), nobodys, own
    return and_(nobodys, behind(passed)), own, nobodys


def behind(row: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    """Cases that come after this one in the queue."""
    found: ColumnElement[bool] = place_of(row) > PLACE
    return found


def place_of(row: Row[*tuple[Any, ...]]) -> ColumnElement[Any]:
    """A case's place in the queue, to be compared with PLACE."""
    return tuple_(*(literal(row._mapping[one.name], one.type) for one in PLACE.clauses))


def free_of(connection: Connection, actor: Actor, user: str, *, now: datetime) -> int:
    """Make nobody's what was given to or held by a user who reviews no more; how many cases."""
    waiting = (CASES.c.tenant == actor.tenant) & (CASES.c.state != "closed")
    theirs = waiting & ((CASES.c.assignee == user) | (CASES.c.holder == user))
    ids = connection.execute(select(CASES.c.id).where(theirs)).scalars().all()
    for column in (CASES.c.assignee, CASES.c.holder):
        connection.execute(update(CASES).where(waiting, column == user).values({column: None}))
    heard = (APPEALS.c.tenant == actor.tenant) & (APPEALS.c.reviewer == user) & is_open()
    connection.execute(update(APPEALS).where(heard).values(reviewer=None))
    done = [(f"case:{id}", {"to": None}) for id in ids]
    audit.append_all(connection, actor, "case_assigned", done, now=now)
    return len(ids)


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
    row = _found(connection, actor, id)
    if row is None:
        raise NotThere(f"there is no case {id!r}")
    return row


def _found(connection: Connection, actor: Actor, id: str) -> Row[Any] | None:
    own = (CASES.c.id == id) & (CASES.c.tenant == actor.tenant)
    return connection.execute(SHOWN.where(own)).one_or_none()


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
    knows = knows_drawn(actor)
    return Case(
        **plain,
        band=cast(Band, row.band) if clear or knows else BANDS[row.urgency],
        score=row.score if clear else None,
        explores=row.explores if knows else None,
        families=_families(row.speaks) if clear or knows else (),
        held=is_held(row, now),
        snoozed=row.snoozed_until is not None and row.snoozed_until > now,
        within_budget=bool(getattr(row, "within_budget", False)),
    )


def _families(speaks: str) -> tuple[str, ...]:
    """The families among the words of what speaks against a person; codes are in capitals."""
    return tuple(word for word in speaks.split() if word.islower() and word[0] != LENT)


def knows_drawn(actor: Actor) -> bool:
    """Whether the actor may know which cases were drawn at random, and of which band they are."""
    return actor.may("see_exploration") or actor.kind == "key"


PLAIN = (
    "id profile profile_id name assessment state outcome holder holder_name held_until assignee "
    "assignee_name snoozed_until opened changed closed"
).split()
"""Columns of SHOWN that everybody who may see cases may see."""


def _change(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(CASES).where(CASES.c.id == id).values(values))
