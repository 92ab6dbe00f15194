"""The map: where the sign-ins came from, beside where the person says they live and work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot, log2

from fraudscore.drawing.marks import MARKS, frame, halo, legend, mark, ring
from fraudscore.drawing.palette import BORDER, HOME_LAND, INK, LAND, PAPER, PURPLE, SEA, SOFT
from fraudscore.drawing.places import Box, Room, beside, near
from fraudscore.drawing.sign_ins import ClaimedPlace, DeclaredTrip, Login
from fraudscore.drawing.svg import picture, short, text, width_of
from fraudscore.drawing.view import View, view_of
from fraudscore.drawing.world import countries

WIDE, NARROW = (900, 410), (360, 250)
"""Width and height in pixels: beside text, and on a telephone, where letters must not shrink."""
PLACES_MAX = 40
"""Most places drawn; the others stand in the timeline."""
TOLD_MAX = 60
"""Most places and lines told to those who do not see the picture."""
LABEL = 18
"""Pixels of the height of a label."""
RING, WIDE_RING = 17.0, 27.0
"""Radius of the ring of a claimed place, and of a claimed country."""
FRAME = 21.0
"""Half a side of the square of declared travel."""
TRIPS_MAX = 12
"""Most countries of declared travel drawn; the others are told in words."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Spot:
    """The sign-ins that one mark stands for, and the square it is drawn in."""

    place: str
    line: str
    person: bool
    exact: bool
    away: bool
    number: int
    box: Box


def login_map(
    logins: Sequence[Login],
    claims: Sequence[ClaimedPlace],
    trips: Sequence[DeclaredTrip] = (),
    size: tuple[int, int] = WIDE,
) -> str:
    """Where sign-ins came from: claimed places ringed, countries of declared travel in a square, lines
    by shape and colour, arcs from home.

    A mark is hollow where the address says only where an exit is, and has a soft ring where no more
    than its country is known. What cannot be placed is counted below and drawn in the timeline.
    """
    width, height = size
    shown = [trip for trip in trips if trip.latitude is not None]
    shown = list({trip.place: trip for trip in shown}.values())[:TRIPS_MAX]
    view = view_of(_points(logins, claims, shown), width, height)
    room = Room(Box(4, 4, width - 4, height - 4))
    homes = [(view.at(c.latitude, c.longitude), c) for c in claims if c.latitude is not None]
    away = [(view.at(trip.latitude, trip.longitude), trip.place) for trip in shown]
    spots = list(_spots(logins, view, room))
    parts = [f'<rect width="{width}" height="{height}" rx="4" fill="{SEA}"/>']
    parts.append(_land(view, {claim.country for claim in claims}))
    parts += _arcs(spots, [point for point, _ in homes])
    parts += [ring(*point, RING if claim.exact else WIDE_RING) for point, claim in homes]
    parts += [frame(*point, FRAME) for point, _ in away]
    loose = {spot.place: spot for spot in reversed(spots) if not spot.exact}
    parts += [halo(*spot.box.middle, 20, MARKS[spot.line].colour) for spot in loose.values()]
    parts += [_mark(spot) for spot in spots]
    parts += _labels(spots, homes, away, room)
    below, more = _legend(logins, spots, homes, away, size)
    strip = f'<rect y="{height}" width="{width}" height="{more + 400:g}" fill="{PAPER}"/>'
    body = "\n".join((*parts, strip, below))
    about = _about(logins, claims, trips)
    return picture(width, height + more, "Where the sign-ins came from", about, body)


def _points(
    logins: Sequence[Login], claims: Sequence[ClaimedPlace], trips: Sequence[DeclaredTrip]
) -> list[Point]:
    placed: tuple[Login | ClaimedPlace | DeclaredTrip, ...] = (*claims, *trips, *logins)
    return [
        (one.latitude, one.longitude)
        for one in placed
        if one.latitude is not None and one.longitude is not None
    ]


def _spots(logins: Sequence[Login], view: View, room: Room) -> Iterator[Spot]:
    """A seat for each place and line, the most frequent first; its own point where that is free."""
    groups: dict[tuple[str, str, bool], list[Login]] = {}
    for login in logins:
        if login.latitude is not None:
            groups.setdefault((login.place, login.line, login.person), []).append(login)
    often = Counter(login.place for login in logins if login.latitude is not None)
    shown = {place for place, _ in often.most_common(PLACES_MAX)}
    for (place, line, person), group in sorted(
        groups.items(), key=lambda item: (-len(item[1]), item[0])
    ):
        side = min(10 + 2.2 * log2(len(group)), 22)
        point = view.at(group[0].latitude, group[0].longitude)
        box = room.seat(near(*point, side, reach=70)) if place in shown else None
        if box is not None:
            away = not all(login.explained for login in group)
            yield Spot(place, line, person, group[0].exact, away, len(group), box)


def _land(view: View, claimed: set[str]) -> str:
    """The countries in sight, those with a claimed place a shade darker."""
    paths = []
    for country in countries():
        outline = view.outline(country)
        if outline:
            fill = HOME_LAND if country.code in claimed else LAND
            paths.append(f'<path d="{outline}" fill="{fill}"/>')
    body = "\n".join(paths)
    return (
        f'<g transform="scale(0.1)" stroke="{BORDER}" stroke-width="7" stroke-linejoin="round" '
        f'fill-rule="evenodd">\n{body}\n</g>'
    )


