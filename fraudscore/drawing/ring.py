"""A ring: people around, the keys they share inside, a line for each use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, pi, sin

from features.sentences import counted
from fraudscore.drawing.palette import BLUE, LINE, ORANGE, PAPER
from fraudscore.drawing.places import Box, Room, labels
from fraudscore.drawing.svg import picture, short, text, width_of

WIDTH, HEIGHT, RADIUS = 900, 640, 250
"""Most that is drawn on; the picture ends EDGE pixels beyond what is drawn."""
EDGE = 12
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
    told = [short(word, LABEL_MAX) for word in (*(label for label, _ in keys), *members)]
    seats = _seats(told, marks)
    parts += _labels(told, seats)
    title = f"{len(members)} people and what they share: {counted(len(keys), 'key')}"
    about = "; ".join(
        f"{label}: {', '.join(members[user] for user in users)}" for label, users in keys
    )
    drawn = [*marks, *(seat for seat in seats if seat)]
    left, top = (min(getattr(box, side) for box in drawn) - EDGE for side in ("left", "top"))
    right, bottom = (
        max(getattr(box, side) for box in drawn) + EDGE for side in ("right", "bottom")
    )
    body = "\n".join(parts)
    moved = f'<g transform="translate({-left:.1f} {-top:.1f})">\n{body}\n</g>'
    return picture(
        round(right - left), round(bottom - top), title, about or "Nothing shared.", moved
    )


def _around(radius: float, n: int, total: int) -> Point:
    angle = 2 * pi * n / max(total, 1) - pi / 2
    return WIDTH / 2 + radius * cos(angle), HEIGHT / 2 + radius * sin(angle)


def _seats(words: Sequence[str], marks: Sequence[Box]) -> list[Box | None]:
    """Where the label of each mark goes, None where there is no room."""
    room = Room(Box(4, 4, WIDTH - 4, HEIGHT - 4))
    for mark in marks:
        room.hold(mark)
    return labels(room, marks, [(width_of(word) + 6, LABEL) for word in words])


def _labels(words: Sequence[str], seats: Sequence[Box | None]) -> Iterator[str]:
    """Each label on a strip of paper, so that no line runs through it."""
    for word, seat in zip(words, seats, strict=True):
        if seat is not None:
            yield (
                f'<rect x="{seat.left:.1f}" y="{seat.top:.1f}" '
                f'width="{seat.right - seat.left:.1f}" height="{LABEL}" rx="3" '
                f'fill="{PAPER}" fill-opacity="0.85"/>'
            )
            yield text(seat.middle[0], seat.middle[1] + 4.2, word, "middle")
