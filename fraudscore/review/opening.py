"""When a case opens, and how it moves when its person is scored again.

A case opens for the bands review and verify, and for a small seeded share of everybody else, so that
what the model misses is seen too. Those drawn get a place among the flagged ones: whoever looks at
them does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from fraudscore.assessment import BANDS, Assessment, Band, speaks_against
from fraudscore.review import audit
from fraudscore.review.cases import LENT
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.review.store import next_id
from fraudscore.review.tables import ASSESSMENTS, CASES
from fraudscore.review.team import settings

FLAGGED: tuple[Band, ...] = ("review", "verify")
REOPENS = 2.0
"""Factor on the odds from which a person whose case was closed is looked at again (assumed)."""
RANKED = (
    select(CASES)
    .where(
        CASES.c.tenant == bindparam("tenant"),
        CASES.c.profile.in_(bindparam("profiles", expanding=True)),
    )
    .order_by(CASES.c.state != "closed", CASES.c.opened)
)

MOVING = ("urgency", "log_odds", "explores", "state", "snoozed_until")
MOVE = update(CASES).where(CASES.c.id == bindparam("own"))


@dataclass(frozen=True)
class Turn:
    """A person's turn to be looked at: ids of person and assessment, what it says, the band before."""

    profile: str
    assessment: str
    said: Assessment
    before: Band | None


def move(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    turns: Sequence[Turn],
    answered: bool,
    now: datetime,
) -> dict[str, str]:
    """Open or move cases; the case that is not closed by person. ``answered``: what was asked of the
    person may have come in, so that a case that waits for it is open again."""
    newest = _newest(connection, actor, [turn.profile for turn in turns if turn.before])
    share = settings(connection, actor.tenant).exploration
    cases, moved, opened, drawn = {}, [], [], []
    for turn in turns:
        case = newest.get(turn.profile)
        if case is not None and case.state != "closed":
            cases[turn.profile] = case.id
            moved.append(_moved(case, turn, answered, now))
        elif _opens(turn.said, case):
            opened.append(_new(actor, turn, False, now))
        elif case is None and turn.said.band not in FLAGGED and _drawn(desk, actor, turn) < share:
            drawn.append(turn)
    if moved:
        connection.execute(MOVE, moved)
    if opened:
        _open(connection, actor, opened, now)
    if drawn:
        # When the others of the same batch have their places: these stand among them too.
        more = [_new(actor, t, True, now) | _disguise(desk, connection, actor, t) for t in drawn]
        _open(connection, actor, more, now)
        opened += more
    return cases | {row["profile"]: row["id"] for row in opened}


def catch_up(connection: Connection, actor: Actor, case: str, now: datetime) -> None:
    """Move a case that is open again to what was said last of its person, while it was closed."""
    row = connection.execute(select(CASES).where(CASES.c.id == case)).one()
    own = (ASSESSMENTS.c.tenant == actor.tenant) & (ASSESSMENTS.c.profile == row.profile)
    newest = ASSESSMENTS.c.at.desc(), ASSESSMENTS.c.id.desc()
    last = connection.execute(select(ASSESSMENTS).where(own).order_by(*newest).limit(1)).one()
    if last.id != row.assessment:
        said = Assessment.model_validate_json(last.body)
        turn = Turn(row.profile, last.id, said, None)
        connection.execute(MOVE, [_moved(row, turn, False, now)])


def _open(
    connection: Connection, actor: Actor, rows: Sequence[dict[str, Any]], now: datetime
) -> None:
    connection.execute(insert(CASES), rows)
    done = [
        (f"case:{row['id']}", {name: row[name] for name in ("assessment", "band", "explores")})
        for row in rows
    ]
    audit.append_all(connection, actor, "case_opened", done, now=now)


def _newest(
    connection: Connection, actor: Actor, profiles: Sequence[str]
) -> Mapping[str, Row[Any]]:
    """The case of each person that is not closed, else the one opened last."""
    if not profiles:
        return {}
    asked = {"tenant": actor.tenant, "profiles": profiles}
    return {row.profile: row for row in connection.execute(RANKED, asked)}


def _opens(said: Assessment, closed: Row[Any] | None) -> bool:
    """Whether there is something to look at that was not there when the last case was closed."""
    if said.band not in FLAGGED:
        return False
    if closed is None or BANDS.index(said.band) > BANDS.index(closed.band):
        return True
    return _odds(said.score) >= REOPENS * _odds(closed.score)


def _odds(score: float) -> float:
    return score / max(100 - score, 1e-9)


def _moved(case: Row[Any], turn: Turn, answered: bool, now: datetime) -> dict[str, Any]:
    """What changes of a case; the rest of its columns as they are, so that all cases go in one go."""
    values = {name: case._mapping[name] for name in MOVING}
    values |= {"own": case.id, "changed": now, **_said(turn)}
    if turn.said.band in FLAGGED or not case.explores:
        values |= _place(turn) | {"explores": False}
    else:
        lent = [word for word in case.speaks.split() if word[0] == LENT]
        values |= {"speaks": _spoken([*values["speaks"].split(), *lent])}
    if BANDS.index(turn.said.band) > BANDS.index(case.band):
        values |= {"snoozed_until": None}
    if answered and case.state == "asked":
        values |= {"state": "open", "snoozed_until": None}
    return values


def _new(actor: Actor, turn: Turn, explores: bool, now: datetime) -> dict[str, Any]:
    own = {
        "id": next_id(now),
        "tenant": actor.tenant,
        "profile": turn.profile,
        "explores": explores,
    }
    times = {"state": "open", "opened": now, "changed": now}
    return own | times | _said(turn) | _place(turn)


def _said(turn: Turn) -> dict[str, Any]:
    against = [reason for reason in turn.said.reasons if speaks_against(reason)]
    words = dict.fromkeys(word for reason in against for word in (reason.family, reason.code))
    return {
        "assessment": turn.assessment,
        "band": turn.said.band,
        "score": turn.said.score,
        "speaks": _spoken(words),
    }


def _spoken(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _place(turn: Turn) -> dict[str, Any]:
    return {"urgency": BANDS.index(turn.said.band), "log_odds": turn.said.log_odds}


def _drawn(desk: Desk, actor: Actor, turn: Turn, purpose: str = "desk exploration") -> float:
    """A number in [0, 1) that the desk's key fixes for each person, so that asking again draws no
    second lot."""
    whose = f"{actor.tenant} {turn.said.profile_id}"
    return int(desk.keys.keyed(purpose, whose)[:13], 16) / 16**13


def _disguise(desk: Desk, connection: Connection, actor: Actor, turn: Turn) -> dict[str, Any]:
    """A place among the flagged cases, and what speaks against the one whose place it is."""
    urgency = BANDS.index("review")
    flagged = (
        (CASES.c.tenant == actor.tenant) & (CASES.c.state == "open") & (CASES.c.urgency == urgency)
    )
    ends = (func.min(CASES.c.log_odds), func.max(CASES.c.log_odds))
    low, high = (connection.execute(select(end).where(flagged)).scalar() for end in ends)
    if low is None or high is None:
        return {"urgency": urgency}
    place = low + _drawn(desk, actor, turn, "desk place") * (high - low)
    below = select(CASES.c.speaks).where(flagged, CASES.c.log_odds <= place)
    speaks = connection.execute(below.order_by(CASES.c.log_odds.desc()).limit(1)).scalar_one()
    words = dict.fromkeys(LENT + word.removeprefix(LENT) for word in speaks.split())
    own = _said(turn)["speaks"].split()
    return {"urgency": urgency, "log_odds": place, "speaks": _spoken([*own, *words])}
