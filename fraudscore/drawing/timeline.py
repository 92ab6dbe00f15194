"""The timeline: a row for each place, a mark for each sign-in, claimed places on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from features.sentences import counted
from fraudscore.drawing.marks import MARKS, legend, mark, ring
from fraudscore.drawing.palette import LINE, SOFT
from fraudscore.drawing.sign_ins import AUTOMATED, NOT_PLACED, ClaimedPlace, Login
from fraudscore.drawing.svg import picture, short, text, width_of

WIDTH, ROW, TOP = 900, 25, 12
NAMES, SIDE = 250, 12
"""Pixels for the names of places; pixels of one mark."""
ROWS_MAX = 16
"""Most places with a row of their own; the rest share one."""
OTHERS = "other places"
TICKS_MAX = 7
STEPS = (1, 2, 5, 7, 14, 28, 61, 91, 182, 365, 730, 1461, 3652)
"""Days from one tick to the next."""


def timeline(logins: Sequence[Login], claims: Sequence[ClaimedPlace] = ()) -> str:
    """When sign-ins came from which place; hollow where the address does not show the person.

    Sign-ins of one line so close together that their marks would lie on each other share a mark.
    """
    claimed = {claim.place for claim in claims}
    names = _rows(logins, claimed)
    start, end = _span(logins)
    height = TOP + ROW * len(names)
    parts = list(_ticks(start, end, height))
    for number, name in enumerate(names):
        y = TOP + ROW * (number + 0.5)
        parts += _row(name, y, name in claimed)
        own = [login for login in logins if _row_of(login, names) == name]
        parts += _marks(own, y, start, end)
    used = {(login.line, not login.person) for login in logins}
    order = [(line, hollow) for line in MARKS for hollow in (False, True) if (line, hollow) in used]
    more = [("ring", "claimed place")] if claimed & set(names) else []
    below, deep = legend(height + 26, WIDTH, order, more)
    body = "\n".join((*parts, below))
    return picture(WIDTH, height + 30 + deep, "Sign-ins by place and time", _about(logins), body)


def _rows(logins: Sequence[Login], claimed: set[str]) -> list[str]:
    """The places that get a row: claimed ones, then by number, then what has no place."""
    count = Counter(login.place for login in logins)
    last = [name for name in (NOT_PLACED, AUTOMATED) if count.pop(name, 0)]
    order = sorted(count, key=lambda name: (name not in claimed, -count[name], name))
    if len(order) > ROWS_MAX:
        order = [*order[: ROWS_MAX - 1], OTHERS]
    return order + last


def _row_of(login: Login, names: Sequence[str]) -> str:
    return login.place if login.place in names else OTHERS


def _span(logins: Sequence[Login]) -> tuple[datetime, datetime]:
    """The first and the last day shown, at least a day apart."""
    moments = [login.at for login in logins] or [datetime.fromtimestamp(0).astimezone()]
    first, last = min(moments), max(moments)
    slack = max((last - first) * 0.02, timedelta(hours=12))
    return first - slack, last + slack


def _across(at: datetime, start: datetime, end: datetime) -> float:
    return NAMES + (WIDTH - NAMES - 16) * ((at - start) / (end - start))


def _ticks(start: datetime, end: datetime, height: float) -> Iterator[str]:
    """Upright lines with their days, so many that no two days touch."""
    days = (end - start) / timedelta(days=1)
    step = next((step for step in STEPS if days / step <= TICKS_MAX), STEPS[-1])
    form = "%d %b" if start.year == end.year else "%d %b %Y"
    at = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    room = NAMES - 10.0
    while at < end:
        x, words = _across(at, start, end), f"{at:{form}}"
        half = width_of(words, 11) / 2
        if x - half > room and x + half < WIDTH:
            yield (
                f'<path d="M{x:.1f} {TOP - 4}V{height + 4}" fill="none" stroke="{LINE}" '
                'stroke-width="1" stroke-opacity="0.55"/>'
            )
            yield text(x, height + 19, words, "middle", fill=SOFT, font_size=11)
            room = x + half + 6
        at += timedelta(days=step)


def _row(name: str, y: float, claimed: bool) -> Iterator[str]:
    yield f'<path d="M{NAMES} {y}H{WIDTH - 12}" fill="none" stroke="{LINE}" stroke-width="1"/>'
    if claimed:
        yield ring(NAMES - 14, y, 6)
    weight = "bold" if claimed else None
    yield text(14, y + 4.2, short(name, 26), font_weight=weight)


def _marks(
    logins: Sequence[Login], y: float, start: datetime, end: datetime
) -> Iterator[str]:  # fmt: skip
    """The marks of a row: those that would cover one another nearly whole are one."""
    heaps: dict[tuple[str, bool, int], list[Login]] = {}
    for login in logins:
        x = _across(login.at, start, end)
        heaps.setdefault((login.line, login.person, int(x // (SIDE * 0.7))), []).append(login)
    for (line, person, _), heap in heaps.items():
        middle = sum(_across(login.at, start, end) for login in heap) / len(heap)
        side = min(SIDE + 1.2 * (len(heap) - 1), ROW - 6)
        yield mark(line, not person, middle, y, side, _told(heap))


def _told(heap: Sequence[Login]) -> str:
    first = heap[0]
    moment = f"{first.at:%d %b %Y %H:%M} UTC"
    more = f" and {len(heap) - 1} more" if len(heap) > 1 else ""
    return f"{moment}{more}: {first.place}, {MARKS[first.line].words}"


def _about(logins: Sequence[Login]) -> str:
    """The picture in words."""
    if not logins:
        return "No dated sign-in."
    count = Counter(login.place for login in logins).most_common()
    first, last = min(one.at for one in logins), max(one.at for one in logins)
    seen = "; ".join(f"{place} {number}" for place, number in count)
    return f"{counted(len(logins), 'sign-in')} from {first:%d %b %Y} to {last:%d %b %Y}: {seen}."
