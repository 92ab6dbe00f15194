"""The columns of a CSV file, every cell as the text that is written there, each text once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import IO

import pyarrow as pa

from fraudscore.errors import InputError
from fraudscore.intake import quiet_gc
from fraudscore.sheets import ONE_CELL, open_quotation

SEPARATORS = ",;\t|"
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins."""
ROWS = 20_000
"""Rows packed at a time."""
TEXT = pa.dictionary(pa.int32(), pa.string())


def csv_columns(path: Path) -> tuple[list[str], list[pa.ChunkedArray]]:
    """Names and cells. Raises InputError for what is empty or no table, and for a damaged row."""
    try:
        with path.open("rb") as raw:
            encoding = "utf-16" if raw.read(2) in WIDE else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as stream, quiet_gc():
            return _columns(stream)
    except InputError as error:
        raise InputError(f"{path} {error}") from error
    except UnicodeError as error:
        raise InputError(f"{path} is not text; save it as CSV (UTF-8)") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from error


def _columns(stream: IO[str]) -> tuple[list[str], list[pa.ChunkedArray]]:
    header_line = next((line for line in stream if line.strip()), "")
    stream.seek(0)
    mark = max(SEPARATORS, key=header_line.count)
    lines = filter(_holds, csv.reader(stream, delimiter=mark, strict=True))
    number = count()
    try:
        return _packed(zip(lines, number, strict=False))
    except csv.Error as error:
        found, write = open_quotation(error)
        raise InputError(f"row {next(number) or 'of headers'}: {found}; {write}") from error


def _holds(cells: list[str]) -> bool:
    """False for a blank line."""
    return len(cells) > 1 or any(map(str.strip, cells))


def _packed(rows: Iterator[tuple[list[str], int]]) -> tuple[list[str], list[pa.ChunkedArray]]:
    """Numbered rows, the first of them the headers, as columns."""
    header = next((cells for cells, _ in rows), None)
    if header is None:
        raise InputError("is empty; write a header and rows, or leave the file out")
    parts: list[list[pa.Array]] = [[] for _ in header]
    while block := [*islice(rows, ROWS)]:
        for cells, part in zip(_level(block, len(header)), parts, strict=True):
            part.append(pa.array(cells, pa.string()).dictionary_encode())
    return [name.strip() for name in header], [pa.chunked_array(part, TEXT) for part in parts]


def _level(block: list[tuple[list[str], int]], width: int) -> Iterator[tuple[str, ...]]:
    """The columns of some rows. Raises InputError for a row that goes on beyond the headers."""
    for cells, number in block:
        if len(cells) == width:
            continue
        beyond = sum(bool(cell.strip()) for cell in cells[width:])
        if beyond:
            found = f"has {width + beyond} cells under {width} headers"
            raise InputError(f"row {number}: {found}; {ONE_CELL}")
        cells[:] = (cells + [""] * width)[:width]
    return zip(*(cells for cells, _ in block), strict=True)
