"""Dates as statements and inventories write them; what no rule reads is refused, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from fraudscore.connectors.cells import shown
from fraudscore.connectors.values import instant

LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""What the record takes; exports write the year 1 for `never`."""
_ISO = re.compile(
    r"(\d{4})-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?)?", re.ASCII
)
_EPOCH = re.compile(r"\d{9,13}(\.\d{1,6})?", re.ASCII)
_PARTS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:,? (?:at )?(.+))?", re.ASCII)
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_NAMED = ("%d %b %Y", "%d %b, %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%a %b %d %H:%M:%S %Y")


def moment(value: Any, day_first: bool = False) -> str:
    """A moment as ``2026-01-31T09:30:00Z``, in UTC where no offset is given. Raises ValueError.

    Takes ISO 8601, seconds or milliseconds since 1970, ``31.01.2026``, ``1/31/2026 8:15 AM`` and
    ``31 Jan 2026``. Only ``day_first`` tells 3/4 from 4/3.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _within(value, instant(value))
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > LONGEST:
        raise ValueError(f"{shown(value)} is not a date")
    iso = _ISO.fullmatch(text)
    if iso:
        # The year is looked at first: another zone may lie beyond the first or last one there is.
        _within(text, iso[1])
        return _within(text, instant(re.sub(r" ?(UTC|Z)$", "+00:00", text)))
    if _EPOCH.fullmatch(text):
        return _within(text, instant(text))
    parts = _PARTS.fullmatch(text)
    return _within(text, _numbers(text, parts, day_first) if parts else _words(text))


def day_first(texts: Any) -> bool | None:
    """Whether dates like 3/4/2026 name the day first; None where none of them tells."""
    for text in texts:
        parts = _PARTS.match(text)
        if parts and max(int(parts[1]), int(parts[2])) > 12:
            return int(parts[1]) > 12
    return None


def _numbers(text: str, parts: re.Match[str], day_first: bool) -> str:
    first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
    day, month = (first, second) if day_first else (second, first)
    time = _parsed(parts[4].upper(), _TIMES) if parts[4] else datetime(1900, 1, 1)
    if time is None:
        raise ValueError(f"{shown(text)} is not a date")
    try:
        moment = time.replace(year=year, month=month, day=day, tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"{shown(text)} is not a date: {error}") from error
    return instant(moment.isoformat())


def _words(text: str) -> str:
    found = _parsed(text.removesuffix(" UTC"), _NAMED)
    if found is None:
        raise ValueError(f"{shown(text)} is not a date")
    return instant(found.replace(tzinfo=UTC).isoformat())


def _parsed(text: str, forms: tuple[str, ...]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _within(value: Any, moment: str) -> str:
    if not FIRST_YEAR <= int(moment[:4]) <= LAST_YEAR:
        raise ValueError(f"{shown(value)} is not a date between 1970 and 2199")
    return moment
