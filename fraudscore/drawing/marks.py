"""The mark of each kind of line: a colour and a shape of its own, hollow where it hides the person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from fraudscore.drawing.palette import BLUE, GREEN, GREY, ORANGE, PAPER, PURPLE, RED, SLATE, SOFT
from fraudscore.drawing.svg import attributes, safe, text, width_of

ROW = 22
"""Pixels from one row of a legend to the next."""


@dataclass(frozen=True)
class Mark:
    """How one kind of line is drawn and called. ``shape``: points on a square of side 2."""

    words: str
    colour: str
    shape: tuple[tuple[float, float], ...] = ()
    struck: bool = False


SQUARE = ((-0.84, -0.84), (0.84, -0.84), (0.84, 0.84), (-0.84, 0.84))
MARKS = {
    "ordinary": Mark("home or office line", BLUE),
    "mobile": Mark("mobile", GREEN, ((0, -1), (1, 0.84), (-1, 0.84))),
    "company": Mark("company's own line", SLATE, ((0, -1), (1, 0), (0, 1), (-1, 0))),
    "relay": Mark("relay of the device's maker", PURPLE, ((-1, -0.84), (1, -0.84), (0, 1))),
    "vpn": Mark("VPN, proxy or Tor", ORANGE, SQUARE),
    "hosting": Mark("hosting centre", RED, SQUARE, struck=True),
    "unknown": Mark(
        "unknown line", GREY, ((0, -1), (0.95, -0.31), (0.59, 0.81), (-0.59, 0.81), (-0.95, -0.31))
    ),
}


def mark(line: str, hollow: bool, x: float, y: float, side: float, told: str = "") -> str:
    """One mark around a point; ``told`` is what a pointer resting on it is told."""
    kind, r = MARKS[line], side / 2 - 1
    look: dict[str, object] = {
        "fill": PAPER if hollow else kind.colour,
        "stroke": kind.colour if hollow else PAPER,
        "stroke_width": 2.0 if hollow else 1.0,
    }
    inside = f"<title>{safe(told)}</title>" if told else ""
    if not kind.shape:
        body = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"{attributes(look)}>{inside}</circle>'
    else:
        points = " ".join(f"{x + r * a:.1f},{y + r * b:.1f}" for a, b in kind.shape)
        body = f'<polygon points="{points}"{attributes(look)}>{inside}</polygon>'
    if kind.struck:
        s = r * 0.84
        body += (
            f'<path d="M{x - s:.1f} {y - s:.1f}L{x + s:.1f} {y + s:.1f}" fill="none" '
            f'stroke="{kind.colour if hollow else PAPER}" stroke-width="1.5"/>'
        )
    return body


def ring(x: float, y: float, radius: float) -> str:
    """The dashed ring around a claimed place."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="none" stroke="{PAPER}" '
        f'stroke-width="4" stroke-opacity="0.7"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="none" stroke="{SLATE}" '
        f'stroke-width="2" stroke-dasharray="4 3"/>'
    )


def frame(x: float, y: float, radius: float) -> str:
    """The dashed square around a country the person told of a trip to."""
    left, top, side = f"{x - radius:.1f}", f"{y - radius:.1f}", f"{2 * radius:g}"
    at = f'<rect x="{left}" y="{top}" width="{side}" height="{side}" rx="2" fill="none"'
    return (
        f'{at} stroke="{PAPER}" stroke-width="4" stroke-opacity="0.7"/>'
        f'{at} stroke="{GREEN}" stroke-width="2" stroke-dasharray="9 3 2 3"/>'
    )


def halo(x: float, y: float, radius: float, colour: str) -> str:
    """The soft ring of something known no better than its country."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}" fill-opacity="0.14" '
        f'stroke="{colour}" stroke-opacity="0.55" stroke-dasharray="1 3"/>'
    )


def legend(
    top: float, width: float, lines: Iterable[tuple[str, bool]], more: Iterable[tuple[str, str]]
) -> tuple[str, float]:
    """A legend of the lines used, each with whether it is hollow, and its height in pixels.

    ``more``: pairs of a sign ("ring", "frame", "halo", "arc" or "" for none) and what it stands for.
    """
    items = [(mark(line, hollow, 0, 0, 13), MARKS[line].words) for line, hollow in lines]
    items += [(_SIGNS.get(sign, ""), words) for sign, words in more]
    parts, x, y = [], 14.0, top + ROW / 2 + 3
    for sign, words in items:
        needed = (22 if sign else 0) + width_of(words) + 12
        if x > 14 and x + needed > width:
            x, y = 14.0, y + ROW
        if sign:
            parts.append(f'<g transform="translate({x + 8:.1f} {y:.1f})">{sign}</g>')
        parts.append(text(x + (22 if sign else 0), y + 4, words, fill=SOFT))
        x += needed
    return "\n".join(parts), (y + ROW / 2 + 3 - top if items else 0)


_SIGNS = {
    "ring": f'<circle r="7" fill="none" stroke="{SLATE}" stroke-width="2" stroke-dasharray="4 3"/>',
    "frame": f'<rect x="-7" y="-7" width="14" height="14" rx="2" fill="none" stroke="{GREEN}" '
    'stroke-width="2" stroke-dasharray="9 3 2 3"/>',
    "halo": f'<circle r="8" fill="{BLUE}" fill-opacity="0.14" stroke="{BLUE}" '
    'stroke-opacity="0.55" stroke-dasharray="1 3"/>',
    "arc": f'<path d="M-8 4Q0 -8 8 4" fill="none" stroke="{escape(PURPLE)}" stroke-width="1.5"/>',
}
