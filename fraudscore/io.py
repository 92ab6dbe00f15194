"""Files in, files out. Reading streams in chunks and loses nothing: what is not scored is listed.

Writing goes to a file beside the target that is moved into place at the end, so that an interrupted
run leaves no half file.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from features.problems import Problem
from features.reading import PROBLEMS_MAX, decode_json
from features.repeated import Repeating, repeated
from fraudscore.errors import InputError
from fraudscore.folders import read_folder
from fraudscore.intake import CHUNK, Chunk, Reader, records
from fraudscore.rejected import Rejected
from fraudscore.spreadsheet import read_spreadsheet

LINE_MAX = 512 * 1024 * 1024
"""Longest line of JSONL, in bytes: a million sessions fit, a missing line end stops."""
JSON_MAX = 2 * 1024 * 1024 * 1024
"""Largest single JSON document, in bytes; JSONL of any length is read line by line."""
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"PK\x03\x04": "zip"}
"""How files begin that are no text before somebody unpacks them."""
REPEATS = 100
"""Lines of JSONL in which repeated names are looked for; it takes as long as reading (measured), and a
program that repeats a name does so from its first lines."""
LOOK = 20
"""Lines among which a whole record is looked for, where the first line is none."""


LISTED = re.compile(rb'\{\s*"profiles"')
"""How a document begins that is a list of people with a name, though its first line may look whole."""
SHEETS = (".csv", ".tsv", ".xlsx", ".xlsm")
OTHER_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")


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
    if not path or "\0" in path:
        raise InputError(f"{path!r} is not a path; name a file or folder that can be read")
    place = Path(path)
    if place.is_dir():
        yield from read_folder(reader, place)
        return
    kind = place.suffix.lower()
    try:
        if kind in SHEETS or (kind == ".txt" and not _opens_json(place)):
            yield from records(reader, read_spreadsheet(place), path)
        elif kind == ".parquet":
            raise InputError(f"{path}: give the folder of tables, not one table of it")
        elif kind in OTHER_SHEETS:
            raise InputError(f"{path}: {kind} is not read; save it as XLSX or CSV")
        else:
            with place.open("rb") as stream:
                yield from _lines(reader, stream, path)
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror or error}; name a file or folder that can be read"
        ) from error


def _opens_json(place: Path) -> bool:
    """Whether a line at the beginning of a text is one of JSON, not of a spreadsheet."""
    with place.open("rb") as stream:
        head = stream.read(4096).replace(b"\0", b"")
    begins = (line.lstrip(b" \t\xef\xbb\xbf\xff\xfe") for line in head.split(b"\n"))
    return any(line.startswith((b"{", b"[")) for line in begins)


def _lines(reader: Reader, stream: IO[bytes], file: str) -> Iterator[Chunk]:
    """JSONL line by line; a file that is one JSON value is read whole."""
    lines = _numbered(stream)
    row, first = next(lines, (0, b""))
    if not first:
        raise InputError(f"{file} is empty; give at least one profile")
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield from _lines(reader, _narrow(first + stream.read(JSON_MAX), file), file)
        return
    packed = next((kind for mark, kind in PACKED.items() if first.startswith(mark)), None)
    if packed:
        raise InputError(
            f"{file} is packed ({packed}); unpack it, or unpack it into a pipe and give -"
        )
    if b"\x00" in first[:1024]:
        raise InputError(f"{file} is not text; give JSON, JSONL, CSV, XLSX or a folder of tables")
    opening = [(row, first)]
    listed = first.lstrip().startswith(b"[")
    if not listed:
        for item in itertools.islice(lines, LOOK):
            opening.append(item)
            if _is_jsonl(first, item[1]):
                yield from records(reader, _short(itertools.chain(opening, lines), file), file)
                return
        if len(opening) == 1 and _whole(first) and b'"profiles"' not in first:
            yield from records(reader, _short(opening, file), file)
            return
    rest = stream.read(JSON_MAX)
    try:
        found = list(_document(b"".join(line for _, line in opening) + rest, file))
    except InputError:
        if listed or b'"profiles"' in first:
            raise
        after = list(_numbered(io.BytesIO(rest), opening[-1][0] + 1))
        if not any(_record(line) for _, line in opening + after):
            raise
        yield from records(reader, _short(opening + after, file), file)
        return
    yield from records(reader, found, file)


def _narrow(data: bytes, file: str) -> IO[bytes]:
    """Text in UTF-16, as Windows writes it, in UTF-8."""
    try:
        return io.BytesIO(data.decode("utf-16").encode())
    except UnicodeError as error:
        raise InputError(f"{file} is broken UTF-16; save it as UTF-8") from error


def _is_jsonl(first: bytes, line: bytes) -> bool:
    """Whether lines are records: the first is one, or a later one is where no document breaks a line.

    Damaged lines and comments at the beginning must not cost the lines after them.
    """
    wrapped = first.rstrip().endswith((b"[", b"{", b",", b":"))
    return _whole(first) or (not wrapped and _record(line))


def _record(line: bytes) -> bool:
    return _whole(line) and b'"profile_id"' in line


def _whole(line: bytes) -> bool:
    text = line.strip()
    return text.startswith(b"{") and text.endswith(b"}") and not LISTED.match(text)


def _numbered(stream: IO[bytes], row: int = 1) -> Iterator[tuple[int, bytes]]:
    """Lines that hold something, numbered from ``row``; of one that is too long only the beginning."""
    line = stream.readline(LINE_MAX).removeprefix(b"\xef\xbb\xbf")
    while line:
        if line.strip():
            yield row, line
        while len(line) >= LINE_MAX and not line.endswith(b"\n"):
            line = stream.readline(LINE_MAX)
        row, line = row + 1, stream.readline(LINE_MAX)


def _short(
    lines: Iterable[tuple[int, bytes]], file: str
) -> Iterator[tuple[int | None, Any] | Rejected]:
    for row, line in lines:
        if len(line) >= LINE_MAX:
            problem = Problem("", f"is longer than {LINE_MAX} bytes", "split the profile")
            yield Rejected(file, row, None, (problem,))
        elif row <= REPEATS:
            yield _repeats(file, row, _decoded(line)) or (row, line)
        else:
            yield row, line


def _decoded(line: bytes) -> Any:
    """A line as JSON; None for one that is none, which is told when it is read."""
    try:
        return decode_json(line)
    except (ValueError, RecursionError):
        return None


def _repeats(file: str, row: int | None, found: Any) -> Rejected | None:
    """Why a record with a name that stands twice is not used: one of the two would be lost."""
    problems = tuple(itertools.islice(repeated(found), PROBLEMS_MAX))
    if not problems:
        return None
    name = found.get("profile_id")
    return Rejected(file, row, name if isinstance(name, str) else None, problems)


def _document(data: bytes, file: str) -> Iterator[tuple[int | None, Any] | Rejected]:
    """One JSON document: a profile, a list of them, or ``{"profiles": [...]}``."""
    if len(data) > JSON_MAX:
        raise InputError(f"{file} is larger than {JSON_MAX} bytes; write JSONL, one profile a line")
    try:
        found = decode_json(data)
    except RecursionError as error:
        raise InputError(f"{file} is nested too deeply; write a list of profiles") from error
    except ValueError as error:
        raise InputError(
            f"{file} is not JSON: {error}; write one object, a list, or JSONL"
        ) from error
    if isinstance(found, dict) and isinstance(found.get("profiles"), list):
        if isinstance(found, Repeating) and "profiles" in found.twice:
            raise InputError(f"{file} gives profiles twice; join the two lists")
        found = found["profiles"]
    if isinstance(found, dict):
        yield _repeats(file, None, found) or (None, found)
        return
    if not isinstance(found, list) or not found:
        raise InputError(f"{file} holds no profiles; write one object, a list, or JSONL")
    for number, item in enumerate(found, 1):
        usable = item if isinstance(item, dict) else json.dumps(item)
        yield _repeats(file, number, item) or (number, usable)
