"""What of an assessment is shown to whom: evidence first, numbers after a view was recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from features.ledger import HandOver
from fraudscore.assessment import (
    Assessment,
    Coverage,
    FamilyScore,
    Notice,
    Reason,
    State,
    agrees,
    speaks_against,
)
from fraudscore.errors import NotThere
from fraudscore.review.appealed import contested
from fraudscore.review.desk import allowed
from fraudscore.review.rights import Actor
from fraudscore.review.tables import ASSESSMENTS, CASES, OPENINGS, PROFILES, VIEWS
from fraudscore.review.team import settings

TELLING = {"held_at_verify"}
"""Notices from which the score follows roughly."""


@dataclass(frozen=True)
class Line:
    """A reason without what the score follows from; numbers are None while the score is hidden.

    ``opened``: this actor has opened its evidence on this case.
    """

    code: str
    family: str
    group: str
    state: State
    text: str
    innocent: tuple[str, ...]
    next_check: str
    evidence: tuple[str, ...]
    source: tuple[str, ...]
    opened: bool
    contribution: float | None
    multiplier: float | None


@dataclass(frozen=True)
class Numbers:
    """What is shown after the view."""

    score: float
    log_odds: float
    prior: float
    base_rate: float
    probability: float | None
    families: tuple[FamilyScore, ...]


@dataclass(frozen=True)
class Seen:
    """An assessment on a case as this actor may see it. ``against``, ``in_favour``: by family and code
    while the score is hidden, else the strongest first. ``other``: looked at, no weight either way."""

    assessment: str
    case: str
    as_of: datetime
    against: tuple[Line, ...]
    in_favour: tuple[Line, ...]
    other: tuple[Line, ...]
    hand_overs: tuple[HandOver, ...]
    coverage: Coverage | None
    notices: tuple[Notice, ...]
    bundle: str
    policy: str
    trained_on: str
    numbers: Numbers | None


def visible(connection: Connection, actor: Actor, cases: Collection[str]) -> frozenset[str]:
    """Of these cases of the actor's tenant, those whose score this actor may be shown.

    None of a person who contests one of theirs; else all with the setting ``always``, and for auditors,
    keys and the system; else those the actor recorded a view on, and closed ones of people who have no
    other.
    """
    free = select(CASES.c.id).where(CASES.c.id.in_(cases), ~contested(CASES.c.profile))
    wanted = frozenset(connection.execute(free).scalars())
    shown = settings(connection, actor.tenant).score_shown
    if not wanted or shown == "always" or actor.kind != "user" or actor.may("audit"):
        return wanted
    viewed = select(VIEWS.c.case).where(VIEWS.c.user == actor.id, VIEWS.c.case.in_(wanted))
    other = CASES.alias()
    another = select(other.c.id).where(
        other.c.tenant == actor.tenant,
        other.c.profile == CASES.c.profile,
        other.c.state != "closed",
    )
    done = select(CASES.c.id).where(CASES.c.id.in_(wanted), ~another.exists())
    return frozenset(connection.execute(viewed.union(done)).scalars())


def hidden(connection: Connection, actor: Actor, profile_ids: Collection[str]) -> dict[str, str]:
    """Of people by the sender's ids, those whose score this actor may not be shown, each with the
    case that hides it."""
    joined = CASES.join(PROFILES, PROFILES.c.id == CASES.c.profile)
    theirs = (CASES.c.tenant == actor.tenant) & PROFILES.c.profile_id.in_(profile_ids)
    asked = select(CASES.c.id, PROFILES.c.profile_id).select_from(joined).where(theirs)
    # Of several cases the one that is not closed comes last, and stays.
    rows = connection.execute(asked.order_by(CASES.c.state != "closed")).all()
    shown = visible(connection, actor, [row.id for row in rows])
    return {row.profile_id: row.id for row in rows if row.id not in shown}


def seen(connection: Connection, actor: Actor, case: str) -> Seen:
    """What this actor may see of the case's assessment. Raises NotThere."""
    allowed(actor, "see", "read")
    joined = CASES.join(ASSESSMENTS, ASSESSMENTS.c.id == CASES.c.assessment)
    own = (CASES.c.id == case) & (CASES.c.tenant == actor.tenant)
    asked = select(ASSESSMENTS.c.id, ASSESSMENTS.c.body).select_from(joined).where(own)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotThere(f"there is no case {case!r}")
    said = Assessment.model_validate_json(row.body)
    mine = (OPENINGS.c.case == case) & (OPENINGS.c.user == actor.id)
    opened = frozenset(connection.execute(select(OPENINGS.c.reason).where(mine)).scalars())
    return _shown(said, row.id, case, opened, bool(visible(connection, actor, [case])))


def _shown(
    said: Assessment, assessment: str, case: str, opened: frozenset[str], numbers: bool
) -> Seen:
    ordered = sorted(said.reasons, key=_strength if numbers else _name)
    against = [reason for reason in ordered if speaks_against(reason)]
    favour = [
        reason
        for reason in ordered
        if reason.contribution < 0 and agrees(reason.code, reason.state)
    ]
    other = [reason for reason in ordered if reason not in against and reason not in favour]
    return Seen(
        assessment=assessment,
        case=case,
        as_of=said.as_of,
        against=tuple(_line(reason, opened, numbers) for reason in against),
        in_favour=tuple(_line(reason, opened, numbers) for reason in favour),
        other=tuple(_line(reason, opened, numbers) for reason in other),
        hand_overs=said.hand_overs,
        coverage=said.coverage,
        notices=tuple(n for n in said.notices if numbers or n.code not in TELLING),
        bundle=said.bundle,
        policy=said.policy,
        trained_on=said.trained_on,
        numbers=_numbers(said) if numbers else None,
    )


def _strength(reason: Reason) -> float:
    return -abs(reason.contribution)


def _name(reason: Reason) -> tuple[str, str]:
    return reason.family, reason.code


def _line(reason: Reason, opened: frozenset[str], numbers: bool) -> Line:
    return Line(
        code=reason.code,
        family=reason.family,
        group=reason.group,
        state=reason.state,
        text=reason.text,
        innocent=reason.innocent,
        next_check=reason.next_check,
        evidence=reason.evidence,
        source=reason.source,
        opened=reason.code in opened,
        contribution=reason.contribution if numbers else None,
        multiplier=reason.multiplier if numbers else None,
    )


def _numbers(said: Assessment) -> Numbers:
    return Numbers(
        said.score, said.log_odds, said.prior, said.base_rate, said.probability, said.families
    )
