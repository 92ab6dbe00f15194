"""A spreadsheet of hires, one person a row under friendly headers, as records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries

from features.problems import Problem, nearest
from features.reading import InvalidProfile, read_profile
from fraudscore.cells import BadCell, LostCell, outcome_of, session_of, value_of, values_of
from fraudscore.errors import InputError
from fraudscore.headers import (
    HEADERS,
    NAME_PARTS,
    NAMING,
    PATHS,
    header_of,
    plain,
    why_refused,
)
from fraudscore.rejected import Lost, Rejected
from fraudscore.sheets import ONE_CELL, TITLE_ROWS, TOO_LARGE, Row, Sheet, Told, read_sheets

Record = dict[str, Any]
Column = tuple[str, str]
"""Where a column goes in the record, and its header as written."""
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in while a row is checked; who reads the file says what a row without a date is as of."""
OF_AN_ACCOUNT = ("payouts.holder", "payouts.account", "payouts.country")
"""Columns whose header may say that the account is a bank's."""
NO_HEADER = "no header is known; write for example Full name, Country, Phone"
NO_NAME = "has no first or last name beside it, and was not used"
UNLIKE = "no header we know is like it; the page of new hires and `fraudscore headers` list them"


def read_spreadsheet(path: Path) -> Iterator[tuple[int | None, Any] | Rejected]:
    """Numbered records, and whatever could not be used, of a CSV or XLSX file.

    Rows are numbered as in the sheet. Raises InputError for an unreadable file or a refused column.
    """
    sheet, told = sheet_of_people(str(path), read_sheets(path))
    file = sheet.called(str(path))
    rejected = [Rejected(file, row, None, (problem,), "part") for row, problem in told]
    yield from (item for item in rejected if not item.row)
    if len(sheet.rows) > 1 or not sheet.damage:
        yield from records_in(file, sheet.rows)
    yield from (item for item in rejected if item.row)


def records_in(name: str, rows: list[Row]) -> Iterator[tuple[int | None, Any] | Rejected]:
    """As ``read_spreadsheet``, of rows from the headers on, read from something called ``name``.

    What is told of a row right before its record is of cells without which the row is used.
    """
    header, body = rows[0], rows[1:]
    columns, problems = _columns(name, header[1])
    problems += ((problem, "column") for problem in _without_header(header[1], body))
    for problem, cost in problems:
        yield Rejected(name, header[0], None, (problem,), cost)
    if not body:
        raise InputError(f"{name} has a header and no rows; write one row a person")
    for number, cells in body:
        record, wrong, lost = _record(columns, cells, number)
        wrong = too_long(header[1], cells) or wrong or _wrong(columns, record)
        if wrong or lost:
            cost = "person" if wrong else "part"
            yield Rejected(name, number, record["profile_id"], (*wrong, *lost), cost)
        if not wrong:
            yield number, record


def sheet_of_people(name: str, sheets: list[Sheet]) -> tuple[Sheet, list[Told]]:
    """The sheet to read, from its headers on, and what else is to be told of the file.

    It is the first with two headers that are known, else the first with one. Raises InputError if
    there is none among several sheets, or if it holds too much.
    """
    starts = [_headers_at(sheet.rows) for sheet in sheets]
    chosen = max(range(len(sheets)), key=lambda place: min(starts[place][1], 2))
    sheet, (start, known) = sheets[chosen], starts[chosen]
    if not known and len(sheets) > 1:
        names = ", ".join(sheet.name for sheet in sheets)
        raise InputError(f"{name}: of the sheets {names}, {NO_HEADER}")
    if sheet.too_large:
        raise InputError(f"{sheet.called(name)} {TOO_LARGE}")
    rows = sheet.rows[start:]
    told: list[Told] = [(None, problem) for problem in _merged(sheet, rows)]
    told += [
        (None, _unread(other, len(other.rows) - at - 1))
        for other, (at, known) in zip(sheets, starts, strict=True)
        if known and other is not sheet
    ]
    return replace(sheet, rows=rows), told + ([sheet.damage] if sheet.damage else [])


