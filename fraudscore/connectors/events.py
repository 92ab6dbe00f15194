"""The events of a log as JSON values: one a line, a whole array, or arrays under a key.

An array is decoded item by item from a window of its text, so that neither the number of its items
nor hostile nesting costs memory.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.exports import LINE_MAX, Item, lines, opened
from fraudscore.errors import InputError

BLOCK = 1024 * 1024
"""Characters read at a time."""
DIGITS_MAX = 300
"""Longest whole number read exactly; Python refuses to read one of thousands of digits."""
BROKEN_MAX = 100
"""Lines that are not JSON before a file without any that is one is given up."""

_BLANKS = re.compile(r"[ \t\r\n]*")


def events(path: Path, options: Options, report: Report, *under: str) -> Iterator[Item]:
    """The events of a file, numbered by line or by place in its arrays from 1.

    ``under`` names the keys under which the system's own documents keep their array. What cannot be
    decoded is rejected. Raises InputError for a file that is not JSON.
    """
    first = opening(path, options)
    if first not in ("[", "{"):
        raise InputError(f"{path} is not JSON; give JSON lines or one JSON document")
    if first == "[" or (under and _wraps(path, options, under)):
        yield from _document(path, options, report, under)
    else:
        yield from _lines(path, options, report)


def opening(path: Path, options: Options) -> str:
    """The first character of a file that is not blank: ``[`` and ``{`` open JSON."""
    with _window(path, options) as window:
        return window.peek()


def _lines(path: Path, options: Options, report: Report) -> Iterator[Item]:
    decoded, broken = False, 0
    for row, line in lines(path, options, report):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            report.reject(str(path), row, "", f"is not JSON: {error}", "one JSON object a line")
            broken += 1
            if not decoded and broken >= BROKEN_MAX:
                break
            continue
        decoded = True
        yield row, found
    if broken and not decoded:
        raise InputError(f"{path} is not the log: no list of events in it, nor one a line")


def _document(
    path: Path, options: Options, report: Report, under: tuple[str, ...]
) -> Iterator[Item]:
    number = 0
    with _window(path, options) as window:
        try:
            for item in window.items(under):
                number += 1
                yield number, item
        except (ValueError, RecursionError) as error:
            found = f"is not JSON after item {number}: {error}"
            report.reject(str(path), number + 1, "", found, "export the file again")


def _wraps(path: Path, options: Options, under: tuple[str, ...]) -> bool:
    with _window(path, options) as window:
        try:
            return window.holds(under)
        except (ValueError, RecursionError):
            return False


@contextmanager
def _window(path: Path, options: Options) -> Iterator[_Window]:
    with opened(path, options) as stream:
        yield _Window(_decoded(stream), options)


def _decoded(stream: io.BufferedReader) -> IO[str]:
    start = stream.peek(2)[:2]
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= DIGITS_MAX else float(digits)


class _Window:
    """The part of a text that is being decoded."""

    def __init__(self, stream: IO[str], options: Options) -> None:
        self._stream = stream
        self._options = options
        self._text = ""
        self._at = 0
        self._done = 0
        self._decode = json.JSONDecoder(parse_int=_integer).raw_decode

    def items(self, under: tuple[str, ...]) -> Iterator[Any]:
        """What the arrays at the top hold, or those under these keys of the objects at the top."""
        while start := self.peek():
            if start == "[":
                yield from self._array()
                continue
            for key in self._keys():
                if key in under and self.peek() == "[":
                    yield from self._array()
                else:
                    self._value()

    def holds(self, under: tuple[str, ...]) -> bool:
        """Whether the first object has an array under one of these keys."""
        for key in self._keys():
            if key in under and self.peek() == "[":
                return True
            self._value()
        return False

    def peek(self) -> str:
        """The next character that is not blank, empty at the end; nothing is taken."""
        while True:
            blank = _BLANKS.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _array(self) -> Iterator[Any]:
        self._take("[")
        while self.peek() != "]":
            yield self._value()
            if self.peek() != ",":
                break
            self._take(",")
        self._take("]")

    def _keys(self) -> Iterator[Any]:
        """Each key of an object; whoever asks takes its value before asking on."""
        self._take("{")
        while self.peek() != "}":
            key = self._value()
            self._take(":")
            yield key
            if self.peek() != ",":
                break
            self._take(",")
        self._take("}")

    def _take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise ValueError(f"{wanted} is missing")
        self._at += 1

    def _value(self) -> Any:
        self.peek()
        while True:
            try:
                found, end = self._decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return found

    def _more(self) -> bool:
        """Read on, twice as much while one value fills the window; False at the end."""
        kept = self._text[self._at :]
        if len(kept) > LINE_MAX:
            raise ValueError(f"one value is longer than {LINE_MAX} characters")
        block = self._stream.read(max(BLOCK, len(kept)))
        self._text, self._at = kept + block, 0
        self._done += len(block)
        self._options.progress(self._done, None)
        return bool(block)
