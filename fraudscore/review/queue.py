"""The queue: cases by urgency and evidence, a page at a time, with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from fraudscore.assessment import BANDS, Band
from fraudscore.errors import NotUsable
from fraudscore.review.cases import (
    DOWNWARDS,
    LENT,
    PLACE,
    SHOWN,
    Case,
    CaseState,
    awake,
    behind,
    knows_drawn,
    place_of,
    shown,
)
from fraudscore.review.desk import Desk, allowed
from fraudscore.review.filter import Filter
from fraudscore.review.finding import whoever
from fraudscore.review.rights import Actor
from fraudscore.review.tables import CASES, DECISIONS
from fraudscore.review.team import settings

__all__ = ["Filter", "Page", "listed"]
PAGE_MAX = 200
DAY, LAST = timedelta(days=1), datetime.max.replace(tzinfo=UTC)
FEW_MAX = 1_000
"""Most cases of one's own that are listed."""
STATES: tuple[CaseState, ...] = get_args(CaseState)
WAITING = tuple(state for state in STATES if state != "closed")
AGE = tuple_(CASES.c.opened, CASES.c.id)
COUNTED = union_all(
    *(
        select(literal(state), literal(urgency), func.count()).where(
            CASES.c.tenant == bindparam("tenant"),
            CASES.c.state == state,
            CASES.c.urgency == urgency,
        )
        for state in WAITING
        for urgency in range(len(BANDS))
    )
)
"""Each number from its own stretch of the index: grouping took twice as long."""
OLDEST = union_all(
    *(
        select(
            select(CASES.c.opened)
            .where(CASES.c.tenant == bindparam("tenant"), CASES.c.state == state)
            .order_by(CASES.c.opened)
            .limit(1)
            .subquery()
        )
        for state in WAITING
    )
)


@dataclass(frozen=True)
class Page:
    """One page. ``counts[state][band]`` and ``oldest`` (opened) are of all cases of the tenant that
    wait, closed ones are not counted; bands as reviewers are told them. ``snoozed``: how many of them
    are put off, by state. ``after`` is the cursor of the
    next page, None on the last one. ``budget_left``: cases that may still be decided this week (weeks
    begin on Monday, UTC). ``mine``: cases assigned to or held by the actor."""

    cases: tuple[Case, ...]
    counts: Mapping[CaseState, Mapping[Band, int]]
    snoozed: Mapping[CaseState, int]
    mine: int
    oldest: datetime | None
    after: str | None
    budget_left: int


