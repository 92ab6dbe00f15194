"""The part of the world a map shows: all of it, or less where everything lies close together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fraudscore.drawing.places import Box
from fraudscore.drawing.world import Country, Point, project

NORTH, SOUTH = 83.0, -57.0
"""Degrees of latitude between which a map may lie; south of it nobody signs in."""
LEAST = 0.24
"""The smallest share of the world's width that is shown, so that one knows where one is."""
AROUND = 0.16
"""Share of the width kept free around what is shown."""
COARSE = 0.6
"""Pixels below which a step of a coast line is left out."""


@dataclass(frozen=True)
class View:
    """A window on the plane and its size in pixels."""

    window: Box
    width: float

    def at(self, latitude: float | None, longitude: float | None) -> Point:
        """Where a point of the globe is in the picture."""
        assert latitude is not None
        assert longitude is not None
        return self._pixel(project(latitude, longitude))

    def outline(self, country: Country) -> str:
        """The rings of a country in sight as path data in tenths of a pixel; "" where none is."""
        if not self.window.covers(country.box):
            return ""
        return "".join(filter(None, map(self._ring, country.rings)))

    def _pixel(self, point: Point) -> Point:
        scale = self.width / (self.window.right - self.window.left)
        return (point[0] - self.window.left) * scale, (point[1] - self.window.top) * scale

    def _ring(self, ring: tuple[Point, ...]) -> str:
        if not _in_sight(ring, self.window):
            return ""
        points = list(_coarser(map(self._pixel, ring)))
        if len(points) < 3:
            return ""
        x, y = round(10 * points[0][0]), round(10 * points[0][1])
        steps = [f"M{x} {y}l"]
        for across, down in points[1:]:
            u, v = round(10 * across), round(10 * down)
            steps.append(f"{u - x} {v - y} ")
            x, y = u, v
        return "".join(steps).rstrip() + "z"


def _in_sight(ring: tuple[Point, ...], window: Box) -> bool:
    xs, ys = zip(*ring, strict=True)
    return window.covers(Box(min(xs), min(ys), max(xs), max(ys)))


def _coarser(points: Iterator[Point]) -> Iterator[Point]:
    """Points of a line without steps too small to be seen."""
    last: Point | None = None
    for x, y in points:
        if last is None or abs(x - last[0]) + abs(y - last[1]) >= COARSE:
            last = (x, y)
            yield last


def view_of(points: Sequence[Point], width: float, height: float) -> View:
    """The view that holds points of the globe (latitude, longitude) with room for their labels."""
    right, top, bottom = project(0, 180)[0], project(NORTH, 0)[1], project(SOUTH, 0)[1]
    if not points:
        world = Box(-right, top, right, bottom)
        return View(_fitted(world, world, width / height), width)
    xs, ys = zip(*(project(*point) for point in points), strict=True)
    world = Box(-right, min(top, *ys), right, max(bottom, *ys))
    least = 2 * right * LEAST
    around = max(least, max(xs) - min(xs)) * AROUND
    shown = Box(min(xs) - around, min(ys) - around, max(xs) + around, max(ys) + around)
    wide = max(shown.right - shown.left, least)
    shown = Box.around(*shown.middle, wide, shown.bottom - shown.top)
    return View(_fitted(shown, world, width / height), width)


def _fitted(box: Box, world: Box, shape: float) -> Box:
    """The smallest window of a shape around a box, moved to lie on the world."""
    wide = max(box.right - box.left, (box.bottom - box.top) * shape)
    wide = min(wide, world.right - world.left)
    high = wide / shape
    x, y = box.middle
    left = min(max(x - wide / 2, world.left), world.right - wide)
    top = min(max(y - high / 2, world.top), max(world.bottom - high, world.top))
    return Box(left, top, left + wide, top + high)