def _arcs(spots: Sequence[Spot], homes: Sequence[Point]) -> Iterator[str]:
    """A line from the nearest claimed place to each place that the claims do not explain."""
    for place in dict.fromkeys(spot.place for spot in spots if spot.away and homes):
        own = [spot for spot in spots if spot.place == place and spot.away]
        x, y = own[0].box.middle
        u, v = min(homes, key=lambda home: hypot(x - home[0], y - home[1]))
        away = hypot(x - u, y - v)
        if away < WIDE_RING:
            continue
        bend_x, bend_y = (x + u) / 2, max((y + v) / 2 - 0.22 * away, 6)
        dash = "" if any(spot.person for spot in own) else ' stroke-dasharray="6 4"'
        yield (
            f'<path d="M{u:.1f} {v:.1f}Q{bend_x:.1f} {bend_y:.1f} {x:.1f} {y:.1f}" fill="none" '
            f'stroke="{PURPLE}" stroke-opacity="0.6" stroke-width="1.5"{dash}/>'
        )


def _mark(spot: Spot) -> str:
    x, y = spot.box.middle
    says = "" if spot.person else ", the address says"
    told = f"{spot.place}{says}: {spot.number} by {MARKS[spot.line].words}"
    return mark(spot.line, not spot.person, x, y, spot.box.right - spot.box.left, told)


def _labels(
    spots: Sequence[Spot],
    homes: Sequence[tuple[Point, ClaimedPlace]],
    away: Sequence[tuple[Point, str]],
    room: Room,
) -> Iterator[str]:
    """The name of each place: claimed ones first, then travel, then by the number of sign-ins."""
    rings = [Box.around(*point, *([_across(claim)] * 2)) for point, claim in homes]
    for box in rings:
        room.hold(box)
    claimed = [claim.place for _, claim in homes]
    anchors: list[tuple[str, Box, bool]] = [
        (_counted(claim.place, spots), box, True)
        for (_, claim), box in zip(homes, rings, strict=True)
    ]
    frames = [Box.around(*point, 2 * FRAME, 2 * FRAME) for point, _ in away]
    for (_, place), box in zip(away, frames, strict=True):
        room.hold(box)
        anchors.append((f"{short(place, 34)}, declared travel", box, True))
    for place in dict.fromkeys(spot.place for spot in spots):
        if place not in claimed:
            first = next(spot for spot in spots if spot.place == place)
            anchors.append((_counted(place, spots), first.box, False))
    for words, box, bold in anchors:
        width = width_of(words) * (1.12 if bold else 1) + 8
        seat = room.seat(beside(box, width, LABEL))
        if seat is not None:
            yield from _label(words, box, seat, bold)


def _across(claim: ClaimedPlace) -> float:
    return 2 * (RING if claim.exact else WIDE_RING)


def _counted(place: str, spots: Sequence[Spot]) -> str:
    number = sum(spot.number for spot in spots if spot.place == place)
    return f"{short(place, 34)} · {number}" if number else short(place, 34)


def _label(words: str, mark: Box, seat: Box, bold: bool) -> Iterator[str]:
    x, y = seat.middle
    u, v = mark.middle
    edge_x, edge_y = min(max(u, seat.left), seat.right), min(max(v, seat.top), seat.bottom)
    if hypot(edge_x - u, edge_y - v) > (mark.right - mark.left) / 2 + 9:
        yield (
            f'<path d="M{u:.1f} {v:.1f}L{edge_x:.1f} {edge_y:.1f}" fill="none" stroke="{SOFT}" '
            'stroke-width="1"/>'
        )
    yield (
        f'<rect x="{seat.left:.1f}" y="{seat.top:.1f}" width="{seat.right - seat.left:.1f}" '
        f'height="{LABEL}" rx="3" fill="{PAPER}" fill-opacity="0.8"/>'
    )
    weight = "bold" if bold else None
    yield text(x, y + 4.2, words, "middle", fill=INK, font_weight=weight)


def _legend(
    logins: Sequence[Login],
    spots: Sequence[Spot],
    homes: Sequence[tuple[Point, ClaimedPlace]],
    away: Sequence[tuple[Point, str]],
    size: tuple[int, int],
) -> tuple[str, float]:
    used = {(spot.line, not spot.person) for spot in spots}
    more = [("ring", "claimed place")] if homes else []
    if away:
        more.append(("frame", "country of declared travel"))
    if homes and any(spot.away for spot in spots):
        more.append(("arc", "not covered by the claims"))
    if any(not spot.exact for spot in spots):
        more.append(("halo", "country only"))
    if any(not spot.person for spot in spots):
        more.append(("", "hollow: where the address is, not where the person is"))
    left = len(logins) - sum(spot.number for spot in spots)
    if left:
        more.append(("", f"{left} more in the timeline"))
    order = [(line, hollow) for line in MARKS for hollow in (False, True) if (line, hollow) in used]
    return legend(size[1], size[0], order, more)


def _about(
    logins: Sequence[Login], claims: Sequence[ClaimedPlace], trips: Sequence[DeclaredTrip]
) -> str:
    """The picture in words."""
    says = "; ".join(dict.fromkeys(claim.place for claim in claims)) or "no place"
    count = Counter((login.place, login.person, login.line) for login in logins)
    seen = "; ".join(
        f"{place}{'' if person else ' (the address says)'} {number} by {MARKS[line].words}"
        for (place, person, line), number in count.most_common(TOLD_MAX)
    )
    told = "; ".join(map(trip_in_words, trips[:TOLD_MAX]))
    travel = f" Declared travel: {told}." if told else ""
    return f"Claimed: {says}.{travel} Sign-ins: {seen or 'none'}."


def trip_in_words(trip: DeclaredTrip) -> str:
    """``Portugal, 4 May 2026 to 9 May 2026``."""
    starts, ends = (f"{day.day} {day:%b %Y}" for day in (trip.starts, trip.ends))
    return f"{trip.place}, {starts}" + (f" to {ends}" if ends != starts else "")
