"""A spreadsheet of hires, one person a row under friendly headers, as records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl.utils import range_boundaries

from features.problems import Problem, nearest
from features.reading import InvalidProfile, read_profile
from fraudscore.cells import BadCell, LostCell, outcome_of, session_of, value_of, values_of
from fraudscore.errors import InputError
from fraudscore.headers import (
    HEADERS,
    PATHS,
    header_of,
    plain,
    why_refused,
)
from fraudscore.rejected import Rejected
from fraudscore.sheets import TITLE_ROWS, Row, read_rows

Record = dict[str, Any]
Column = tuple[str, str]
"""Where a column goes in the record, and its header as written."""
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in while a row is checked; who reads the file says what a row without a date is as of."""
UNLIKE = "no header we know is like it; the page of new hires and `fraudscore headers` list them"


def read_spreadsheet(path: Path) -> Iterator[tuple[int | None, Any] | Rejected]:
    """Numbered records, and whatever could not be used, of a CSV or XLSX file.

    Rows are numbered as in the sheet. Raises InputError for an unreadable file or a refused column.
    """
    yield from records_in(str(path), *below_titles(*read_rows(path)))


def records_in(
    name: str, rows: list[Row], merged: list[str]
) -> Iterator[tuple[int | None, Any] | Rejected]:
    """As ``read_spreadsheet``, of rows that were read from something called ``name``.

    What is told of a row right before its record is of cells without which the row is used.
    """
    header, body = rows[0], rows[1:]
    columns, problems = _columns(name, header[1])
    yield from (Rejected(name, header[0], None, (problem,)) for problem in problems)
    for area in merged:
        problem = Problem(area, "are merged cells", "only the first holds the value; unmerge them")
        yield Rejected(name, None, None, (problem,))
    if not body:
        raise InputError(f"{name} has a header and no rows; write one row a person")
    for number, cells in body:
        record, wrong, lost = _record(columns, cells, number)
        wrong = wrong or _wrong(columns, record)
        if wrong or lost:
            yield Rejected(name, number, record["profile_id"], (*wrong, *lost))
        if not wrong:
            yield number, record


def below_titles(rows: list[Row], merged: list[str]) -> tuple[list[Row], list[str]]:
    """The rows from the headers on, and the merged ranges there.

    The first row holds the headers, unless none is known of it and two of one of the next few.
    """
    for place, (number, cells) in enumerate(rows[:TITLE_ROWS]):
        known = sum(bool(PATHS.get(plain(cell.strip()))) for cell in cells)
        if known > 1 or (known and not place):
            return rows[place:], [area for area in merged if range_boundaries(area)[3] >= number]
    return rows, merged


def _wrong(columns: dict[int, Column], record: Record) -> list[Problem]:
    """What the record's own rules say of a row, told by the headers of the sheet."""
    try:
        read_profile(record, default_as_of=ANY_MOMENT)
    except InvalidProfile as error:
        titles = {header_of(path): title for path, title in columns.values()}
        named = [(header_of(problem.where), problem) for problem in error.problems]
        return [Problem(titles.get(name, name), p.found, p.write) for name, p in named]
    return []


def _columns(place: str, header: list[str]) -> tuple[dict[int, Column], list[Problem]]:
    """Which column holds which part of the record, and the columns that cannot be used."""
    found: dict[int, Column] = {}
    problems: list[Problem] = []
    for number, title in enumerate(header):
        name = title.strip()
        if not name:
            continue
        why = why_refused(name)
        if why:
            raise InputError(f"{place}: column {name} is refused: {why}; delete the column")
        target = PATHS.get(plain(name))
        if target is None:
            known = [title for titles in HEADERS.values() for title in titles]
            guess = nearest(name.casefold(), known)
            advice = f"did you mean '{guess}'?" if guess else UNLIKE
            problems.append(Problem(name, "is not a column we know and was not used", advice))
        elif target in {path for path, _ in found.values()}:
            problems.append(Problem(name, "stands there twice", "keep one; the first was used"))
        elif target:
            found[number] = (target, name)
    if not found:
        raise InputError(
            f"{place}: no header is known; write for example Full name, Country, Phone"
        )
    return found, problems


def _record(
    columns: dict[int, Column], cells: list[str], number: int
) -> tuple[Record, list[Problem], list[Problem]]:
    """One row as a record, the cells that could not be understood, and those without a value."""
    record: Record = {"profile_id": _name_of(number, cells), "claims": {}}
    wrong: list[Problem] = []
    lost: list[Problem] = []
    for place, (path, title) in columns.items():
        try:
            values = values_of(path, cells[place].strip() if place < len(cells) else "")
            if values:
                _place(record, path, values)
                if path == "payouts.country" and "bank" in title.casefold():
                    record["payouts"][0].setdefault("method", "bank")
        except BadCell as error:
            told = lost if isinstance(error, LostCell) else wrong
            told.append(Problem(title, error.found, error.write))
    return record, wrong, lost


def _name_of(number: int, cells: list[str]) -> str:
    """What a row without an ID is called: by its cells too, as other files have such a row as well."""
    written = "\x1f".join(filter(None, map(str.strip, cells)))
    return f"row-{number}-{hashlib.sha256(written.encode()).hexdigest()[:8]}"


def _place(record: Record, path: str, values: list[str]) -> None:
    if path == "sessions":
        record["sessions"] = [session_of(value) for value in values]
        return
    if path in ("checks.verified", "checks.interviewed"):
        check = {"stage": path.partition(".")[2], "outcome": outcome_of(values[0])}
        record.setdefault("checks", []).append(check)
        return
    cleaned: list[Any] = [value_of(path, value) for value in values]
    head, _, rest = path.partition(".")
    if path in ("claims.other_names", "claims.vpn"):
        record["claims"][rest] = [value for value in cleaned if value]
    elif path == "devices.tools.name":
        device = _first(record.setdefault("devices", []), {"id": "computer"})
        device["tools"] = [{"kind": "remote_access", "name": value} for value in cleaned]
    elif head in ("payouts", "devices", "shipments"):
        _first(record.setdefault(head, []), {"id": "computer"} if head == "devices" else {})[
            rest
        ] = cleaned[0]
    elif path.count(".") == 2:
        part, name, column = path.split(".")
        _fill(record.setdefault(part, {}).setdefault(name, []), column, cleaned)
    elif rest:
        record.setdefault(head, {})[rest] = cleaned[0]
    else:
        record[path] = cleaned[0]


def _first(rows: list[Record], new: Record) -> Record:
    if not rows:
        rows.append(new)
    return rows[0]


def _fill(rows: list[Record], column: str, values: list[Any]) -> None:
    """One row a value; a second column of the same list fills the rows that are there."""
    for place, value in enumerate(values):
        if place == len(rows):
            rows.append({})
        rows[place][column] = value
    if column == "name" and rows and "relation" not in rows[0]:
        for row in rows:
            row["relation"] = "other"
