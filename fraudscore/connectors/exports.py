"""The files of an export as numbered items: lines, JSON values, rows of a table, members of a zip.

Everything is streamed and bounded: an export may be huge, broken or hostile. What cannot be read is
reported with its line and the rest is read.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from fraudscore.connectors.connector import Options, Report
from fraudscore.errors import InputError
from fraudscore.sheets import open_quotation

LINE_MAX = 16 * 1024 * 1024
"""Longest line or CSV row in bytes; one event of a log has a few thousand."""
MEMBER_MAX = 512 * 1024 * 1024
"""Most bytes that one member of a zip may unpack to."""
_WINDOWS = "fraudscore-windows"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, UnicodeDecodeError, EOFError,
    NotImplementedError, RuntimeError, KeyError,
)  # fmt: skip

Item = tuple[int, Any]
Cells = tuple[int, dict[str, str]]


@contextmanager
def opened(path: Path, options: Options) -> Iterator[io.BufferedReader]:
    """A file as bytes, unpacked where its name ends in .gz. Raises InputError."""
    try:
        total = path.stat().st_size
        with path.open("rb") as raw:
            packed: Any = gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else None
            stream = raw if packed is None else io.BufferedReader(packed)
            if not stream.peek(1):
                raise InputError(f"{path} is empty; give the export as the system wrote it")
            options.progress(0, total)
            yield stream
            options.progress(total, total)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; name a file to read") from error
    except (zlib.error, EOFError) as error:
        raise InputError(f"{path} is cut off or damaged: {error}") from error


def lines(path: Path, options: Options, report: Report) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, numbered from 1; one that is too long is reported and left out."""
    with opened(path, options) as stream:
        row, done = 0, 0
        line = stream.readline(LINE_MAX)
        while line:
            row, done = row + 1, done + len(line)
            if row == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if row % 10_000 == 0:
                options.progress(done, None)
            if len(line) >= LINE_MAX and not line.endswith(b"\n"):
                report.reject(str(path), row, "", f"is longer than {LINE_MAX} bytes", "split it")
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LINE_MAX)
            elif line.strip():
                yield row, line
            line = stream.readline(LINE_MAX)


def json_document(path: Path, options: Options, most: int = MEMBER_MAX) -> Any:
    """A file that is one JSON value. Raises InputError."""
    with opened(path, options) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise InputError(f"{path} is larger than {most} bytes; split it")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error


def csv_rows(path: Path, options: Options, report: Report) -> Iterator[Cells]:
    """Rows of a CSV or TSV as text by column name, numbered as a person sees them."""
    with opened(path, options) as stream:
        yield from table(stream, str(path), report)


def table(stream: IO[bytes], name: str, report: Report) -> Iterator[Cells]:
    """Rows of an open CSV by column name; rows with too many cells are reported and left out."""
    start = stream.peek(4)[:4] if hasattr(stream, "peek") else b""
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", _WINDOWS)
    wrapped = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    limit = csv.field_size_limit(LINE_MAX)
    try:
        yield from _rows(wrapped, name, report)
    finally:
        csv.field_size_limit(limit)
        wrapped.detach()


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 as Excel writes them: a letter lost in a name makes another name."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_WINDOWS, _as_windows)


def _rows(stream: io.TextIOWrapper, name: str, report: Report) -> Iterator[Cells]:
    header_line = stream.readline(LINE_MAX)
    if "\0" in header_line:
        raise InputError(f"{name} is not text; give a CSV file")
    mark = max(",;\t|", key=header_line.count)
    header = [cell.strip() for cell in next(csv.reader([header_line], delimiter=mark), [])]
    if not any(header):
        raise InputError(f"{name} has no header row; give the export as the system wrote it")
    reader = csv.reader(stream, delimiter=mark, strict=True)
    while True:
        first = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found, write = open_quotation(error)
            last = reader.line_num + 1
            rest = f"; lines {first} to {last} were not read" if last > first else ""
            report.reject(name, first, "", found + rest, write)
            continue
        row = reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            found = f"has {len(cells)} cells under {len(header)} headings"
            report.reject(name, row, "", found, "quote cells that hold the separator")
            continue
        yield row, dict(zip(header, (cell.strip() for cell in cells), strict=False))


def members(path: Path) -> Mapping[str, zipfile.ZipInfo]:
    """The files in a zip by their bare lower-case name. Raises InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {Path(i.filename).name.lower(): i for i in archive.infolist() if not i.is_dir()}
    except (*_DAMAGE, OSError) as error:
        raise InputError(f"{path} is not a usable zip: {error}") from error


@contextmanager
def member(path: Path, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """One file of a zip as bytes, refused where it unpacks to too much. Raises InputError."""
    if info.file_size > MEMBER_MAX:
        raise InputError(f"{path}: {info.filename} unpacks to more than {MEMBER_MAX} bytes")
    try:
        with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
            unpacked: Any = stream
            yield io.BufferedReader(unpacked)
    except (*_DAMAGE, OSError) as error:
        raise InputError(f"{path}: {info.filename} is damaged: {error}") from error
