"""Appeals: opened by a link, looked at by somebody else, the score put away meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from fraudscore.review.rights import Actor

Outcome = Literal["upheld", "overturned"]
OFFER_DAYS = 180
"""How long a link may be used (assumed)."""
STATEMENT_MAX = 4_000


@dataclass(frozen=True)
class Appeal:
    """One appeal. ``state``: offered, open, closed or expired. ``decider``: who may not look at it."""

    id: str
    case: str
    decision: str
    decided: str
    decider: str | None
    profile_id: str
    state: Literal["offered", "open", "closed", "expired"]
    offered: datetime
    offer_ends: datetime
    opened: datetime | None
    due: datetime | None
    statement: str | None
    reviewer: str | None
    reviewer_name: str | None
    outcome: Outcome | None
    answer: str | None
    closed: datetime | None


def offer(connection: Connection, actor: Actor, decision: str, *, now: datetime) -> str:
    """The token of a new link with which the person may contest an adverse decision; an unused older
    one stops working. Raises Conflict if undone, not adverse or already contested."""
    raise NotImplementedError


def of_token(connection: Connection, token: str, *, now: datetime) -> Appeal:
    """The appeal behind a link, for the public page. Raises NotThere for a link that is none."""
    raise NotImplementedError


def open_appeal(connection: Connection, token: str, statement: str, *, now: datetime) -> Appeal:
    """The person contests the decision, once. The case is back in the queue, its score hidden.

    Raises NotThere, Conflict (used, expired, undone), NotUsable (empty or over STATEMENT_MAX).
    """
    raise NotImplementedError


def appeal(connection: Connection, actor: Actor, id: str, *, now: datetime) -> Appeal:
    """One appeal. Raises NotThere."""
    raise NotImplementedError


def appeals(
    connection: Connection, actor: Actor, *, now: datetime, closed: bool = False
) -> tuple[Appeal, ...]:
    """Open appeals, the one due first first; or the closed ones, newest first (at most 500)."""
    raise NotImplementedError


def assign_appeal(
    connection: Connection, actor: Actor, id: str, user: str, *, now: datetime
) -> Appeal:
    """Give an open appeal to a reviewer who did not decide (right ``assign``, or take it oneself).

    Raises Conflict for the decider, NotUsable for a user who may not review.
    """
    raise NotImplementedError


def close_appeal(
    connection: Connection, actor: Actor, id: str, outcome: str, answer: str, *, now: datetime
) -> Appeal:
    """The assigned reviewer decides: upheld, or overturned, which voids the label for ever.

    Raises NotAllowed for anybody else, NotUsable for a short answer, Conflict if it is not open.
    """
    raise NotImplementedError


def score_suppressed(connection: Connection, case: str) -> bool:
    """Whether an appeal on the case is open."""
    raise NotImplementedError
