"""The cells of a CSV or XLSX file as rows of text, with what could not be read."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from fraudscore.errors import InputError

ROWS_MAX = 100_000
COLUMNS_MAX = 200
UNPACKED_MAX = 200 * 1024 * 1024
"""Most bytes an XLSX may unpack to: a spreadsheet of people is small, a zip bomb is not."""
SEPARATORS = ",;\t"
TITLE_ROWS = 10
"""Rows among which the headers are looked for: a title may stand above them."""
EXCEL = (".xlsx", ".xlsm")
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")

Row = tuple[int, list[str]]
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,  # of the XML inside
    AttributeError,  # openpyxl on a sheet that is a chart
    NotImplementedError,
    TypeError,
    KeyError,
    ValueError,
    EOFError,
    OSError,
)


def read_rows(path: Path) -> tuple[list[Row], list[str]]:
    """Rows of text with their number as a person sees it, and ranges of merged cells.

    Raises InputError for a file that is empty, too large or no spreadsheet.
    """
    try:
        large = path.stat().st_size > UNPACKED_MAX
        data = b"" if large else path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if large:
        raise InputError(
            f"{path} is larger than {UNPACKED_MAX} bytes; use JSONL or a folder of tables"
        )
    return rows_in(str(path), data)


def rows_in(
    name: str, data: bytes, *, unpacked_max: int | None = None
) -> tuple[list[Row], list[str]]:
    """As ``read_rows``, of a file that is in memory; ``name`` says by its end what it is."""
    excel = name.lower().endswith(EXCEL)
    rows, merged = (
        _xlsx(name, data, unpacked_max or UNPACKED_MAX) if excel else (_csv(name, data), [])
    )
    kept = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not kept:
        raise InputError(f"{name} is empty; write one header row and one row a person")
    return kept, merged


def _csv(name: str, data: bytes) -> list[Row]:
    text = _decode(name, data)
    mark = _separator(text[:65_536].splitlines()[:TITLE_ROWS])
    try:
        return list(_capped(name, csv.reader(io.StringIO(text, newline=""), delimiter=mark)))
    except csv.Error as error:
        raise InputError(f"{name} cannot be read as CSV: {error}") from error


def _separator(lines: list[str]) -> str:
    """What separates cells: the most frequent mark of the first line of three cells, else of the first.

    Rows further down hold lists, and a title above may hold a comma.
    """
    often = [(max(SEPARATORS, key=line.count), line) for line in lines]
    wide = [mark for mark, line in often if line.count(mark) > 1]
    first = [mark for mark, _ in often]
    return (wide or first or [","])[0]


def _decode(name: str, data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ENCODINGS:
        if (encoding == "utf-16") != wide:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise InputError(f"{name} is not text; save it as CSV (UTF-8) or XLSX")


def _xlsx(name: str, data: bytes, unpacked_max: int) -> tuple[list[Row], list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > unpacked_max:
                raise InputError(f"{name} unpacks to more than {unpacked_max} bytes")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        sheet = book.active
        if sheet is None:
            raise InputError(f"{name} has no sheet with cells")
        merged = [str(area) for area in sheet.merged_cells.ranges]
        cells = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
        return list(_capped(name, cells)), merged
    except _DAMAGE as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} cannot be read as XLSX: {error}") from error


def _capped(name: str, rows: Any) -> Iterator[Row]:
    for number, cells in enumerate(rows, 1):
        if number > ROWS_MAX + 1 or len(cells) > COLUMNS_MAX:
            raise InputError(
                f"{name} has more than {ROWS_MAX} rows or {COLUMNS_MAX} columns; "
                "use JSONL or a folder of tables"
            )
        yield number, list(cells)


def _text(cell: Any) -> str:
    """A cell as a person would type it; dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (
            cell.replace(tzinfo=UTC).isoformat()
            if cell.time().isoformat() != "00:00:00"
            else (cell.date().isoformat())
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
