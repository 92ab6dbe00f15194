"""What of an assessment is shown to whom: evidence first, numbers after a view was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from features.ledger import HandOver
from fraudscore.assessment import Coverage, FamilyScore, Notice, State
from fraudscore.review.rights import Actor


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
    """An assessment on a case as this actor may see it. ``against``, ``in_favour``: by rising code
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


def seen(connection: Connection, actor: Actor, case: str) -> Seen:
    """What this actor may see of the case's assessment. Raises NotThere."""
    raise NotImplementedError
