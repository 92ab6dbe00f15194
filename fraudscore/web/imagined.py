"""Checks whose outcome may be imagined on a case page: the person's own next checks before the usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fraudscore.drawing.sign_ins import Login
from fraudscore.review.seen import Line

NO_CHECK = "none by itself"
"""What a reason says that no check would settle."""
OWN_MAX = 12
"""Own next checks offered, in the order of the page."""
TRIP = "away"
PLACES = ("network", "geography", "clock")
"""Families whose questions a trip can answer."""
OUTCOMES = {
    "same": "the same person",
    "different": "somebody else",
    "failed": "it could not be completed",
    TRIP: "they were away, where the sign-ins are",
}


@dataclass(frozen=True)
class Check:
    """A check to be imagined. ``row``: as it would stand in the record, without its outcome.
    ``trip``: whether the answer can be that they were away."""

    words: str
    row: Mapping[str, Any]
    trip: bool = False


CALL = {"stage": "interviewed"}
COMPUTER = {"stage": "logged_in"}
DOCUMENT = {"stage": "verified", "checked": "document", "capture": "live"}
USUAL = {
    "call": Check("a call with somebody who met them before", CALL),
    "document": Check("an identity document, looked at live", DOCUMENT),
    "parcel": Check("who has the equipment", {"stage": "shipped"}),
    "computer": Check("a call with the computer in view", COMPUTER),
    "code": Check("a walk through their own work", {"stage": "committed"}),
    "account": Check("who holds the pay-out account", {"stage": "paid", "checked": "bank_account"}),
    "places": Check("where they were on the days in question", COMPUTER, trip=True),
}
"""Checks that may be imagined of anybody."""
ROWS: Mapping[str, Mapping[str, Any]] = {
    "contact": CALL,
    "payment": USUAL["account"].row,
    "documents": DOCUMENT,
    "conduct": CALL,
    "shipping": USUAL["parcel"].row,
    "code_history": USUAL["code"].row,
    "continuity": CALL,
    "work_history": {"stage": "verified", "checked": "database"},
}
"""How the answer to a family's check stands in the record; for the others, who is at the computer."""


def own_checks(lines: Iterable[Line]) -> dict[str, Check]:
    """What the reasons against a person would have one check next, by reason code."""
    found: dict[str, Check] = {}
    for line in lines:
        told = {check.words for check in found.values()}
        if line.next_check not in (NO_CHECK, *told):
            row = ROWS.get(line.family, COMPUTER)
            found[line.code] = Check(line.next_check, row, line.family in PLACES)
    return dict(list(found.items())[:OWN_MAX])


@dataclass(frozen=True)
class Asked:
    """What if a check found something: a reason code or a word of USUAL, and one of OUTCOMES."""

    check: str = ""
    outcome: str = ""

    def refused(self, checks: Mapping[str, Check]) -> str:
        """Why it cannot be imagined; "" where it can, or where nothing was asked."""
        if not (self.check or self.outcome):
            return ""
        if self.check not in checks or self.outcome not in OUTCOMES:
            return "choose a check and what it finds from the lists"
        if self.outcome == TRIP and not checks[self.check].trip:
            return (
                "this check is about no place, so a trip does not answer it; choose another outcome"
            )
        return ""

    def row(self, checks: Mapping[str, Check]) -> dict[str, Any] | None:
        """The answer as a check of the record; None where nothing was asked, or a trip is the answer."""
        if self.check not in checks or self.outcome in ("", TRIP):
            return None
        row = {**checks[self.check].row, "outcome": self.outcome}
        if row.get("checked") == "document" and self.outcome != "failed":
            row["name_agrees"] = self.outcome == "same"
        return row


def trips(logins: Sequence[Login]) -> list[dict[str, str]]:
    """Journeys that would cover the sign-ins that nothing covers so far, one a country."""
    days: dict[str, list[str]] = {}
    for login in logins:
        if login.country and not login.explained:
            days.setdefault(login.country, []).append(login.at.date().isoformat())
    return [
        {"country": country, "starts": min(some), "ends": max(some)}
        for country, some in days.items()
    ]
