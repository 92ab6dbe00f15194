"""Views and decisions: what a reviewer thought, what was decided, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from fraudscore.review.cases import CaseState
from fraudscore.review.rights import Actor

View = Literal["nothing_wrong", "needs_a_check", "somebody_else", "other_problem", "cannot_tell"]
Decided = Literal[
    "clear", "ask", "confirm_impersonation", "policy_breach", "other_misrepresentation", "escalate"
]
VIEWS: dict[View, str] = {
    "nothing_wrong": "Claims and observations agree",
    "needs_a_check": "A check would settle it",
    "somebody_else": "Somebody else seems to be working",
    "other_problem": "Something else is wrong",
    "cannot_tell": "I cannot tell from this",
}
"""What a reviewer may think before the score is shown."""
DECISIONS: dict[Decided, str] = {
    "clear": "Clear: nothing wrong",
    "ask": "Ask the person",
    "confirm_impersonation": "Confirm impersonation",
    "policy_breach": "Policy breach",
    "other_misrepresentation": "Other misrepresentation",
    "escalate": "Escalate to a lead",
}
"""What may be decided, as it is shown. The first letters are not unique; number them."""
ADVERSE: frozenset[Decided] = frozenset(
    {"confirm_impersonation", "policy_breach", "other_misrepresentation"}
)
"""Decisions against a person: need a reason, opened evidence, a view, and a named reviewer."""
REASON_MIN = 20
"""Characters of a written reason."""


@dataclass(frozen=True)
class Decision:
    """One decision. ``user``/``by``: id and name of who decided (a key's where a key did)."""

    id: str
    case: str
    kind: Decided
    reason: str
    by: str
    by_name: str
    at: datetime
    assessment: str
    undone: datetime | None
    undone_because: str | None
    state: CaseState


@dataclass(frozen=True)
class RecordedView:
    """What a reviewer thought before the score was shown."""

    view: View
    note: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class Happened:
    """One line of a person's history. ``what``: assessed, viewed, decided, undone, appeal_offered,
    appeal_opened, appeal_closed or labelled; ``detail``: its kind or band; ``note``: what was written."""

    at: datetime
    what: str
    by_name: str
    detail: str
    note: str
    case: str | None
    id: str | None = None


def record_view(
    connection: Connection, actor: Actor, case: str, view: str, note: str = "", *, now: datetime
) -> RecordedView:
    """Record what the holder thinks, once per assessment; the score is shown from then on.

    Raises NotUsable for a word not in VIEWS, Conflict unless held, or if there is one already.
    """
    raise NotImplementedError


def views(connection: Connection, actor: Actor, case: str) -> tuple[RecordedView, ...]:
    """Views on a case, oldest first. Raises NotThere."""
    raise NotImplementedError


def open_evidence(
    connection: Connection, actor: Actor, case: str, reason: str, *, now: datetime
) -> None:
    """Note that a reviewer opened the evidence under a reason code; twice is once.

    Raises NotUsable for a code that the case's assessment does not have.
    """
    raise NotImplementedError


def decide(
    connection: Connection,
    actor: Actor,
    case: str,
    kind: str,
    reason: str = "",
    *,
    now: datetime,
    assessment: str | None = None,
) -> Decision:
    """Decide a case that the actor holds (a key with scope ``decide``: that nobody holds).

    ``assessment``: the one that was on the screen; Conflict if the case was scored again since. Adverse
    kinds need a reason of REASON_MIN characters, opened evidence, a recorded view (unless the setting
    shows scores always) and a user; a key may not. Raises NotUsable, NotAllowed, Conflict (not held,
    closed, appeal open, policy questions unanswered).
    """
    raise NotImplementedError


def undo(
    connection: Connection, actor: Actor, decision: str, reason: str, *, now: datetime
) -> Decision:
    """Take the newest standing decision of a case back: its label is void, the case open again.

    Right ``undo``. Raises NotUsable for a short reason, Conflict if undone, appealed or not newest.
    """
    raise NotImplementedError


def decisions(connection: Connection, actor: Actor, case: str) -> tuple[Decision, ...]:
    """Decisions of one case, oldest first. Raises NotThere."""
    raise NotImplementedError


def history(connection: Connection, actor: Actor, case: str) -> tuple[Happened, ...]:
    """Everything that happened to the person of a case, newest first. Raises NotThere."""
    raise NotImplementedError
