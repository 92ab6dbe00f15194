"""What the API takes and gives, an example on every field; records have their examples elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from features import fields as f
from features.records import Profile
from fraudscore.assessment import Assessment, Band
from fraudscore.review.cases import CaseState
from fraudscore.review.decisions import Decided

CASE, PERSON, GIVEN = "Zk3vQ0mXc8bJt1RwYh2LsA", "a-1", "pV9nXe4Tq7KcB0uWd3HfGg"
AT = "2026-06-01T09:30:00Z"
LabelWord = Literal[
    "confirmed_impersonation",
    "confirmed_genuine",
    "policy_breach",
    "other_misrepresentation",
    "unresolved",
]


class Closed(BaseModel):
    """Frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def eg(value: Any, about: str = "") -> Any:
    """A required field with an example."""
    return Field(examples=[value], description=about or None)


class ErrorOut(Closed):
    """One thing to mend."""

    pointer: str = eg("#/sessions/3/at", "JSON pointer into what was sent")
    where: str = eg("sessions[3].at", "the same for people")
    found: str = eg("'2026-13-01' is not a date")
    write: str = eg("write 2026-12-01T09:30:00+00:00")


class ProblemOut(Closed):
    """Why a request was refused (RFC 9457)."""

    type: str = eg("urn:fraudscore:problem:not-usable", "stable; match on this")
    title: str = eg("Unprocessable Content")
    status: int = eg(422)
    detail: str = eg("the profile cannot be used; mend what is listed")
    errors: list[ErrorOut] = eg([])


class KeptOut(Closed):
    """One assessment and where it is kept; the ids are null where the server keeps nothing."""

    id: str | None = eg(GIVEN, "ask for it again under /assessments/{id}")
    case: str | None = eg(CASE, "the person's open case, if there is one")
    before: Band | None = eg("verify", "the band until now; null for somebody new")
    assessment: Assessment


class RejectedOut(Closed):
    """A profile of several that could not be used."""

    number: int = eg(1, "its place in the list, from 0")
    profile_id: str | None = eg("a-2")
    problems: list[ErrorOut] = eg([])


class SeveralOut(Closed):
    """Assessments in the order sent, and what was rejected."""

    assessments: list[KeptOut]
    rejected: list[RejectedOut]


class SeveralIn(Closed):
    """Up to 1,000 profiles; those that cannot be used do not stop the others."""

    profiles: list[Profile] = Field(max_length=1_000)


_ROWS: dict[str, Any] = {
    name: (field.annotation, field)
    for name, field in Profile.model_fields.items()
    if name not in ("profile_id", "as_of", "claims")
}
EventsIn = create_model(
    "EventsIn",
    __base__=Closed,
    __doc__="Rows to add to the record of somebody known; the moment it stands for moves to `as_of`."
    " What the person claims is changed by sending the whole profile to `/assessments`.",
    as_of=(f.Instant | None, None),
    **_ROWS,
)


class LabelIn(Closed):
    """What became known for sure of a person."""

    profile_id: str = Field(min_length=1, max_length=200, examples=[PERSON])
    label: LabelWord = eg("confirmed_genuine")


class LabelOut(Closed):
    """One label that may be trained on; whoever has none is unreviewed, which is not negative."""

    id: str = eg(GIVEN)
    profile_id: str = eg(PERSON)
    label: LabelWord = eg("confirmed_genuine")
    source: str = eg("decision", "decision or api")
    decision: str | None = eg(GIVEN)
    assessment: str | None = eg(GIVEN)
    explored: bool = eg(False, "the case was drawn at random, not by its score")
    at: datetime = eg(AT)


class LabelsOut(Closed):
    """A page of labels."""

    labels: list[LabelOut]
    after: str | None = eg(GIVEN, "send it back as ?after= for the next page")


class DecisionIn(Closed):
    """A decision that a system took for the team. What speaks against a person is a person's to
    decide: keys may clear, ask and escalate."""

    kind: Literal["clear", "ask", "escalate"] = eg("clear")
    reason: str = Field("", max_length=5_000, examples=["Video call with ID shown on 1 June."])
    assessment: str | None = Field(
        None,
        max_length=64,
        examples=[GIVEN],
        description="the assessment you looked at; 409 if there is a newer one",
    )


class ReasonIn(Closed):
    """Why everything kept of a person is taken away, or erased; it goes to the audit log. The reason
    of an erasure stays there, so it must not name the person."""

    reason: str = Field(
        min_length=1, max_length=5_000, examples=["Their request of 3 June, number 812."]
    )


