"""Ready letters to the person: the claim in question, two ways to clear it, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from fraudscore.assessment import Assessment
from fraudscore.clearing import Point, points

WIDTH = 76
OPENING = (
    "We compare what people tell us with what we see while we work together. {some} not clear to us "
    "yet. That often has a simple reason. Nothing has been decided, and a person decides, not a "
    "program."
)
DECIDED = {
    "confirm_impersonation": "that the work under your name is done by somebody else",
    "policy_breach": "that our rules for this work were not kept",
    "other_misrepresentation": "that something we were told under your name is not so",
}
"""What is told of each decision against a person, after "decided": it accuses nobody by name."""
DECISION = (
    "We compare what people tell us with what we see while we work together. A person, not a program, "
    "looked at what we saw and decided {that}. What is in question stands below, "
    "and you can still clear it."
)
CONTEST = (
    "If you do not agree, say so {where}. It works once. Somebody who did not make this decision then "
    "looks at everything anew and answers within {days} days."
)
WITH_THE_LINK = "with the link that comes with this letter"
DATA = "You can ask us which data about you we hold, and have mistakes corrected."
SETTLED = (
    "We had a question about what you told us. A person looked at it, and nothing you told us is in "
    "question any more. There is nothing you need to do."
)
NOT_YOU = (
    "If you did not apply to us, somebody may be using your name without your knowledge. Please tell "
    "us; we will not hold it against you."
)
"""Said wherever something is in question: whoever reads it may be the victim."""
CLOSING = (
    "One of the two ways is enough for each point, and you choose which. For the first way you need "
    "no photo of your face and no ID. If something has changed, just tell us and we correct it.",
    NOT_YOU,
    "If you do not agree, you can ask that somebody else looks at it. You can also ask us which data "
    "about you we hold, and have mistakes corrected.",
)

HELPED = {
    "simulated": "A computer model trained on a simulated world helped to choose these questions. It "
    "decides nothing.",
    "local": "A computer model helped to choose these questions. It decides nothing.",
}
"""What the person is told of the model, by what it was trained on."""


def opening(number: int) -> str:
    """How a page or a letter about so many points begins."""
    return OPENING.format(some="One point is" if number == 1 else "Some points are")


def letter(item: Assessment) -> str:
    """A question. Plain text, ready to send; like the others it tells no threshold, no weight, no list
    and of nobody else."""
    found = points(item)
    return _letter(
        "A question about what you told us",
        opening(len(found)), *_numbered(found), *CLOSING, HELPED[item.trained_on],
    )  # fmt: skip


def letter_of_decision(item: Assessment, kind: str, days: int, link: str = "") -> str:
    """What was decided against the person, on which claims, and how to contest it.

    ``kind``: of DECIDED. ``days``: how long the answer takes at most.
    """
    contest = CONTEST.format(where=f"here: {link}" if link else WITH_THE_LINK, days=days)
    return _letter(
        "What we decided, and how to contest it",
        decision(kind), *_numbered(points(item)), *CLOSING[:2], contest, DATA,
        HELPED[item.trained_on],
    )  # fmt: skip


def letter_of_end() -> str:
    """That nothing is in question any more."""
    return _letter("Nothing is in question any more", SETTLED, DATA)


def decision(kind: str) -> str:
    """How a page or a letter about a decision against a person begins."""
    return DECISION.format(that=DECIDED[kind])


def _letter(subject: str, *parts: str) -> str:
    whole = (f"Subject: {subject}", "Hello,", *parts, "Kind regards")
    return "\n\n".join(map(_wrapped, whole)) + "\n"


def _numbered(found: Sequence[Point]) -> list[str]:
    return [_told(number, point) for number, point in enumerate(found, 1)]


def _told(number: int, point: Point) -> str:
    return "\n".join(
        (
            f"{number}. You told us {point.claim}. You can clear this in one of two ways:",
            f"   a) {point.talk}",
            f"   b) {point.proof}",
        )
    )


def _wrapped(part: str) -> str:
    lines = part.split("\n")
    return "\n".join(
        fill(
            line,
            WIDTH,
            break_long_words=False,
            break_on_hyphens=False,
            subsequent_indent="      " if line.startswith("   ") else "",
        )
        for line in lines
    )
