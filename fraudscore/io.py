"""Files in, files out. Reading streams in chunks and loses nothing: what is not scored is listed.

Writing goes to a file beside the target that is moved into place at the end, so that an interrupted
run leaves no half file.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pandas as pd

from features.problems import Problem
from fraudscore.errors import InputError, OutputError
from fraudscore.folders import read_folder
from fraudscore.intake import CHUNK, Chunk, Reader, Rejected, records
from fraudscore.spreadsheet import read_spreadsheet

LINE_MAX = 512 * 1024 * 1024
"""Longest line of JSONL, in bytes: a million sessions fit, a missing line end stops."""
JSON_MAX = 2 * 1024 * 1024 * 1024


def read_inputs(
    paths: Sequence[str | Path],
    *,
    as_of: datetime | None = None,
    default_as_of: datetime | None = None,
    chunk: int = CHUNK,
) -> Iterator[Chunk]:
    """The people of these inputs in chunks.

    An input is a JSON or JSONL file, ``-`` for standard input, a CSV or XLSX with one person a row,
    or a folder of tables. Raises InputError if an input cannot be read at all.
    """
    reader = Reader(as_of, default_as_of, chunk)
    for path in paths:
        yield from _one(reader, str(path))


def _one(reader: Reader, path: str) -> Iterator[Chunk]:
    if path == "-":
        yield from _lines(reader, sys.stdin.buffer, "standard input")
        return
    place = Path(path)
    if place.is_dir():
        yield from read_folder(reader, place)
        return
    kind = place.suffix.lower()
    try:
        if kind in (".csv", ".tsv", ".xlsx", ".xlsm"):
            yield from records(reader, read_spreadsheet(place), path)
        elif kind == ".parquet":
            raise InputError(f"{path}: give the folder of tables, not one table of it")
        else:
            with place.open("rb") as stream:
                yield from _lines(reader, stream, path)
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}; name a file or folder that can be read"
        ) from error


def _lines(reader: Reader, stream: IO[bytes], file: str) -> Iterator[Chunk]:
    """JSONL line by line; a file that is one JSON value is read whole."""
    first = stream.readline(LINE_MAX)
    if first.startswith(b"\xef\xbb\xbf"):
        first = first[3:]
    while first and not first.strip():
        first = stream.readline(LINE_MAX)
    if not first:
        raise InputError(f"{file} is empty; give at least one profile")
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{file} is UTF-16; save it as UTF-8")
    if b"\x00" in first[:1024]:
        raise InputError(f"{file} is not text; give JSON, JSONL, CSV, XLSX or a folder of tables")
    if first.lstrip()[:1] == b"[" or not _whole(first):
        yield from records(reader, _document(first + stream.read(JSON_MAX), file), file)
        return
    yield from records(reader, _numbered(first, stream, file), file)


def _whole(line: bytes) -> bool:
    """Whether a first line is a record by itself: then the file is JSONL."""
    text = line.strip()
    return text.startswith(b"{") and text.endswith(b"}") and len(text) > 2


def _numbered(
    first: bytes, stream: IO[bytes], file: str
) -> Iterator[tuple[int | None, Any] | Rejected]:
    row, line = 1, first
    while line:
        if len(line) >= LINE_MAX:
            problem = Problem("", f"is longer than {LINE_MAX} bytes", "split the profile")
            yield Rejected(file, row, None, (problem,))
            while line and not line.endswith(b"\n"):
                line = stream.readline(LINE_MAX)
        elif line.strip():
            yield row, line
        line = stream.readline(LINE_MAX)
        row += 1


def _document(data: bytes, file: str) -> Iterator[tuple[int | None, Any]]:
    """One JSON document: a profile, a list of them, or ``{"profiles": [...]}``."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{file} is not JSON: {error}; write one object, a list, or JSONL"
        ) from error
    if isinstance(found, dict) and isinstance(found.get("profiles"), list):
        found = found["profiles"]
    if isinstance(found, dict):
        yield None, found
        return
    if not isinstance(found, list):
        raise InputError(f"{file} holds no profiles; write one object, a list, or JSONL")
    for number, item in enumerate(found, 1):
        yield number, item if isinstance(item, dict) else json.dumps(item)


@contextlib.contextmanager
def open_output(path: Path | None) -> Iterator[IO[bytes]]:
    """A stream to write to; the file appears only when everything was written.

    None is standard output. Raises OutputError if it cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}; choose a folder you may write to") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}; choose another place") from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def neutral_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Text cells that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    out = frame.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name].dtype):
            out[name] = out[name].map(
                lambda cell: (
                    f"'{cell}"
                    if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell
                    else cell
                )
            )
    return out