class PersonOut(BaseModel):
    """Everything kept of a person, without anybody else in it; weights and lists are not told."""

    model_config = ConfigDict(frozen=True)

    trained_on: str = eg("on a simulated world")
    profile_id: str = eg(PERSON)
    name: str | None = eg("Irune Vastel")
    as_of: datetime = eg(AT)
    record: dict[str, Any] | None = eg({"profile_id": PERSON}, "null once it was dropped")
    identifiers: list[dict[str, Any]] = eg([{"kind": "email", "shown": "i…@acme.example"}])
    assessments: list[dict[str, Any]] = eg([{"id": GIVEN, "band": "verify"}])
    cases: list[dict[str, Any]] = eg([{"state": "closed", "outcome": "clear"}])
    labels: list[dict[str, Any]] = eg([{"label": "confirmed_genuine", "source": "decision"}])
    log: list[dict[str, Any]] = eg([{"at": AT, "action": "assessed"}])


class ErasedOut(Closed):
    """That a person was erased."""

    entries: int = eg(6, "entries of the audit log whose detail is gone")


class DecisionOut(Closed):
    """A decision as it was kept."""

    id: str = eg(GIVEN)
    case: str = eg(CASE)
    kind: Decided = eg("clear")
    reason: str = eg("Video call with ID shown on 1 June.")
    by: str = eg("pV9nXe4Tq7KcB0uWd3HfGg", "id of who decided")
    by_name: str = eg("hiring system")
    at: datetime = eg(AT)
    assessment: str = eg(GIVEN)
    undone: datetime | None = eg(None)
    undone_because: str | None = eg(None)
    state: CaseState = eg("closed", "the state of the case after it")


class CaseOut(Closed):
    """A case. What follows from a hidden score, or is for leads, is null."""

    id: str = eg(CASE)
    profile_id: str = eg(PERSON)
    name: str | None = eg("Irune Vastel")
    assessment: str = eg(GIVEN)
    band: Band = eg("verify")
    score: float | None = eg(12.5)
    state: CaseState = eg("open")
    outcome: str | None = eg(None, "the decision's kind")
    explores: bool | None = eg(False, "drawn at random from those who were not flagged")
    assignee_name: str | None = eg("Reviewer")
    holder_name: str | None = eg(None)
    held: bool = eg(False)
    snoozed_until: datetime | None = eg(None)
    opened: datetime = eg(AT)
    changed: datetime = eg(AT)
    closed: datetime | None = eg(None)
    families: list[str] = eg(["payment", "network"], "what speaks against the person")
    within_budget: bool = eg(True)


class CasesOut(Closed):
    """A page of the queue. Counts and ages are of the whole queue, not of the page."""

    cases: list[CaseOut]
    after: str | None = eg(None, "send it back as ?after= for the next page")
    counts: dict[str, dict[str, int]] = eg({"open": {"review": 2, "verify": 9}})
    oldest: datetime | None = eg(AT)
    budget_left: int = eg(48, "cases that may still be decided this week")


class SharedKeyOut(Closed):
    """A key that members share, masked."""

    kind: str = eg("payout")
    key: str = eg("ES91...1332")
    people: int = eg(3)
    first_seen: str = eg("2026-02-11")


class RingOut(Closed):
    """People tied together by keys that unrelated people should not share."""

    members: list[str] = eg(["a-1", "a-7", "a-9"])
    kinds: list[str] = eg(["payout"])
    keys: list[SharedKeyOut]
    density: float = eg(1.0, "share of the possible pairs that are linked")
    bits: float = eg(41.2, "how surprising the links are")
    names_in_conflict: int = eg(3, "members whose names share no part with another's")
    referrals: int = eg(0)
    check: str = eg("pay-out account: ask who holds it; one in the worker's name")


class RingsOut(Closed):
    """Rings among the people whose records are kept."""

    rings: list[RingOut]
    people: int = eg(1240, "people looked at")


class FeatureOut(Closed):
    """One feature of the catalogue; `code` is stable."""

    code: str = eg("ANONYMISED_SHARE")
    name: str = eg("anonymised_share")
    family: str = eg("network")
    group: str = eg("whereabouts", "what is of one group counts as one witness")
    description: str = eg("Share of sessions that arrived through a VPN, proxy or Tor.")
    direction: str = eg("raises")
    unit: str = eg("share")
    strength: str = eg("context")
    contradiction: bool = eg(False)
    unless: list[str] = eg([], "features beside which it is no witness of its own")
    reason: str = eg("{anonymised} of {sessions} sessions came through {kinds}")
    clear: str = eg("{anonymised} of {sessions} sessions came through an anonymising network")
    innocent: list[str] = eg(["privacy VPN", "company VPN"])
    next_check: str = eg("ask which VPN is used and why; one session without it")
    needs: list[str] = eg(["sessions.ip"])
    source: dict[str, str] = eg({"YG": "YouGov poll on VPN use of remote workers, 2022"})


class HealthOut(Closed):
    """Alive, and which model is loaded."""

    status: Literal["ok"] = eg("ok")
    bundle: str = eg("spine-79068b102056")
    policy: str = eg("policy-1")
    trained_on: str = eg("simulated")
