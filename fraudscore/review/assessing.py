"""People in, assessments kept: scored outside the transaction, written in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from features.records import Profile
from fraudscore.assessment import Assessment, Band
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor

Cause = Literal["asked", "event", "import"]


@dataclass(frozen=True)
class Kept:
    """One assessment as it was kept. ``case``: the person's open case, if there is one. ``before``:
    the band until now, None for somebody new."""

    id: str
    assessment: Assessment
    case: str | None
    before: Band | None


def assess(
    desk: Desk, actor: Actor, profiles: Sequence[Profile], *, cause: Cause = "asked", now: datetime
) -> list[Kept]:
    """Score people, keep record, words and assessment, open or move their cases; in input order.

    Opens its own transaction. Raises NotAllowed (right ``check_hires``, scope ``assess``).
    """
    raise NotImplementedError


def events(
    desk: Desk, actor: Actor, profile_id: str, parts: Mapping[str, Any], *, now: datetime
) -> Kept:
    """Append rows (sessions, payouts, checks, ...) to the kept record of a person and score it again.

    ``parts``: lists by name as in the record, nested ones too (``{"contact": {"phones": [...]}}``);
    ``as_of`` may be given, else it is ``now``. Raises NotThere, Conflict if the record was dropped,
    InvalidProfile with pointers into ``parts``.
    """
    raise NotImplementedError


def assessment(connection: Connection, actor: Actor, id: str) -> bytes:
    """An assessment as it was given out (JSON). Raises NotThere; NotAllowed while the score is hidden."""
    raise NotImplementedError


def record(connection: Connection, actor: Actor, profile: str) -> Profile | None:
    """The newest record of a person (``Case.profile``), None once it was dropped. Raises NotThere."""
    raise NotImplementedError