def listed(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    filter: Filter,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """A page of the queue. ``after``: the id of the last case of the page before.

    Raises NotUsable for a cursor that is none, NotAllowed for ``explores``.
    """
    allowed(actor, "see", "read")
    if filter.explores is not None:
        actor.need("see_exploration")
    limit = max(1, min(limit, PAGE_MAX))
    left = _budget_left(connection, actor, now)
    chosen = _chosen(desk, connection, actor, filter, now)
    ids = _ids(connection, filter, chosen, _place_of(connection, actor, after), limit + 1)
    rows = _rows(connection, ids[:limit], _within(connection, actor, left, now))
    return Page(
        cases=tuple(shown(connection, actor, rows, now)),
        counts=_counts(connection, actor),
        snoozed=_snoozed(connection, actor, now),
        mine=_count(connection, _mine(actor, now)),
        oldest=_oldest(connection, actor),
        after=ids[limit - 1] if len(ids) > limit else None,
        budget_left=left,
    )


def _chosen(
    desk: Desk, connection: Connection, actor: Actor, filter: Filter, now: datetime
) -> list[ColumnElement[bool]]:
    """The conditions of a filter, but for the state."""
    chosen: list[ColumnElement[bool]] = [CASES.c.tenant == actor.tenant]
    if filter.band:
        chosen += _of_band(actor, filter.band)
    if filter.mine:
        chosen.append(_is_one_of(connection, CASES.c.id, _mine(actor, now).limit(FEW_MAX)))
    if filter.assignee:
        nobody = filter.assignee == "none"
        chosen.append(CASES.c.assignee.is_(None) if nobody else CASES.c.assignee == filter.assignee)
    if filter.speaks:
        words = (filter.speaks,) if knows_drawn(actor) else (filter.speaks, LENT + filter.speaks)
        chosen.append(or_(*(CASES.c.speaks.contains(f" {w} ", autoescape=True) for w in words)))
    if filter.text:
        people = whoever(filter.text, actor.tenant, desk.keys)
        chosen.append(_is_one_of(connection, CASES.c.profile, people))
    if filter.since:
        chosen.append(CASES.c.opened >= filter.since)
    if filter.until:
        chosen.append(CASES.c.opened < min(filter.until, LAST - DAY) + DAY)
    if filter.explores is not None:
        chosen.append(CASES.c.explores.is_(filter.explores))
    if filter.snoozed:
        chosen.append(CASES.c.snoozed_until > now)
    elif filter.state == "open":
        chosen.append(awake(now))
    return chosen


def _of_band(actor: Actor, band: Band) -> list[ColumnElement[bool]]:
    """Cases of a band as this actor is told it; those drawn have a place among the flagged ones."""
    own = BANDS.index(band)
    if not knows_drawn(actor):
        return [CASES.c.urgency == own]
    return [CASES.c.band == band, CASES.c.urgency.in_({own, BANDS.index("review")})]


def _is_one_of(
    connection: Connection, column: ColumnElement[Any], few: Select[Any]
) -> ColumnElement[bool]:
    """A condition by ids read beforehand, so that no plan walks the whole queue for a few."""
    found = connection.execute(few).scalars().all()
    return column.in_(found) if found else false()


def _mine(actor: Actor, now: datetime) -> Select[Any]:
    own = select(CASES.c.id).where(CASES.c.tenant == actor.tenant, CASES.c.state != "closed")
    held = own.where(CASES.c.holder == actor.id, CASES.c.held_until > now)
    both = union(own.where(CASES.c.assignee == actor.id), held).subquery()
    return select(both.c.id)


def _ids(
    connection: Connection,
    filter: Filter,
    chosen: list[ColumnElement[bool]],
    after: Row[Any] | None,
    limit: int,
) -> list[str]:
    """Ids in order; each state is read from its own stretch of the index."""
    few = filter.mine or bool(filter.text)
    order, beyond = _order(filter, after)
    columns = (CASES.c.id, CASES.c.urgency, CASES.c.log_odds, CASES.c.opened)
    states = (filter.state,) if filter.state else STATES
    if few:
        return _ids_of_few(connection, [*chosen, *beyond], states, order, limit)
    parts = [
        select(
            select(*columns)
            .where(*chosen, *beyond, CASES.c.state == state)
            .order_by(*order)
            .limit(limit)
            .subquery()
        )
        for state in states
    ]
    together = union_all(*parts).subquery()
    again = [together.c[column.element.name] for column in order]
    down = [a.desc() if filter.sort != "oldest" else a.asc() for a in again]
    return list(connection.execute(select(together.c.id).order_by(*down).limit(limit)).scalars())


def _ids_of_few(
    connection: Connection,
    chosen: list[ColumnElement[bool]],
    states: Sequence[str],
    order: Any,
    limit: int,
) -> list[str]:
    """Ids in order, where the conditions name the cases or people: found by name, then sorted.

    The state is not compared as it stands, or a plan would walk through all that are in it.
    """
    state = func.coalesce(CASES.c.state, "")
    asked = select(CASES.c.id).where(*chosen, state.in_(states)).order_by(*order).limit(limit)
    return list(connection.execute(asked).scalars())


def _order(filter: Filter, after: Row[Any] | None) -> tuple[Any, list[ColumnElement[bool]]]:
    if filter.sort == "urgency":
        return DOWNWARDS, [] if after is None else [behind(after)]
    age = after and tuple_(literal(after.opened, CASES.c.opened.type), literal(after.id))
    if filter.sort == "newest":
        down = (CASES.c.opened.desc(), CASES.c.id.desc())
        return down, [] if age is None else [age > AGE]
    up = (CASES.c.opened.asc(), CASES.c.id.asc())
    return up, [] if age is None else [age < AGE]


def _place_of(connection: Connection, actor: Actor, after: str | None) -> Row[Any] | None:
    """Where the last page ended; a cursor is an id, so that no number of the score leaves the desk."""
    if after is None:
        return None
    asked: Select[Any] = select(CASES.c.urgency, CASES.c.log_odds, CASES.c.opened, CASES.c.id)
    own = (CASES.c.tenant == actor.tenant) & (CASES.c.id == after)
    row = connection.execute(asked.where(own)).one_or_none()
    if row is None:
        raise NotUsable("the page before is not known any more; begin at the first")
    return row


def _rows(connection: Connection, ids: list[str], within: ColumnElement[bool]) -> list[Row[Any]]:
    found = connection.execute(
        SHOWN.add_columns(within.label("within_budget")).where(CASES.c.id.in_(ids))
    )
    by_id = {row.id: row for row in found}
    return [by_id[id] for id in ids]


def _budget_left(connection: Connection, actor: Actor, now: datetime) -> int:
    monday = (now - timedelta(days=now.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    done = select(func.count(DECISIONS.c.case.distinct())).where(
        DECISIONS.c.tenant == actor.tenant, DECISIONS.c.at >= monday, DECISIONS.c.undone.is_(None)
    )
    budget = settings(connection, actor.tenant).weekly_budget
    return max(0, budget - cast(int, connection.execute(done).scalar()))


def _within(connection: Connection, actor: Actor, left: int, now: datetime) -> ColumnElement[bool]:
    """Whether a case is among the first ones of the queue."""
    if left == 0:
        return literal(False)
    is_open = (CASES.c.tenant == actor.tenant) & (CASES.c.state == "open") & awake(now)
    asked = select(CASES.c.urgency, CASES.c.log_odds, CASES.c.id).where(is_open)
    last = connection.execute(asked.order_by(*DOWNWARDS).offset(left - 1).limit(1)).first()
    return is_open if last is None else is_open & (place_of(last) <= PLACE)


def _counts(connection: Connection, actor: Actor) -> dict[CaseState, dict[Band, int]]:
    counts: dict[CaseState, dict[Band, int]] = {state: {} for state in WAITING}
    for state, urgency, number in connection.execute(COUNTED, {"tenant": actor.tenant}):
        if number:
            counts[state][BANDS[urgency]] = number
    return counts


def _snoozed(connection: Connection, actor: Actor, now: datetime) -> dict[CaseState, int]:
    later = (CASES.c.tenant == actor.tenant) & (CASES.c.snoozed_until > now)
    number = func.count().label("number")
    asked = select(CASES.c.state, number).where(later).group_by(CASES.c.state)
    return {row.state: row.number for row in connection.execute(asked)}


def _count(connection: Connection, rows: Select[Any]) -> int:
    asked = select(func.count()).select_from(rows.subquery())
    return cast(int, connection.execute(asked).scalar())


def _oldest(connection: Connection, actor: Actor) -> datetime | None:
    return min(connection.execute(OLDEST, {"tenant": actor.tenant}).scalars(), default=None)
