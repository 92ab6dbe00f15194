"""A member's own LinkedIn data export: the zip that the site sends, or the folder it unpacks to.

Working life and the age of the profile are taken. Birth date, address, contacts' names, messages and
everything else stays behind.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from features.fields import FEW_MAX
from features.problems import shorten
from fraudscore.connectors.commits import plain
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.exports import member, members, table
from fraudscore.connectors.values import given
from fraudscore.errors import InputError

FILE_MAX = 32 * 1024 * 1024
"""Most bytes of one table; thirty thousand connections take four million."""
PREAMBLE_MAX = 20
"""Most lines of notes before a header."""
FORMS = ("%b %Y", "%Y", "%B %Y", "%d %b %Y", "%b %d, %Y", "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
PROFILE_USED = frozenset({"First Name", "Last Name"})
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
DAMAGE = (ValueError, OSError, OverflowError, EOFError, struct.error, lzma.LZMAError)
"""What reading a broken zip raises beyond what `exports` turns into sentences."""

Cells = dict[str, str]
Open = Callable[[], AbstractContextManager[IO[bytes]]]


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """One member: positions, education, skills, and the profile with its age and connections."""
    export = _Export(path, report)
    mail = export.mailbox()
    positions = export.rows("positions.csv", _position)
    education = export.rows("education.csv", _course)
    skills = export.rows("skills.csv", _skill)
    profile = given(
        name=export.name(), created_at=export.created(), connections=export.connections()
    )
    export.leave_the_rest()
    if not (positions or education or skills or profile):
        raise InputError(
            f"{path} is not a LinkedIn export; give the zip with Positions.csv and Profile.csv"
        )
    who = options.person or mail
    if not who:
        raise InputError(f"{path} names no e-mail; say whose export it is with --person ID")
    if profile:
        report.used["profiles"] += 1
    part = {
        "contact": given(emails=[{"address": mail}] if mail else []),
        "work": given(
            positions=positions,
            education=education,
            skills=skills,
            web_profiles=[{"service": "linkedin", **profile}] if profile else [],
        ),
    }
    yield Finding(who, part)


class _Export:
    """The tables of one export by their lower-case names; what is broken is reported."""

    def __init__(self, path: Path, report: Report) -> None:
        self._path = path
        self._report = report
        self._tables = _folder(path) if path.is_dir() else _zip(path)
        self._left = set(self._tables)
        self._damaged: set[str] = set()

    def table(self, name: str) -> Iterator[tuple[int, Cells]]:
        """Rows of a table; nothing where there is none."""
        self._left.discard(name)
        if name not in self._tables:
            return
        try:
            start = self._header(name)
            with self._tables[name]() as stream:
                stream.read(start)
                yield from table(stream, self.file(name), self._report)
        except DAMAGE as error:
            self._damaged.add(name)
            self.reject(name, None, "", str(error), "ask for the export again")

    def _header(self, name: str) -> int:
        """Bytes of the notes that stand before the header of some tables."""
        with self._tables[name]() as stream:
            passed, line = 0, stream.readline(FILE_MAX)
            if not line.removeprefix(b"\xef\xbb\xbf").startswith(b"Notes:"):
                return 0
            for _ in range(PREAMBLE_MAX):
                passed += len(line)
                line = stream.readline(FILE_MAX)
                if line.startswith(b"First Name,"):
                    return passed
        raise InputError("has notes and no header")

    def file(self, name: str) -> str:
        """A table as it is called in reports."""
        return f"{self._path}/{name}"

    def reject(self, name: str, row: int | None, where: str, found: str, write: str) -> None:
        """Report what was not imported of a table."""
        self._report.reject(self.file(name), row, where, found, write)

    def rows(self, name: str, make: Callable[[Cells], dict[str, Any] | None]) -> list[Any]:
        """The rows of a table that can be read, as many as the record takes."""
        found: list[Any] = []
        for row, cells in self.table(name):
            try:
                made = make(cells)
            except _NoDay as error:
                self.reject(name, row, error.column, error.found, "write it as in Mar 2019")
                continue
            if made is None:
                self._report.ignored[f"rows without a name in {name}"] += 1
            elif len(found) >= FEW_MAX:
                self._report.ignored[f"rows beyond {FEW_MAX:,} in {name}"] += 1
            else:
                found.append(made)
                self._report.used[name.removesuffix(".csv")] += 1
        return found

    def mailbox(self) -> str | None:
        """The member's address: the primary one, else the first confirmed, else the first."""
        ranked = [
            (cells.get("Primary") != "Yes", cells.get("Confirmed") != "Yes", row, address)
            for row, cells in self.table("email addresses.csv")
            if MAIL.fullmatch(address := plain(cells.get("Email Address"), 254))
        ]
        return min(ranked)[3] if ranked else None

    def name(self) -> str | None:
        """The name on the profile. Birth date, address and the rest are left, and told."""
        found = None
        for _, cells in self.table("profile.csv"):
            first, last = plain(cells.get("First Name")), plain(cells.get("Last Name"))
            found = found or plain(f"{first} {last}")
            left = (key for key, value in cells.items() if value and key not in PROFILE_USED)
            self._report.ignored.update(f"{plain(key, 60)} of the profile" for key in left)
        return found

    def created(self) -> str | None:
        """The day the member signed up, which the export writes month first."""
        for row, cells in self.table("registration.csv"):
            if cells.get("Registration Ip"):
                self._report.ignored["registration address"] += 1
            told = cells.get("Registered At", "")
            try:
                return _day("Registered At", told.partition(",")[0] if "/" in told else told[:10])
            except _NoDay as error:
                advice = "write it as in 1/31/19"
                self.reject("registration.csv", row, error.column, error.found, advice)
        return None

    def connections(self) -> int | None:
        """How many connections the member has; who they are stays behind."""
        number = sum(1 for _ in self.table("connections.csv"))
        if number:
            self._report.used["connections"] += number
        # A table that breaks off must not make somebody look lonely.
        whole = "connections.csv" in self._tables and "connections.csv" not in self._damaged
        return number if whole else None

    def leave_the_rest(self) -> None:
        """Tell which tables were not looked at."""
        self._report.ignored.update(plain(name, 60) for name in self._left)


