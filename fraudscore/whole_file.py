"""A file that appears only when everything was written."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from fraudscore.errors import InputError, OutputError


@contextlib.contextmanager
def open_output(path: Path | None) -> Iterator[IO[bytes]]:
    """A stream to write to; the file appears only when everything was written.

    None is standard output. Raises OutputError if it cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(os.path.realpath(path))
    beside = f".{target.name[:100]}."
    with _told(path, target, target.parent / beside):
        mode = _mode(target)
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as stream:
                yield stream
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=beside)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
            os.chmod(name, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode))
            os.replace(name, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)


def spare(inputs: Iterable[str | Path], *outs: Path | None) -> None:
    """Raises InputError where a file to write is one of those to read: it would be gone."""
    read = [Path(name) for name in inputs if name != "-"]
    for out in outs:
        if out is not None and any(_same(out, one) for one in read):
            raise InputError(f"{out} is read here and would be written over; choose another file")


def _same(out: Path, other: Path) -> bool:
    try:
        return out.is_file() and out.samefile(other)
    except (OSError, ValueError):  # what cannot be read is told by who reads it
        return False


def _mode(target: Path) -> int | None:
    """Kind and permissions of what is there already: a device or pipe must not be replaced."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _told(path: Path, *ours: Path) -> Iterator[None]:
    """Trouble with the output as OutputError; trouble with any other file passes through."""
    try:
        yield
    except OSError as error:
        place = error.filename
        if place is not None and not str(place).startswith(tuple(map(str, ours))):
            raise
        why = error.strerror or error
        raise OutputError(f"{path}: {why}; choose a file in a folder you may write to") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
