"""What a connector is: a reader of another system's own export, one finding at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.problems import Problem
from fraudscore.connectors.keys import Keys
from fraudscore.rejected import Rejected

REJECTED_KEPT = 10_000
"""Most lines kept with their problems; a file of another kind would fill the memory."""

Fragment = Mapping[str, Any]
"""Part of a profile as plain data, ``{"sessions": [{...}], "code": {"login": ...}}``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an export says about one person.

    ``who``: the person as the export names them: a profile id, an e-mail address or a login.
    ``part``: rows of lists are appended, single values fill what was not known; see `People`.
    """

    who: str
    part: Fragment


@dataclass
class Report:
    """What an import used, what it ignored and what it could not read."""

    used: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    lost: int = 0

    def reject(self, file: str, row: int | None, where: str, found: str, write: str) -> None:
        """One line or row that was not imported: where, what was found, what to write instead."""
        self.lost += 1
        if len(self.rejected) < REJECTED_KEPT:
            self.rejected.append(Rejected(file, row, None, (Problem(where, found, write),)))


@dataclass(frozen=True)
class Options:
    """What a connector may be told.

    ``person``: whom an export without a name is about. ``mapping``: column names of a table and what
    they mean. ``keys``: turns identifiers of others into keyed ones. ``token``: for live readers.
    ``cache``: folder in which a live reader resumes. ``progress``: called with (done, total) bytes or
    requests.
    """

    keys: Keys
    person: str | None = None
    mapping: Mapping[str, Any] | None = None
    token: str | None = None
    cache: Path | None = None
    progress: Callable[[int, int | None], None] = lambda done, total: None


Read = Callable[[Path, Options, Report], Iterator[Finding]]


@dataclass(frozen=True)
class Connector:
    """One kind of export. ``about`` says in a line what it is and how to get it.

    ``read`` yields findings; it rejects what it cannot read in the report and goes on, and raises
    InputError only for a file of which nothing can be used. ``live``: its argument may be a name to
    ask the system for, in place of a file.
    """

    kind: str
    about: str
    read: Read
    live: bool = False
