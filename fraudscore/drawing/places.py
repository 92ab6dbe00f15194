"""Where labels and marks go, so that none covers another: whoever comes first has the choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle; y grows downwards, as in the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """The box of a size whose middle is here."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def covers(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Room:
    """A frame in which boxes find a free place."""

    def __init__(self, frame: Box) -> None:
        self.frame = frame
        self.taken: list[Box] = []

    def free(self, box: Box) -> bool:
        """Whether a box fits: inside the frame and covering nothing."""
        return self.frame.holds(box) and not any(map(box.covers, self.taken))

    def hold(self, box: Box) -> None:
        """Keep a box free of whatever is seated later, whether or not it is free now."""
        self.taken.append(box)

    def seat(self, wishes: Iterable[Box]) -> Box | None:
        """Take the first wish that is free; None, and nothing taken, where none is."""
        found = next(filter(self.free, wishes), None)
        if found is not None:
            self.taken.append(found)
        return found


def near(x: float, y: float, side: float, reach: float) -> Iterator[Box]:
    """Squares for a mark that belongs here: at the point itself, then on rings around it."""
    yield Box.around(x, y, side, side)
    radius = side / 2
    while radius <= reach:
        steps = max(8, int(2 * pi * radius / (side / 2)))
        for n in range(steps):
            angle = 2 * pi * n / steps
            yield Box.around(x + radius * cos(angle), y + radius * sin(angle), side, side)
        radius += side / 3


BESIDE = ((1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))
"""Sides of a mark on which its label may stand, the best to read first."""
FARTHEST = 6
"""How many heights of a label it may stand from its mark."""


def beside(mark: Box, width: float, height: float, gap: float = 3) -> Iterator[Box]:
    """Boxes for the label of a mark: on each of its sides, then a little farther, and so on."""
    x, y = mark.middle
    for farther in range(FARTHEST * 2):
        away = gap + farther * height / 2
        across = (mark.right - mark.left + width) / 2 + away
        along = (mark.bottom - mark.top + height) / 2 + away * 0.8
        for right, down in BESIDE:
            if right and down:
                yield Box.around(x + right * (across - away), y + down * along, width, height)
            else:
                yield Box.around(x + right * across, y + down * along, width, height)


def labels(
    room: Room, marks: Sequence[Box], sizes: Sequence[tuple[float, float]]
) -> list[Box | None]:
    """A place for the label of each mark, in order of importance; None where there is no room.

    No two labels cover each other, none covers what the room holds already, all lie in its frame.
    """
    return [
        room.seat(beside(mark, width, height))
        for mark, (width, height) in zip(marks, sizes, strict=True)
    ]
