"""A ring: people around, the keys they share inside, a line for each use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi, sin

from features.sentences import counted
from fraudscore.drawing.palette import BLUE, LINE, ORANGE, PAPER
from fraudscore.drawing.places import Box, Room, labels
from fraudscore.drawing.svg import picture, short, text, width_of

WIDTH, HEIGHT, RADIUS = 900, 640, 250
PERSON, KEY = 18, 16
"""Pixels of the mark of a person and of a key."""
LABEL_MAX, LABEL = 24, 16
"""Most letters of a label; pixels of its height."""
Point = tuple[float, float]


def ring_picture(members: Sequence[str], keys: Sequence[tuple[str, Sequence[int]]]) -> str:
    """People as circles around, the keys they share as squares inside, a line for each use.

    ``keys``: a label and the places of its users among the members. Where there is no room for a label
    none is drawn; the description names everybody.
    """
    people = [_around(RADIUS, n, len(members)) for n in range(len(members))]
    inner = RADIUS * 0.45 if len(keys) > 1 else 0
    squares = [_around(inner, n, len(keys)) for n in range(len(keys))]
    parts = [
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{people[user][0]:.1f}" y2="{people[user][1]:.1f}" '
        f'stroke="{LINE}" stroke-width="1.5"/>'
        for (x, y), (_, users) in zip(squares, keys, strict=True)
        for user in users
    ]
    parts += [
        f'<rect x="{x - KEY / 2:.1f}" y="{y - KEY / 2:.1f}" width="{KEY}" height="{KEY}" '
        f'fill="{ORANGE}"/>'
        for x, y in squares
    ]
    parts += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{PERSON / 2:g}" fill="{BLUE}"/>' for x, y in people
    ]
    marks = [Box.around(x, y, KEY, KEY) for x, y in squares]
    marks += [Box.around(x, y, PERSON, PERSON) for x, y in people]
    parts += _labels([*(label for label, _ in keys), *members], marks)
    title = f"{len(members)} people and what they share: {counted(len(keys), 'key')}"
    about = "; ".join(
        f"{label}: {', '.join(members[user] for user in users)}" for label, users in keys
    )
    return picture(WIDTH, HEIGHT, title, about or "Nothing shared.", "\n".join(parts))


def _around(radius: float, n: int, total: int) -> Point:
    angle = 2 * pi * n / max(total, 1) - pi / 2
    return WIDTH / 2 + radius * cos(angle), HEIGHT / 2 + radius * sin(angle)


def _labels(words: Sequence[str], marks: Sequence[Box]) -> Iterator[str]:
    """A label beside each mark, on a strip of paper so that no line runs through it."""
    room = Room(Box(4, 4, WIDTH - 4, HEIGHT - 4))
    for mark in marks:
        room.hold(mark)
    told = [short(word, LABEL_MAX) for word in words]
    seats = labels(room, marks, [(width_of(word) + 6, LABEL) for word in told])
    for word, seat in zip(told, seats, strict=True):
        if seat is not None:
            yield (
                f'<rect x="{seat.left:.1f}" y="{seat.top:.1f}" '
                f'width="{seat.right - seat.left:.1f}" height="{LABEL}" rx="3" '
                f'fill="{PAPER}" fill-opacity="0.85"/>'
            )
            yield text(seat.middle[0], seat.middle[1] + 4.2, word, "middle")
