"""A handful of new hires in a grid: what is wrong in which cell, and who can be checked.

The grid is what a person sees: headers, then rows numbered from 2 as in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from openpyxl.utils import get_column_letter

from features.problems import Problem
from features.reading import InvalidProfile, read_profile
from features.records import Profile
from fraudscore.errors import InputError
from fraudscore.headers import PATHS, header_of, plain, why_refused
from fraudscore.rejected import Rejected
from fraudscore.screen import visible
from fraudscore.sheets import Row, sheets_in
from fraudscore.spreadsheet import records_in, sheet_of_people, too_long

PEOPLE_MAX = 200
"""Most people at once; a marketplace asks the API."""
COLUMNS_MAX = 40
UNPACKED_MAX = 8 * 1024 * 1024
"""Most bytes that an XLSX of so few people may unpack to."""
FIRST = ("ID", "Full name", "Country", "City", "Email", "Phone", "Account holder", "Bank country")
"""The headers of an empty grid."""
EMPTY_ROWS = 5


@dataclass(frozen=True)
class Grid:
    """Headers and rows as typed. ``wrong``: a sentence by (row, column), row 1 being the headers.

    ``asides``: what to know of a cell or a column that stops nothing. ``notes``: what is wrong with no
    cell in particular.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    asides: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(cell.strip() for row in self.rows for cell in row)


@dataclass(frozen=True)
class Checked:
    """A grid with what is wrong marked in it, and the people of the rows where nothing is.

    ``stopped``: nobody is checked before somebody mended it, or has seen the notes of a file.
    ``bad_rows``: how many rows cannot be used.
    """

    grid: Grid
    people: tuple[Profile, ...]
    stopped: bool = False
    bad_rows: int = 0


def empty() -> Grid:
    """A grid to type into."""
    return Grid(FIRST, ((("",) * len(FIRST)),) * EMPTY_ROWS)


def grid_of(headers: Sequence[str], cells: Sequence[str]) -> Grid:
    """A grid from its fields in reading order. Raises InputError for one that cannot be."""
    width = len(headers)
    if not width or len(cells) % width:
        raise InputError("the grid came incomplete; load the page again and repeat")
    rows = [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]
    return _grid(tuple(headers), rows)


def grid_in(name: str, data: bytes) -> Grid:
    """The grid in a CSV or XLSX file, or in pasted text. Raises InputError for what is none."""
    sheet, told = sheet_of_people(name, sheets_in(name, data, unpacked_max=UNPACKED_MAX))
    rows = sheet.rows
    if len(rows) < 2:
        raise InputError(
            _note(*sheet.damage)
            if sheet.damage
            else f"{name} has a header and no rows; write one row a person"
        )
    told += [(at, problem) for at, cells in rows[1:] for problem in too_long(rows[0][1], cells)]
    width = max(len(cells) for _, cells in rows)
    level = [tuple(cells) + ("",) * (width - len(cells)) for _, cells in rows]
    used = [at for at in range(width) if any(cells[at].strip() for cells in level)]
    headers, *body = [tuple(cells[at] for at in used) for cells in level]
    return replace(_grid(headers, body), notes=tuple(_note(row, problem) for row, problem in told))


def _grid(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Grid:
    if len(headers) > COLUMNS_MAX or len(rows) > PEOPLE_MAX:
        raise InputError(
            f"this is more than {PEOPLE_MAX} rows or {COLUMNS_MAX} columns; check fewer people at "
            "once, or use the API"
        )
    return Grid(headers, tuple(rows))


def check(grid: Grid, *, now: datetime) -> Checked:
    """Read every row as of ``now`` where it names no date; mark what cannot be understood."""
    refused = {
        (1, place): f"{why}. Delete this column."
        for place, title in enumerate(grid.headers)
        if (why := why_refused(title))
    }
    filled: list[Row] = [
        (number, list(cells))
        for number, cells in enumerate(grid.rows, 2)
        if any(map(str.strip, cells))
    ]
    if refused:
        return Checked(replace(grid, wrong=refused), (), stopped=True)
    if not filled:
        return Checked(_noted(grid, "Nothing is filled in yet: write one person a row."), (), True)
    try:
        found = list(records_in("the grid", [(1, list(grid.headers)), *filled]))
    except InputError as error:
        return Checked(_noted(grid, str(error).removeprefix("the grid: ")), (), stopped=True)
    return _Reading(grid, now).of(found)


def _sentence(problem: Problem) -> str:
    """What is wrong and what to write, for somebody who sees the page and not the program."""
    said = f"{problem.found}; {problem.write}"
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('?') else '.'}"


