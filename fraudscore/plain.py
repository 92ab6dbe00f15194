"""Findings in plain words, for readers who hire and do not investigate (reading age about 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from features.catalogue import FAMILIES
from fraudscore.assessment import (
    Assessment,
    Reason,
    disagrees,
    speaks_against,
    speaks_for,
    unweighed,
)

LEVELS = {
    "review": "Stop and look",
    "verify": "Ask first",
    "no_concern": "Nothing to ask",
    "insufficient_evidence": "We know too little",
}
MEANINGS = {
    "review": "Several things do not fit what the person told you. Talk to them before you go on.",
    "verify": "Something does not fit what the person told you. One short question may settle it.",
    "no_concern": "What we could compare fits what the person told you.",
    "insufficient_evidence": "There was too little to compare. This says nothing about the person.",
}
LITTLE = (
    "Something does not fit what the person told you, but it counts for too little to ask about."
)
"""What is said of who is no concern and does not fit in everything."""
FINDINGS = {
    "network": "The internet line does not fit what the person told you",
    "geography": "Sign-ins come from other places than the person named",
    "clock": "The working hours or the clock do not fit the place the person named",
    "device": "Somebody else may be able to use the work computer",
    "payment": "The pay may go to somebody else",
    "contact": "The phone or e-mail does not fit what the person told you",
    "documents": "An identity check did not fit the person",
    "conduct": "Something seen in a call or at work did not fit",
    "shipping": "Equipment went to another place or other hands",
    "code_history": "The public code may not be this person's own work",
    "continuity": "It may not be the same person from step to step",
    "work_history": "Two accounts of this person's past do not match",
    "linkage": "Other people use the same things as this person",
}
"""What each family found when it speaks against, as a headline."""
ASKED = {
    "network": "How does the person connect to your systems?",
    "geography": "Do they work where they say they live?",
    "clock": "Do their hours fit that place?",
    "device": "Who can use the work computer?",
    "payment": "Does the pay go to the person who works?",
    "contact": "Do the phone and e-mail belong to them?",
    "documents": "Did an identity check find the right person?",
    "conduct": "Did anybody note something odd in calls or at work?",
    "shipping": "Did equipment reach the right place and person?",
    "code_history": "Is the public code their own?",
    "continuity": "Is it the same person at each step?",
    "work_history": "Do their CV, web pages and references agree?",
    "linkage": "Does anybody else use their computer, account or phone?",
}
WORDS = (
    ("sessions that hide nothing", "open sign-ins"),
    ("session that hides nothing", "open sign-in"),
    ("an anonymised session", "a hidden sign-in"),
    ("anonymised sessions", "hidden sign-ins"),
    ("anonymised session", "hidden sign-in"),
    ("through an anonymiser", "through a VPN"),
    ("sessions", "sign-ins"),
    ("session", "sign-in"),
    ("unsanctioned", "unapproved"),
    ("that nobody sanctioned", "that nobody approved"),
    ("remote-access tools", "remote-control programs"),
    ("remote-access tool", "remote-control program"),
    ("second factor", "sign-in key"),
    ("commits", "code entries"),
    ("commit", "code entry"),
    ("repositories", "code projects"),
    ("repository", "code project"),
    ("deliverables", "pieces of work"),
    ("deliverable", "piece of work"),
    ("the hardware", "the computer"),
    ("running many identities", "acting as many people"),
    ("identities", "people"),
    ("anonymised", "hidden"),
)
"""Words of the trade and what to say instead, longer ones first."""
PATTERNS = (
    (
        r"the median round trip inside the claimed country is (\d+) ms",
        r"signals to this person and back take \1 thousandths of a second",
    ),
    (r"^1 ([\w -]+?)s were\b", r"1 \1 was"),
)
CAUSES_MAX, CHECKS_MAX = 4, 2


@dataclass(frozen=True)
class Finding:
    """What one family found: headline, details, causes that may be innocent, what to ask next."""

    headline: str
    details: tuple[str, ...]
    innocent: tuple[str, ...]
    ask: tuple[str, ...]


def plain(text: str) -> str:
    """A reason's text as a sentence without words of the trade."""
    for word, instead in WORDS:
        text = re.sub(rf"\b{word}\b", instead, text)
    for pattern, instead in PATTERNS:
        text = re.sub(pattern, instead, text)
    return f"{text[:1].upper()}{text[1:]}."


def level_means(item: Assessment) -> str:
    """What a level says of this person."""
    return LITTLE if item.band == "no_concern" and disagrees(item) else MEANINGS[item.band]


def findings(item: Assessment) -> tuple[Finding, ...]:
    """What speaks against, family by family, the one that matters most first."""
    groups: dict[str, list[Reason]] = {}
    for reason in filter(speaks_against, item.reasons):
        groups.setdefault(reason.family, []).append(reason)
    order = sorted(groups, key=lambda name: -sum(r.contribution for r in groups[name]))
    return tuple(_finding(name, groups[name]) for name in order)


def _finding(family: str, reasons: list[Reason]) -> Finding:
    return Finding(
        FINDINGS[family],
        tuple(plain(reason.text) for reason in reasons),
        _first(CAUSES_MAX, (cause for reason in reasons for cause in reason.innocent)),
        _first(CHECKS_MAX, (plain(reason.next_check) for reason in reasons)),
    )


def _first(most: int, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:most]


def confirmed(item: Assessment) -> tuple[str, ...]:
    """What speaks for the person."""
    favour = filter(speaks_for, reversed(item.reasons))
    return tuple(plain(reason.text) for reason in favour)


def of_little_weight(item: Assessment) -> tuple[str, ...]:
    """What does not fit and counts for little or nothing."""
    return tuple(plain(reason.text) for reason in unweighed(item))


def unasked(item: Assessment) -> tuple[tuple[str, str], ...]:
    """Questions that nothing was there to answer, each with why."""
    states = {part.family: part.state for part in item.families}
    why = {"not_supplied": "nothing was given", "could_not_check": "it could not be checked"}
    return tuple(
        (ASKED[family.name], why[state])
        for family in FAMILIES
        if (state := states.get(family.name, "not_supplied")) in why
    )
