"""The cells of a CSV or XLSX file as rows of text, with what could not be read."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from features.problems import Problem
from fraudscore.errors import InputError

ROWS_MAX = 100_000
COLUMNS_MAX = 200
TOO_LARGE = (
    f"has more than {ROWS_MAX} rows or {COLUMNS_MAX} columns; use JSONL or a folder of tables"
)
UNPACKED_MAX = 200 * 1024 * 1024
"""Most bytes an XLSX may unpack to: a spreadsheet of people is small, a zip bomb is not."""
SEPARATORS = ",;\t"
TITLE_ROWS = 10
"""Rows among which the headers are looked for: a title may stand above them."""
EXCEL = (".xlsx", ".xlsm")
MERGED_MAX = 10_000_000
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']""")
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")

ONE_CELL = "put a cell that holds a separator in quotes, or add the header"
"""What to write where a row goes on beyond the headers."""

Row = tuple[int, list[str]]
Told = tuple[int | None, Problem]
"""Something to mend and its row, if it is of one."""
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


@dataclass(frozen=True)
class Sheet:
    """Rows that hold something, as text, with their numbers as a person sees them.

    ``name``: of one sheet among several. ``merged``: ranges of merged cells. ``too_large``: whether
    it holds more than can be read. ``damage``: from which row on nothing could be read, and why.
    """

    rows: list[Row]
    name: str = ""
    merged: tuple[str, ...] = ()
    too_large: bool = False
    damage: Told | None = None

    def called(self, file: str) -> str:
        """How messages name the sheet."""
        return f"{file}, sheet {self.name}" if self.name else file


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of a file that hold something; a CSV is one.

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
    return sheets_in(str(path), data)


def sheets_in(name: str, data: bytes, *, unpacked_max: int | None = None) -> list[Sheet]:
    """As ``read_sheets``, of a file that is in memory; ``name`` says by its end what it is."""
    excel = name.lower().endswith(EXCEL)
    sheets = _xlsx(name, data, unpacked_max or UNPACKED_MAX) if excel else [_csv(name, data)]
    filled = [sheet for sheet in sheets if sheet.rows or sheet.damage]
    if not filled:
        raise InputError(f"{name} is empty; write one header row and one row a person")
    return filled


def _csv(name: str, data: bytes) -> Sheet:
    text = _decode(name, data)
    mark = _separator(text[:65_536].splitlines()[:TITLE_ROWS])
    damage: list[Told] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows, too_large = _held(_undamaged(lines, damage))
    return Sheet(rows, too_large=too_large, damage=damage[0] if damage else None)


def _undamaged(lines: Iterator[list[str]], damage: list[Told]) -> Iterator[list[str]]:
    """Rows up to the first that is damaged: where the next begins nobody knows."""
    number = 0
    try:
        for cells in lines:
            number += 1
            yield cells
    except csv.Error as error:
        found, write = open_quotation(error)
        rest = "nothing from this row on was read"
        damage.append((number + 1, Problem("", f"{found}; {rest}", write)))


def open_quotation(error: csv.Error) -> tuple[str, str]:
    """What is wrong with a row where reading CSV ends, and what to write."""
    found = "has a quotation mark that is not closed at the end of a cell"
    if "limit" in str(error):
        most = csv.field_size_limit()
        found = f"has a cell of more than {most} characters, as where a quotation mark is open"
    return found, 'close it there, or write two ("") where it belongs to the text'


def _held(rows: Iterable[list[str]]) -> tuple[list[Row], bool]:
    """Rows that hold something, and whether there are more rows or columns than can be read.

    Blank rows and columns at the end do not count: a program leaves them where cells were coloured.
    """
    held: list[Row] = []
    wide = False
    for number, cells in enumerate(rows, 1):
        if not "".join(cells).strip():
            continue
        if len(held) > ROWS_MAX:
            return held, True
        wide |= bool("".join(cells[COLUMNS_MAX:]).strip())
        held.append((number, cells[:COLUMNS_MAX]))
    return held, wide


def _separator(lines: list[str]) -> str:
    """What separates cells: the most frequent mark of the first line of three cells, else of the first.

    Rows further down hold lists, and a title above may hold a comma, or bars that separate nothing.
    """
    marks = SEPARATORS + "|" * (sum(line.count("|") > 1 for line in lines) > 1)
    often = [(max(marks, key=line.count), line) for line in lines]
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


def _xlsx(name: str, data: bytes, unpacked_max: int) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > unpacked_max:
                raise InputError(f"{name} unpacks to more than {unpacked_max} bytes")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found = [_sheet(data, sheet, parts) for sheet in book.worksheets]
    except _DAMAGE as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} cannot be read as XLSX: {error}") from error
    return found if len(found) > 1 else [replace(sheet, name="") for sheet in found]


def _sheet(data: bytes, sheet: Any, parts: zipfile.ZipFile) -> Sheet:
    """One sheet of the workbook in ``data``, which is opened again where formulas are to be seen."""
    part = parts.read(sheet._worksheet_path)
    sheet.reset_dimensions()  # what a sheet says of its size counts coloured cells too
    if FORMULA.search(part):
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)[sheet.title]
        formulas.reset_dimensions()
        pairs = zip(sheet.iter_rows(), formulas.iter_rows(values_only=True), strict=True)
        rows = ([_text(_told(*both)) for both in zip(*pair, strict=True)] for pair in pairs)
    else:
        rows = ([_text(value) for value in cells] for cells in sheet.iter_rows(values_only=True))
    held, too_large = _held(rows)
    width = max((_width(cells) for _, cells in held), default=0)
    level = [(number, (cells + [""] * width)[:width]) for number, cells in held]
    merged = tuple(area.decode() for area in MERGED.findall(part))
    _uncover(level, merged)
    return Sheet(level, sheet.title, merged, too_large)


def _width(cells: list[str]) -> int:
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)


def _uncover(rows: list[Row], merged: Iterable[str]) -> None:
    """Empty the cells that a merged one hides: some programs keep what stood in them."""
    by_number = dict(rows)
    work = 0
    for area in merged:
        first, top, last, bottom = range_boundaries(area)
        work += bottom - top
        if work > MERGED_MAX:
            raise InputError(f"more than {MERGED_MAX} rows are merged; unmerge the cells")
        for number in range(top, bottom + 1):
            cells = by_number.get(number, [])
            for place in range(first - (number > top), min(last, len(cells))):
                cells[place] = ""


def _told(cell: Any, formula: Any) -> Any:
    """What a cell shows, or its formula where the file holds no value for it."""
    if cell.value is not None or formula is None or cell.data_type == "str":
        return cell.value  # "str": the value of the formula is empty text
    return formula if isinstance(formula, str) else getattr(formula, "text", "=TABLE()")


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
