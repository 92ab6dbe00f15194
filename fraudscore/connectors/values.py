"""Values as other systems write them, in the form the record wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from dateutil import parser

EPOCH_MILLISECONDS = 100_000_000_000
"""Numbers above this are milliseconds: as seconds they would lie beyond the year 5000."""


@lru_cache(maxsize=10_000)
def instant(value: Any, zone: str = "UTC") -> str:
    """A moment as ``2026-01-31T09:30:00Z``; text without an offset is read in UTC.

    Takes ISO 8601, the usual spellings of logs, and seconds or milliseconds since 1970. Raises
    ValueError for anything else.
    """
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is not a date")
    if isinstance(value, (int, float)) or str(value).strip().replace(".", "", 1).isdigit():
        number = float(value)
        number = number / 1000 if number > EPOCH_MILLISECONDS else number
        try:
            moment = datetime.fromtimestamp(number, UTC)
        except (OverflowError, OSError, ValueError) as error:
            raise ValueError(f"{value!r} is not a date") from error
    else:
        moment = _parsed(str(value).strip())
    # As pydantic writes it, so that a row read back equals the row first written.
    fraction = f".{moment.microsecond:06d}" if moment.microsecond else ""
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}{fraction}Z"


def _parsed(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parser.parse(text, default=datetime(1, 1, 1))
        except (parser.ParserError, OverflowError) as error:
            raise ValueError(f"{text!r} is not a date") from error
        if moment.year == 1:
            raise ValueError(f"{text!r} is not a date") from None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is not a date") from error


def day(value: Any) -> str:
    """A day as ``2026-01-31``; of a month or year its first day. Raises ValueError."""
    text = str(value).strip()
    if len(text) == 4 and text.isdigit():
        return f"{text}-01-01"
    if len(text) == 7 and text[4] == "-":
        return date.fromisoformat(f"{text}-01").isoformat()
    return instant(text)[:10]


def given(**fields: Any) -> dict[str, Any]:
    """The fields that hold something: null, blank and empty mean `not supplied`."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value not in ("", [], {})
    }


def dig(data: Any, *path: str) -> Any:
    """The value at a path of nested objects, None where a step is missing."""
    for step in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(step)
    return data


def text(value: Any, most: int = 200) -> str | None:
    """A short text, cut to what the record takes; None for anything that is not one."""
    if not isinstance(value, str):
        return None
    return value.strip()[:most].strip() or None


def first(values: Iterable[Any]) -> Any:
    """The first value that holds something."""
    return next((value for value in values if value not in (None, "")), None)
