"""Cases: one person to look at, held by one reviewer at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from fraudscore.assessment import Band
from fraudscore.review.rights import Actor

CaseState = Literal["open", "asked", "escalated", "appealed", "closed"]


@dataclass(frozen=True)
class Case:
    """A case as this actor may see it.

    ``profile``: the desk's id of the person, ``profile_id`` the sender's. ``band``: as shown in the
    queue; ``score`` is None as long as it is hidden from this actor. ``explores``: drawn at random,
    None for who may not know. ``holder``, ``assignee``: user ids, with names beside.
    ``held``: somebody has it on the screen now; ``snoozed``: until later than now.
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
    raise NotImplementedError


def score_visible(connection: Connection, actor: Actor, case: str) -> bool:
    """Whether this actor may be shown the score and anything it follows from. Raises NotThere.

    Never while an appeal is open; else with the setting ``always``, once they recorded a view, for
    auditors and keys, and for everybody once the person has no case that is not closed.
    """
    raise NotImplementedError


def hold(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """Take a case, or keep it longer. Raises Conflict if somebody else holds it or it is closed,
    NotAllowed for the decider of an appealed case and for escalated ones without right ``assign``."""
    raise NotImplementedError


def release(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Case:
    """Give a case back; nothing happens if one does not hold it."""
    raise NotImplementedError


def snooze(
    connection: Connection, actor: Actor, id: str, until: datetime | None, *, now: datetime
) -> Case:
    """Take a case out of the queue until a moment (None: put it back). Raises Conflict unless held
    by the actor, NotUsable for a past moment or one more than 90 days ahead."""
    raise NotImplementedError


def assign(
    connection: Connection, actor: Actor, ids: Sequence[str], user: str | None, *, now: datetime
) -> int:
    """Make cases somebody's work (None: nobody's); the number assigned. Right ``assign``; anybody may
    take unassigned ones for themselves."""
    raise NotImplementedError


def next_case(
    connection: Connection, actor: Actor, *, now: datetime, after: str | None = None
) -> Case | None:
    """The next free case in order of the queue, held for the actor; own ones first. ``after``: skip
    this one. None if there is nothing to do."""
    raise NotImplementedError