def _headers_at(rows: list[Row]) -> tuple[int, int]:
    """Which row holds the headers, and how many of them are known.

    It is the first row, unless none is known of it and two of one of the next few.
    """
    for place, (_, cells) in enumerate(rows[:TITLE_ROWS]):
        known = sum(bool(PATHS.get(plain(cell.strip()))) for cell in cells)
        if known > 1 or (known and not place):
            return place, known
    return 0, 0


def _merged(sheet: Sheet, rows: list[Row]) -> Iterator[Problem]:
    for area in sheet.merged:
        if rows and range_boundaries(area)[3] >= rows[0][0]:
            advice = "only the first holds the value; unmerge them"
            yield Problem(area, "are merged cells", advice)


def _unread(sheet: Sheet, rows: int) -> Problem:
    count = f"{rows}{' or more' if sheet.too_large else ''} row{'' if rows == 1 else 's'}"
    return Problem(
        f"sheet {sheet.name}",
        f"was not read, with {count} below headers that we know",
        "save it as a file of its own, or delete it",
    )


def too_long(header: list[str], cells: list[str]) -> list[Problem]:
    """What to tell of a row that goes on beyond the headers: its cells may have moved."""
    beyond = sum(bool(cell.strip()) for cell in cells[len(header) :])
    if not beyond:
        return []
    found = f"has {len(header) + beyond} cells under {len(header)} headers"
    return [Problem("", found, ONE_CELL)]


def _without_header(header: list[str], body: list[Row]) -> Iterator[Problem]:
    for place, title in enumerate(header):
        if title.strip() or not any("".join(cells[place : place + 1]).strip() for _, cells in body):
            continue
        yield Problem(
            f"column {get_column_letter(place + 1)}",
            "has no header and was not used",
            "write its header, Notes if it is not to be used",
        )


def _wrong(columns: dict[int, Column], record: Record) -> list[Problem]:
    """What the record's own rules say of a row, told by the headers of the sheet."""
    try:
        read_profile(record, default_as_of=ANY_MOMENT)
    except InvalidProfile as error:
        titles = {header_of(path): title for path, title in columns.values()}
        named = [(header_of(problem.where), problem) for problem in error.problems]
        return [Problem(titles.get(name, name), p.found, p.write) for name, p in named]
    return []


def _columns(place: str, header: list[str]) -> tuple[dict[int, Column], list[tuple[Problem, Lost]]]:
    """Which column holds which part of the record, and the columns that cannot be used."""
    found: dict[int, Column] = {}
    problems: list[tuple[Problem, Lost]] = []
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
            guess = nearest(name.casefold(), known, whole=True)
            advice = f"did you mean '{guess}'?" if guess else UNLIKE
            problem = Problem(name, "is not a column we know and was not used", advice)
            problems.append((problem, "column"))
        elif target in {path for path, _ in found.values()}:
            problem = Problem(name, "stands there twice", "keep one; the first was used")
            problems.append((problem, "part"))
        elif target:
            found[number] = (target, name)
    if not found:
        raise InputError(f"{place}: {NO_HEADER}")
    return found, problems


def _record(
    columns: dict[int, Column], cells: list[str], number: int
) -> tuple[Record, list[Problem], list[Problem]]:
    """One row as a record, the cells that could not be understood, and those without a value."""
    record: Record = {"profile_id": _name_of(number, cells), "claims": {}}
    wrong: list[Problem] = []
    lost: list[Problem] = []
    names: dict[str, tuple[str, str]] = {}
    for place, (path, title) in columns.items():
        try:
            values = values_of(path, cells[place].strip() if place < len(cells) else "")
            if values and path in NAME_PARTS:
                names[path] = values[0], title
            elif values:
                _place(record, path, values)
                if path in OF_AN_ACCOUNT and re.search("bank|iban", title, re.IGNORECASE):
                    record["payouts"][0].setdefault("method", "bank")
        except BadCell as error:
            told = lost if isinstance(error, LostCell) else wrong
            told.append(Problem(title, error.found, error.write))
    if names.keys() & set(NAMING):
        joined = " ".join(names[path][0] for path in NAME_PARTS if path in names)
        record["claims"].setdefault("name", joined)
    elif "name" not in record["claims"]:
        lost += (
            Problem(title, NO_NAME, "write First name and Last name") for _, title in names.values()
        )
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