class _NoDay(ValueError):
    """A cell that is no day."""

    def __init__(self, column: str, found: str) -> None:
        super().__init__(column)
        self.column = column
        self.found = found


def _position(cells: Cells) -> dict[str, Any] | None:
    employer, title = plain(cells.get("Company Name")), plain(cells.get("Title"))
    if not employer:
        return None
    days = _span(cells, "Started On", "Finished On")
    return given(source="linkedin", employer=employer, title=title, **days)


def _course(cells: Cells) -> dict[str, Any] | None:
    school, degree = plain(cells.get("School Name")), plain(cells.get("Degree Name"))
    if not school:
        return None
    days = _span(cells, "Start Date", "End Date")
    return given(source="linkedin", school=school, degree=degree, **days)


def _skill(cells: Cells) -> dict[str, Any] | None:
    name = plain(cells.get("Name"))
    return {"source": "linkedin", "name": name} if name else None


def _span(cells: Cells, starts: str, ends: str) -> dict[str, str]:
    columns = {"starts": starts, "ends": ends}
    return {
        name: _day(column, cells[column]) for name, column in columns.items() if cells.get(column)
    }


def _day(column: str, text: str) -> str:
    """A day as the export writes it, of a month or year its first. Raises _NoDay."""
    for form in FORMS:
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    raise _NoDay(column, f"{shorten(text)} is not a date")


def _folder(path: Path) -> dict[str, Open]:
    """The tables of an unpacked export."""

    def opener(file: Path) -> Open:
        return lambda: _bounded(file.stat().st_size, lambda: file.open("rb"))

    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; give the zip") from error
    return {file.name.lower(): opener(file) for file in files}


def _zip(path: Path) -> dict[str, Open]:
    """The tables of the zip, wherever in it they lie."""

    def opener(info: zipfile.ZipInfo) -> Open:
        return lambda: _bounded(info.file_size, lambda: member(path, info))

    try:
        found = members(path)
    except DAMAGE as error:
        raise InputError(f"{path} is not a LinkedIn export: {error}; give its zip") from error
    return {name: opener(info) for name, info in found.items() if name.endswith(".csv")}


@contextmanager
def _bounded(size: int, inner: Open) -> Iterator[IO[bytes]]:
    """An open table, refused where it is larger than any such table is."""
    if size > FILE_MAX:
        raise InputError(f"is larger than {FILE_MAX:,} bytes")
    with inner() as stream:
        yield stream


LINKEDIN = Connector("linkedin", "a member's own data export from LinkedIn: the zip", read)
