"""What a team decides for itself before anybody is reviewed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]

QUESTIONS: dict[str, str] = {
    "which_signals": "Which signals merit an investigation, and which never do?",
    "which_actions": "Which actions may follow, for how long, and who lifts them?",
    "who_may_clear": "Who may clear a flag?",
    "what_is_recorded": "What is recorded of an investigation, and for how long?",
}
"""The four policy questions: answered before the first decision, printed in each report."""


class Answers(BaseModel):
    """A team's answers to the four policy questions, in its own words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    which_signals: Answer
    which_actions: Answer
    who_may_clear: Answer
    what_is_recorded: Answer


class Settings(BaseModel):
    """Settings of one tenant.

    ``score_shown``: ``after_view`` hides the score until a provisional view is recorded.
    ``weekly_budget``: cases a week that reviewers have time for. ``exploration``: share of unflagged
    people drawn into the queue (assumed 1.5 %). ``hold_minutes``: how long a case stays with who opened
    it. ``appeal_days``: until an appeal is due (trust.md: 14). ``record_days``: how long raw records are
    kept (trust.md: 30); what was derived from them stays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: Answers | None = None
    score_shown: Literal["after_view", "always"] = "after_view"
    weekly_budget: int = Field(50, ge=0, le=100_000)
    exploration: float = Field(0.015, ge=0, le=0.05)
    hold_minutes: int = Field(30, ge=1, le=24 * 60)
    appeal_days: int = Field(14, ge=1, le=90)
    record_days: int = Field(30, ge=1, le=3650)
