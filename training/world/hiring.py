"""What people wrote down at interview and at work, and what checks of an identity found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from training.world.life import Life, pick
from training.world.rates import EMPLOYER, LATER_STAGES, MARKET, OBSERVED, SECOND_CHECKS, VENDORS

NOTED = (
    ("off_platform", "asked_off_platform", "account manager"),
    ("own_device", "asked_own_device", "help desk"),
    ("prepayment", "prepayment_demanded", "account manager"),
    ("tax_disowned", "tax_form_disowned", "payroll"),
    ("hours_there", "unavailable_in_claimed_hours", "manager"),
    ("camera_refused", "camera_refused", "interviewer"),
    ("joined_other_name", "joined_under_other_name", "interviewer"),
    ("other_person", "different_person", "interviewer"),
    ("deepfake", "artefact_seen", "interviewer"),
    ("reads_answers", "reads_answers", "interviewer"),
    ("place_unknown", "claimed_place_unknown", "interviewer"),
    ("employer_unknown", "claimed_employer_unknown", "interviewer"),
    ("pasted_test", "pasted_code_test", "interviewer"),
    ("pickup_avoided", "pickup_avoided", "help desk"),
    ("in_person_avoided", "in_person_avoided", "recruiter"),
    ("meeting_collision", "meeting_collision", "manager"),
    ("handle_switched", "handle_switched", "account manager"),
    ("bulk_export", "bulk_export", "security"),
    ("output_changed", "output_changed", "manager"),
    ("threatened", "threatened", "manager"),
    ("advertised", "account_advertised", "account manager"),
)
"""A tell, the kind of observation that records it, and who records it."""


def conduct(life: Life) -> None:
    """Observations, seen or looked for and not seen."""
    side = MARKET if life.buyer == "marketplace" else EMPLOYER
    for tell, kind, observer in NOTED:
        if not life.chance(OBSERVED[kind][side]):
            continue
        seen = tell in life.tells and life.rate("noted")
        at = life.as_of - life.days("observed_ago")
        life.add("conduct", kind=kind, seen=seen, at=at, recorded_by=observer)


def checks(life: Life) -> None:
    """Was the person at each stage the person of the stage before?"""
    at = life.as_of - life.days("contact_since")
    if life.rate("interview_checked"):
        outcome = _outcome(life, "other_person")
        _check(life, "interviewed", outcome, at, method="video call", done_by="interviewer")
    _identity(life, at)
    for what, share in SECOND_CHECKS.items():
        if life.chance(share):
            _second(life, what, at)
    for stage, share in LATER_STAGES.items():
        if life.chance(share):
            tell = "pickup_other" if stage == "shipped" else "stage_differs"
            _check(life, stage, _outcome(life, tell), life.as_of - life.days("observed_ago"))


def _check(life: Life, stage: str, outcome: str, at: datetime, **more: Any) -> None:
    life.add("checks", stage=stage, outcome=outcome, at=at, **more)


def _outcome(life: Life, tell: str) -> str:
    """Different where it shows; now and then nobody looked, or the picture broke off."""
    if life.rate("check_skipped"):
        return "not_checked"
    if tell in life.tells and life.rate("noted"):
        return "different"
    return "failed" if life.mess("check_failed") else "same"


def _identity(life: Life, at: datetime) -> None:
    """The vendor's look at a document; some vendors take a scan from everybody."""
    tells, sees = life.tells, life.sees
    outcome = _outcome(life, "check_differs")
    if outcome == "same" and "liveness_failed" in tells:
        outcome = "failed"
    looked = outcome != "not_checked"
    capture = "scan" if life.mess("vendor_takes_scans") else "live"
    more: dict[str, Any] = {
        "checked": "document",
        "method": pick(life.rng, VENDORS),
        "done_by": "vendor",
        "capture": "screenshot" if "screenshot" in tells else capture,
        "name_agrees": "id_name_differs" not in tells if looked else None,
        "address_agrees": "address_differs" not in tells if looked else None,
    }
    if "reuse" in sees:
        more["reused_in"] = life.whole("reused_in") if "document_reused" in tells else 0
    if "owner_asked" in sees:
        more["owner_unaware"] = "owner_unaware" in tells
    _check(life, "verified", outcome, at, **more)


def _payee_declared(life: Life) -> bool:
    return bool({"payees", "other_names"} & life.lists.keys() or "claims.agency" in life.claims)


def _second(life: Life, what: str, at: datetime) -> None:
    """A second look: at a face, an address, an account, a register, or in person."""
    tell = {"address": "address_differs", "bank_account": "payee_other"}.get(what, "check_differs")
    told = tell == "payee_other" and _payee_declared(life)
    outcome = "same" if told else _outcome(life, tell)
    agrees = outcome != "different"
    more: dict[str, Any] = {"checked": what, "method": pick(life.rng, VENDORS)}
    if outcome in {"same", "different"}:
        more["address_agrees" if what == "address" else "name_agrees"] = agrees
    if what == "selfie" and "reuse" in life.sees:
        more["reused_in"] = life.whole("reused_in") if "selfie_reused" in life.tells else 0
    if what == "in_person":
        more["capture"] = "in_person"
    _check(life, "verified", outcome, at, **more)
