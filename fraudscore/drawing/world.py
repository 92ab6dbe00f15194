"""The shapes of the world's countries (Natural Earth) and where a point of the globe is drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import Any

from fraudscore.drawing.places import Box

Point = tuple[float, float]
_A, _B, _C, _D = 1.340264, -0.081106, 0.000893, 0.003796
"""The four numbers of the Equal Earth projection (Savric, Patterson and Jenny 2018)."""


def project(latitude: float, longitude: float) -> Point:
    """A point of the globe on the plane (Equal Earth); x to the east, y to the south."""
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    down = 9 * _D * t**8 + 7 * _C * t**6 + 3 * _B * t**2 + _A
    x = 2 * sqrt(3) * radians(longitude) * cos(t) / (3 * down)
    return x, -(_D * t**9 + _C * t**7 + _B * t**3 + _A * t)


@dataclass(frozen=True)
class Country:
    """One country: its code ("" where ISO has none), its rings on the plane, and their box."""

    code: str
    rings: tuple[tuple[Point, ...], ...]
    box: Box


@cache
def _data() -> dict[str, Any]:
    text = (files("fraudscore") / "drawing" / "world.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@cache
def countries() -> tuple[Country, ...]:
    """Every country large enough to be drawn, on the plane."""
    scale = _data()["per_degree"]
    return tuple(
        _country(code, [_ring(steps, scale) for steps in rings])
        for code, rings in _data()["shapes"].items()
    )


def centre_of(code: str) -> Point | None:
    """Latitude and longitude of the middle of a country, None where unknown."""
    found = _data()["centres"].get(code)
    return (found[1], found[0]) if found else None


def _country(code: str, rings: list[tuple[Point, ...]]) -> Country:
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return Country(code, tuple(rings), Box(min(xs), min(ys), max(xs), max(ys)))


def _ring(steps: list[int], scale: int) -> tuple[Point, ...]:
    """The points of a ring that is kept as first point and steps."""
    x = y = 0
    points = []
    for across, up in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + across, y + up
        points.append(project(y / scale, x / scale))
    return tuple(points)
