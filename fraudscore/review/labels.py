"""Labels: what is known for sure of a person, for training; never one that was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from fraudscore.errors import NotThere, NotUsable
from fraudscore.review import audit, confirmed
from fraudscore.review.appealed import is_open
from fraudscore.review.desk import allowed
from fraudscore.review.rights import Actor
from fraudscore.review.store import new_id
from fraudscore.review.tables import APPEALS, ASSESSMENTS, CASES, DECISIONS, PROFILES
from fraudscore.review.tables import LABELS as KEPT

LABELS = (
    "confirmed_impersonation",
    "confirmed_genuine",
    "policy_breach",
    "other_misrepresentation",
    "unresolved",
)
"""Words of a label. Whoever has none is unreviewed, which is not negative."""
OF_DECISIONS = {
    "clear": "confirmed_genuine",
    "confirm_impersonation": "confirmed_impersonation",
    "policy_breach": "policy_breach",
    "other_misrepresentation": "other_misrepresentation",
}
"""What a decision says for training; asking and escalating say nothing yet."""


@dataclass(frozen=True)
class Label:
    """One label; of several of one person the newest counts. ``source``: decision or api.

    ``explored``: the case was drawn at random.
    """

    id: str
    profile_id: str
    label: str
    source: str
    decision: str | None
    assessment: str | None
    explored: bool
    at: datetime


def add(
    connection: Connection, actor: Actor, profile_id: str, label: str, *, now: datetime
) -> Label:
    """Keep a label from outside (scope ``label``, right ``assign``); a cohort is told as of a decision.

    Raises NotThere, NotUsable.
    """
    allowed(actor, "assign", "label")
    if label not in LABELS:
        raise NotUsable(f"{label[:40]!r} is no label; write one of {', '.join(LABELS)}")
    own = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.profile_id == profile_id)
    profile = connection.execute(select(PROFILES.c.id).where(own)).scalar()
    if profile is None:
        raise NotThere(f"nobody of the id {profile_id!r} is known")
    newest = select(ASSESSMENTS.c.id).where(ASSESSMENTS.c.profile == profile)
    ordered = newest.order_by(ASSESSMENTS.c.at.desc(), ASSESSMENTS.c.id)
    assessment = connection.execute(ordered.limit(1)).scalar()
    id = _keep(connection, actor, profile, label, "api", None, assessment, now)
    row = connection.execute(_asked(actor).where(KEPT.c.id == id)).one()
    return _shown(row)


def of_decision(
    connection: Connection,
    actor: Actor,
    case: Row[Any],
    kind: str,
    decision: str,
    *,
    now: datetime,
) -> None:
    """Keep what a decision says for training, in the caller's transaction."""
    if kind in OF_DECISIONS:
        label = OF_DECISIONS[kind]
        _keep(connection, actor, case.profile, label, "decision", decision, case.assessment, now)


def void(connection: Connection, decision: str, *, now: datetime) -> None:
    """The labels of a decision are never used again, and a cohort is told what stands without them."""
    own = KEPT.c.decision == decision
    connection.execute(update(KEPT).where(own).values(void=True))
    for profile in connection.execute(select(KEPT.c.profile).where(own)).scalars().all():
        confirmed.note(connection, profile, now=now)


def _keep(
    connection: Connection,
    actor: Actor,
    profile: str,
    label: str,
    source: str,
    decision: str | None,
    assessment: str | None,
    now: datetime,
) -> str:
    values = {
        "id": new_id(),
        "tenant": actor.tenant,
        "profile": profile,
        "label": label,
        "source": source,
        "decision": decision,
        "assessment": assessment,
        "void": False,
        "at": now,
    }
    connection.execute(insert(KEPT).values(values))
    detail = {name: values[name] for name in ("profile", "label", "source", "decision")}
    audit.append(connection, actor, "labelled", f"label:{values['id']}", detail, now=now)
    confirmed.note(connection, profile, now=now)
    return str(values["id"])


def labels(
    connection: Connection, actor: Actor, *, after: str | None = None, limit: int = 1000
) -> tuple[Label, ...]:
    """Labels for training by id: never void, nor while contested (scope ``label``, right
    ``see_exploration``). ``after``: the last id of the page before."""
    allowed(actor, "see_exploration", "label")
    contested = select(APPEALS.c.id).where(APPEALS.c.decision == KEPT.c.decision, is_open())
    standing = _asked(actor).where(KEPT.c.void.is_(False), ~contested.exists())
    if after is not None:
        standing = standing.where(KEPT.c.id > after)
    return tuple(map(_shown, connection.execute(standing.order_by(KEPT.c.id).limit(limit))))


def _asked(actor: Actor) -> Select[Any]:
    joined = (
        KEPT.join(PROFILES, PROFILES.c.id == KEPT.c.profile)
        .outerjoin(DECISIONS, DECISIONS.c.id == KEPT.c.decision)
        .outerjoin(CASES, CASES.c.id == DECISIONS.c.case)
    )
    explored = func.coalesce(CASES.c.explores, False).label("explored")
    asked = select(KEPT, PROFILES.c.profile_id, explored).select_from(joined)
    return asked.where(KEPT.c.tenant == actor.tenant)


def _shown(row: Row[Any]) -> Label:
    return Label(
        id=row.id,
        profile_id=row.profile_id,
        label=row.label,
        source=row.source,
        decision=row.decision,
        assessment=row.assessment,
        explored=bool(row.explored),
        at=row.at,
    )
