"""The terminal itself: consoles, and applicant text made safe to show."""

from __future__ import annotations

from rich.console import Console


def visible(text: str) -> str:
    """Applicant text made safe for a terminal: control and direction marks are shown, not obeyed."""
    return "".join(c if c.isprintable() else f"<{ord(c):04x}>" for c in text)


def console(*, error: bool = False) -> Console:
    """A console that neither parses markup in data nor guesses emoji."""
    return Console(stderr=error, markup=False, emoji=False, highlight=False)
