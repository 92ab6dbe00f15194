"""Labels: what is known for sure of a person, for training; never one that was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from fraudscore.review.rights import Actor

LABELS = (
    "confirmed_impersonation",
    "confirmed_genuine",
    "policy_breach",
    "other_misrepresentation",
    "unresolved",
)
"""Words of a label. Whoever has none is unreviewed, which is not negative."""


@dataclass(frozen=True)
class Label:
    """One label. ``source``: decision or api. ``explored``: the case was drawn at random."""

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
    """Keep a label from outside (scope ``label``, right ``assign``). Raises NotThere, NotUsable."""
    raise NotImplementedError


def labels(
    connection: Connection, actor: Actor, *, after: str | None = None, limit: int = 1000
) -> tuple[Label, ...]:
    """Labels for training by id: never void, nor while contested (scope ``label``, right
    ``see_exploration``). ``after``: the last id of the page before."""
    raise NotImplementedError
