"""Results: what is said about one person, in types that serialise as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from features.catalogue import of_code
from features.fixed import fixed_value
from features.ledger import HandOver

Band = Literal["no_concern", "verify", "review", "insufficient_evidence"]
State = Literal["present", "absent", "not_supplied", "could_not_check"]
BANDS: tuple[Band, ...] = ("no_concern", "insufficient_evidence", "verify", "review")
"""Bands by rising urgency."""
EVIDENCE_MAX = 5
"""Most pointers of one reason; a reviewer reads a handful, not a thousand."""

TRAINED_ON = {
    "simulated": "trained on a simulated world: ranks people for a second look, is no probability",
    "local": "trained on outcomes confirmed locally",
}


@fixed_value
class Reason:
    """One feature's part in the score, in words.

    ``state``: ``present`` if there is something to tell, ``absent`` if it was looked for and is not
    there; what is absent can move the score a little, but is never shown as speaking against.
    ``contribution``: log-odds, positive against the person, negative for them, 0 for what was seen and
    has no weight in this model. ``multiplier``: the
    same as a factor on the odds. ``evidence``: pointers into the record, the first EVIDENCE_MAX
    at most.
    """

    code: str
    family: str
    group: str
    state: State
    text: str
    contribution: float
    multiplier: float
    innocent: tuple[str, ...]
    next_check: str
    evidence: tuple[str, ...]
    source: tuple[str, ...]


WORTH_SAYING = 0.1
"""Log-odds from which a reason is worth a line (a tenth more on the odds)."""


def where_it_stands(evidence: Sequence[str]) -> str:
    """Pointers in a line; as many as are ever named are told to be the first of perhaps more."""
    more = f" (the first {EVIDENCE_MAX}; there may be more)"
    return ", ".join(evidence) + (more if len(evidence) == EVIDENCE_MAX else "")


def speaks_against(reason: Reason) -> bool:
    """Whether a reason is worth telling as speaking against the person."""
    return reason.state == "present" and reason.contribution >= WORTH_SAYING


def contradicts(code: str, state: State) -> bool:
    """Whether a reason says that a claim is contradicted, whatever it weighs."""
    return state == "present" and of_code(code).contradiction


def agrees(code: str, state: State) -> bool:
    """Whether a reason tells of what agrees, or of what was looked for and is not there."""
    return state == "absent" or of_code(code).direction == "lowers"


def speaks_for(reason: Reason) -> bool:
    """Whether a reason is worth telling as speaking for the person.

    A little of what speaks against people may weigh less than nothing; it is told, but not as agreement.
    """
    return reason.contribution <= -WORTH_SAYING and agrees(reason.code, reason.state)


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """One family's part in the score. ``contribution`` sums its features' contributions.

    ``state``: ``present`` if something was assessed that speaks against the person or contradicts a
    claim, whatever weight the model gives it; ``absent`` if assessed and nothing does; else
    ``could_not_check`` or ``not_supplied``.
    """

    family: str
    state: State
    contribution: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much could be seen: of ``features`` features ``assessed`` had a value.

    ``not_supplied`` and ``could_not_check`` name the others.
    """

    features: int
    assessed: int
    not_supplied: tuple[str, ...]
    could_not_check: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about this result. ``code`` is stable, ``text`` is not."""

    code: str
    text: str


class Assessment(BaseModel):
    """What fraudscore says about one person as of a moment.

    ``score``: 0 to 100, ranks people; at the stated base rate, 100 times the modelled chance.
    ``log_odds`` = ``prior`` + the sum of all contributions. ``probability`` is None until the
    bundle is calibrated on the deployer's own outcomes. ``hand_overs``: from applied to paid, whether
    each stage's person is known to be that of the stage before. A person decides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile_id: str
    as_of: datetime
    score: float
    band: Band
    probability: float | None
    base_rate: float
    prior: float
    log_odds: float
    families: tuple[FamilyScore, ...]
    hand_overs: tuple[HandOver, ...]
    reasons: tuple[Reason, ...]
    coverage: Coverage | None
    notices: tuple[Notice, ...]
    bundle: str
    policy: str
    trained_on: Literal["simulated", "local"]


def unweighed(item: Assessment) -> tuple[Reason, ...]:
    """What contradicts a claim and has little or no weight in the model; it is told all the same."""
    return tuple(
        reason
        for reason in item.reasons
        if contradicts(reason.code, reason.state) and not speaks_against(reason)
    )


def disagrees(item: Assessment) -> bool:
    """Whether anything is told that does not agree, whatever it weighs."""
    return bool(unweighed(item)) or any(map(speaks_against, item.reasons))
