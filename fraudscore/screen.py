"""The terminal itself: consoles, and applicant text made safe to show."""

from __future__ import annotations

from unicodedata import bidirectional, category, combining

from rich.console import Console

APART, TOGETHER = "\u200c", "\u200d"
"""How letters of some scripts are written side by side."""
VIRAMA = 9
"""The combining class of the mark after which letters join in scripts of India."""

DRESSED = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What may stand behind a picture and belongs to it: drawn in colours, in one of five shades of skin."""


def visible(text: str) -> str:
    """Applicant text made safe for a terminal: control and direction marks are shown, not obeyed.

    Joiners stay where names are spelt with them, as RFC 5892 (A.1, A.2) has it: Persian, Hindi; and
    where one makes a picture of two.
    """
    around = f" {text} "
    return "".join(
        c if c.isprintable() or _spelt(around[at], c, around[at + 2]) else f"<{ord(c):04x}>"
        for at, c in enumerate(text)
    )


def _spelt(before: str, mark: str, after: str) -> bool:
    """Whether a mark between two characters is part of how a word is spelt."""
    if mark == APART and bidirectional(before) == bidirectional(after) == "AL":
        return True
    if (
        mark == TOGETHER
        and category(after) == "So"
        and (before in DRESSED or category(before) == "So")
    ):
        return True
    return mark in (APART, TOGETHER) and combining(before) == VIRAMA


def console(*, error: bool = False) -> Console:
    """A console that neither parses markup in data nor guesses emoji."""
    return Console(stderr=error, markup=False, emoji=False, highlight=False)
