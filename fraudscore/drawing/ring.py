"""A ring: people around, the keys they share inside, a line for each use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin

WIDTH, HEIGHT, RADIUS = 900, 640, 250
INK, PAPER, PERSON, KEY, LINE = "#1f2933", "#ffffff", "#2b6cb0", "#b7791f", "#9aa5b1"
LABEL_MAX = 24


def ring_picture(members: Sequence[str], keys: Sequence[tuple[str, Sequence[int]]]) -> str:
    """People as circles around, the keys they share as squares inside, a line for each use.

    ``keys``: a label and the places of its users among the members.
    """
    centre = (WIDTH / 2, HEIGHT / 2)
    people = [_around(centre, RADIUS, n, len(members)) for n in range(len(members))]
    squares = [_around(centre, RADIUS * 0.45, n, len(keys)) for n in range(len(keys))]
    if len(keys) == 1:
        squares = [centre]
    parts = [
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{people[user][0]:.1f}" y2="{people[user][1]:.1f}" '
        f'stroke="{LINE}" stroke-width="1.5"/>'
        for (x, y), (_, users) in zip(squares, keys, strict=True)
        for user in users
    ]
    for (x, y), (label, _) in zip(squares, keys, strict=True):
        parts.append(f'<rect x="{x - 8:.1f}" y="{y - 8:.1f}" width="16" height="16" fill="{KEY}"/>')
        parts.append(_text(x, y - 14, label, "middle"))
    for (x, y), name in zip(people, members, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{PERSON}"/>')
        right = x >= centre[0]
        parts.append(_text(x + (14 if right else -14), y + 4, name, "start" if right else "end"))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{len(members)} people and the {len(keys)} keys they share">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def _around(centre: tuple[float, float], radius: float, n: int, total: int) -> tuple[float, float]:
    angle = 2 * pi * n / max(total, 1) - pi / 2
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    short = text if len(text) <= LABEL_MAX else f"{text[: LABEL_MAX - 1]}…"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="12" fill="{INK}" '
        f'text-anchor="{anchor}">{escape(short)}</text>'
    )
