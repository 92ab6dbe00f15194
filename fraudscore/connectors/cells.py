"""Cells of an export's tables by heading, and texts of strangers made safe to keep."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from features.fields import KEY_MAX
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.exports import csv_rows
from fraudscore.errors import InputError

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
SHOWN = 60

Cells = dict[str, str]


def clean(value: Any, most: int = KEY_MAX) -> str | None:
    """A short text without control characters; None for what is not a text or holds nothing."""
    if not isinstance(value, str):
        return None
    return _UNSAFE.sub(" ", value[: 4 * most]).strip()[:most].strip() or None


def whole(value: Any, most: int = KEY_MAX) -> str | None:
    """A text as it stands, None where anything would have to be cut: for identifiers."""
    text = clean(value, most)
    return text if text is not None and text == value.strip() else None


def person(value: Any) -> str | None:
    """An id, login or mailbox that can name a person; None for anything else."""
    text = whole(value)
    if text is None or ("@" in text and not _MAILBOX.fullmatch(text)):
        return None
    return text


def shown(value: Any) -> str:
    """A stranger's value as a report shows it: short, quoted, nothing hidden."""
    if not isinstance(value, str):
        # A nested value may be too deep to print.
        plain = value is None or isinstance(value, (int, float))
        return str(value)[:SHOWN] if plain else f"a {type(value).__name__}"
    text = ascii(value[: SHOWN + 1])
    return text if len(value) <= SHOWN else f"{text[:SHOWN]}...'"


def rows(path: Path, options: Options, report: Report) -> Iterator[tuple[int, Cells]]:
    """Rows of a CSV; headings are matched by their letters and digits: `Device ID` is deviceid."""
    try:
        for row, cells in csv_rows(path, options, report):
            yield row, {_heading(name[:KEY_MAX]): cell for name, cell in cells.items()}
    except (csv.Error, UnicodeError) as error:
        raise InputError(f"{path} is not a CSV file: {error}") from error


@lru_cache(maxsize=2_000)
def _heading(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def pick(cells: Cells, *headings: str) -> str | None:
    """The first cell under these headings that holds something."""
    return next((cells[name] for name in headings if cells.get(name)), None)


def must_know(path: Path, known: bool, kind: str, expected: str) -> None:
    """Raise InputError for a file in which no row had the columns that make it this export."""
    if not known:
        raise InputError(f"{path} is not {kind}, or holds no rows; {expected}")
