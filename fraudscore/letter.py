"""The ready letter to the person: the claim in question and two ways to clear it."""

from __future__ import annotations

from textwrap import fill

from fraudscore.assessment import Assessment
from fraudscore.clearing import Point, points

WIDTH = 76
OPENING = (
    "We compare what people tell us with what we see while we work together. {some} not clear to us "
    "yet. That often has a simple reason. Nothing has been decided, and a person decides, not a "
    "program."
)
CLOSING = (
    "One of the two ways is enough for each point, and you choose which. For the first way you need "
    "no photo of your face and no ID. If something has changed, just tell us and we correct it.",
    "If you did not apply to us, somebody may be using your name without your knowledge. Please tell "
    "us; we will not hold it against you.",
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
    """Plain text, ready to send; it tells no threshold, no weight, no list and of nobody else."""
    found = points(item)
    parts = ["Subject: A question about what you told us", "Hello,", opening(len(found))]
    parts += [_told(number, point) for number, point in enumerate(found, 1)]
    parts += [*CLOSING, HELPED[item.trained_on], "Kind regards"]
    return "\n\n".join(map(_wrapped, parts)) + "\n"


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
        fill(line, WIDTH, subsequent_indent="      " if line.startswith("   ") else "")
        for line in lines
    )