def _note(row: int | None, problem: Problem) -> str:
    """What to tell of a file, where no cell of the grid can be marked."""
    where = " ".join(filter(None, (f"Row {row} of the file" if row else "", problem.where)))
    return f"{where[:1].upper()}{where[1:]} {problem.found}; {problem.write}."


def _hidden_marks(grid: Grid) -> dict[tuple[int, int], str]:
    """Cells whose text looks otherwise than it is. Some scripts need such marks, so nothing stops."""
    return {
        (row, place): f"Holds marks that cannot be seen: {visible(cell)}"
        for row, cells in enumerate((grid.headers, *grid.rows), 1)
        for place, cell in enumerate(cells)
        if visible(cell) != cell
    }


def _noted(grid: Grid, note: str) -> Grid:
    return replace(grid, notes=(*grid.notes, note))


class _Reading:
    """The rows of one grid on their way to people."""

    def __init__(self, grid: Grid, now: datetime) -> None:
        self.grid = grid
        self.moment = now
        self.wrong: dict[tuple[int, int], str] = {}
        self.asides = _hidden_marks(grid)
        self.notes: list[str] = list(grid.notes)
        self.people: dict[str, Profile] = {}
        self.bad: set[int] = set()

    def of(self, found: Iterable[tuple[int | None, Any] | Rejected]) -> Checked:
        for item in found:
            if isinstance(item, Rejected):
                self._mark(item.row or 1, item.problems)
            else:
                self._take(item[0] or 1, item[1])
        self.bad.discard(1)
        grid = replace(
            self.grid, wrong=self.wrong, asides=self.asides, notes=tuple(dict.fromkeys(self.notes))
        )
        stopped = bool(self.grid.notes)
        return Checked(grid, tuple(self.people.values()), stopped, bad_rows=len(self.bad))

    def _take(self, row: int, record: Any) -> None:
        try:
            person = read_profile(record, default_as_of=self.moment)
        except InvalidProfile as error:
            self._mark(row, error.problems)
            return
        self._used(row)
        if person.profile_id in self.people:
            self._mark(
                row,
                [Problem("profile_id", "this ID stands in a row above", "give each person once")],
            )
        else:
            self.people[person.profile_id] = person

    def _used(self, row: int) -> None:
        """What was told of a row that is used all the same stops nothing."""
        told = {at: said for at, said in self.wrong.items() if at[0] == row}
        self.wrong = {at: said for at, said in self.wrong.items() if at not in told}
        self.asides |= told
        self.bad.discard(row)

    def _mark(self, row: int, problems: Iterable[Problem]) -> None:
        self.bad.add(row)
        for problem in problems:
            said = _sentence(problem)
            place = self._column(problem.where)
            if place is None:
                self.notes.append(f"Row {row}: {problem.where}: {said}")
            elif row == 1:
                self.asides[row, place] = said
            else:
                self.wrong[row, place] = said

    def _column(self, where: str) -> int | None:
        """The column a problem is about, by the header as written or by what it means."""
        path = PATHS.get(plain(header_of(where)), PATHS.get(plain(where), where))
        for place, title in enumerate(self.grid.headers):
            unnamed = not title.strip() and where == f"column {get_column_letter(place + 1)}"
            if unnamed or title.strip() == where or PATHS.get(plain(title)) == path:
                return place
        return None
