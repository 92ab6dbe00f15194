"""The second reader of a batch: a folder of tables, checked by the record's own rules."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from features.batch import Batch
from features.coded import Coded
from features.columns import check_column
from features.fields import ROWS_MAX, refusal
from features.fixed import kept
from features.part import Span
from features.problems import Problem, backwards, nearest, shorten, unknown_field
from features.records import Profile
from features.schema import TABLES, TableSpec
from features.segments import Bools, Floats, Ints, nowhere, some

PROFILE_ID = "profile_id"


@dataclass(frozen=True, slots=True)
class TableProblem:
    """A problem in a table. ``row`` counts data rows from 1; None concerns the whole column."""

    table: str
    row: int | None
    profile_id: str | None
    problem: Problem

    def __str__(self) -> str:
        place = f"{self.table} row {self.row}" if self.row else self.table
        return f"{place}: {self.problem}"


class RefusedTable(ValueError):
    """A table that must not be used at all, such as one with a forbidden column."""


class _FrameSource:
    """The rows of one table in profile order; columns that are not there are not supplied."""

    def __init__(self, owner: Ints, columns: dict[str, Floats | Coded], parent: Coded) -> None:
        self.owner = owner
        self._columns = columns
        self._parent = parent

    @kept
    def held(self) -> frozenset[str]:
        known = {
            n: c.known if isinstance(c, Coded) else ~np.isnan(c) for n, c in self._columns.items()
        }
        return frozenset(name for name, rows in known.items() if some(rows))

    def number(self, name: str) -> Floats:
        found = self._columns.get(name)
        return found if isinstance(found, np.ndarray) else np.full(self.owner.size, np.nan)

    def text(self, name: str) -> Coded:
        found = self._columns.get(name)
        return found if isinstance(found, Coded) else _nothing(self.owner.size)

    def parent(self) -> Coded:
        return self._parent


def _nothing(size: int) -> Coded:
    return Coded(nowhere(size), ())


@dataclass(eq=False)
class _Read:
    """A table after checking: the profile of each row (-1 none) and its columns."""

    owner: Ints
    columns: dict[str, Floats | Coded]
    parent: Coded


def from_frames(
    frames: Mapping[str, pd.DataFrame],
    *,
    default_as_of: datetime | None = None,
    as_of: datetime | None = None,
) -> tuple[Batch, tuple[TableProblem, ...]]:
    """The batch of these tables (by name, keyed by ``profile_id``) and what was wrong with them.

    A profile with a bad cell in any table is left out whole; the others are kept. Raises
    RefusedTable for a forbidden column or an input without profiles.
    """
    if any(moment and moment.tzinfo is None for moment in (as_of, default_as_of)):
        raise RefusedTable("the moment to score as of has no time zone; give it one")
    problems: list[TableProblem] = []
    tables = _known_tables(frames, problems)
    moment = as_of or default_as_of
    ids = _ids(tables, moment)
    index = pd.Index(ids.drop_duplicates())
    bad = _bad_ids(ids, index, problems)
    if as_of is not None:
        tables["profiles"] = tables["profiles"].drop(columns="as_of", errors="ignore")
    read = {
        name: _read(TABLES[name], frame, index, bad, problems, moment)
        for name, frame in tables.items()
    }
    for name, table in read.items():
        _crowded(TABLES[name], table, index, bad, problems)
    kept = np.flatnonzero(~bad)
    place = nowhere(index.size + 1)
    place[kept] = np.arange(kept.size)
    sources = {name: _source(table, place) for name, table in read.items()}
    names = [str(index[row]) for row in kept]
    return Batch(names, sources.__getitem__, sources), tuple(problems)


def _known_tables(
    frames: Mapping[str, pd.DataFrame], problems: list[TableProblem]
) -> dict[str, pd.DataFrame]:
    found = {}
    for name, frame in frames.items():
        if name in TABLES:
            found[name] = frame.loc[:, ~frame.columns.duplicated()]
            for label in frame.columns[frame.columns.duplicated()]:
                problem = Problem(str(label), "stands there twice", "keep one; the first is used")
                problems.append(TableProblem(name, None, None, problem))
            continue
        guess = nearest(name, TABLES)
        advice = f"did you mean '{guess}'?" if guess else f"known are {', '.join(TABLES)}"
        problem = Problem("", "is not a table of the record", advice)
        problems.append(TableProblem(name, None, None, problem))
    return found


def _ids(tables: dict[str, pd.DataFrame], moment: datetime | None) -> pd.Series:
    """The ids of all profiles; without a table ``profiles`` those of the other tables."""
    for name, frame in tables.items():
        if PROFILE_ID not in frame:
            raise RefusedTable(f"{name} has no column {PROFILE_ID}; add one")
    if "profiles" not in tables:
        if not tables:
            raise RefusedTable("no table of the record was found; give at least profiles")
        if moment is None:
            raise RefusedTable("there is no table profiles and no moment; give --as-of TIME")
        every = pd.concat([id_texts(frame[PROFILE_ID]) for frame in tables.values()])
        ids = every.drop_duplicates().reset_index(drop=True)
        tables["profiles"] = pd.DataFrame({PROFILE_ID: ids})
    return id_texts(tables["profiles"][PROFILE_ID])


def _bad_ids(ids: pd.Series, index: pd.Index, problems: list[TableProblem]) -> Bools:
    """Which distinct ids cannot be used; blank ones are told row by row elsewhere."""
    bad: Bools = np.array(index == "", dtype=np.bool_)
    first = np.flatnonzero(~ids.duplicated().to_numpy())
    column = TABLES["profiles"].columns[PROFILE_ID]
    for place, problem in check_column(column, pd.Series(index)).bad.items():
        bad[place] = True
        problems.append(TableProblem("profiles", int(first[place]) + 1, None, problem))
    return bad


def id_texts(series: pd.Series) -> pd.Series:
    """Ids as text without surrounding blanks; whole numbers lose their `.0`."""
    if pd.api.types.is_float_dtype(series.dtype) and (series.dropna() % 1 == 0).all():
        series = series.astype("Int64")
    return series.astype("str").where(series.notna(), "").str.strip()


def _read(
    spec: TableSpec,
    frame: pd.DataFrame,
    index: pd.Index,
    bad: Bools,
    problems: list[TableProblem],
    moment: datetime | None,
) -> _Read:
    ids = id_texts(frame[PROFILE_ID])
    owner = index.get_indexer(pd.Index(ids)).astype(np.int64)
    main = spec.name == "profiles"
    _unknown_rows(spec, ids, owner, main, problems)
    names = owner
    if main:
        owner = np.where(ids.duplicated().to_numpy(), -1, owner)
    columns: dict[str, Floats | Coded] = {}
    parent = _nothing(len(frame))
    for label, name in _named(spec, frame, problems).items():
        if name == spec.parent:
            codes, values = pd.factorize(id_texts(frame[label]))
            parent = Coded(codes.astype(np.int64), tuple(map(str, values)))
            continue
        try:
            checked = check_column(spec.columns[name], frame[label])
        except (TypeError, NotImplementedError) as error:
            told = f"{spec.name}: column {label} holds lists; write one value a cell"
            raise RefusedTable(told) from error
        columns[name] = checked.values
        for row, problem in checked.bad.items():
            if owner[row] >= 0:
                bad[owner[row]] = True
            problems.append(TableProblem(spec.name, row + 1, str(ids.iloc[row]), problem))
    if main:
        _moments(columns, len(frame), moment)
        columns[PROFILE_ID] = Coded(names, tuple(map(str, index)))
    _required(spec, ids, owner, columns, bad, problems)
    _backwards(spec, ids, owner, columns, bad, problems)
    return _Read(owner, columns, parent)


def _named(spec: TableSpec, frame: pd.DataFrame, problems: list[TableProblem]) -> dict[str, str]:
    """Column label -> column of the record; unknown ones are told, forbidden ones refused."""
    known = [*spec.columns, *([spec.parent] if spec.parent else [])]
    short = {name.removeprefix("claims."): name for name in known}
    found: dict[str, str] = {}
    for label in map(str, frame.columns):
        why = refusal(label.rpartition(".")[2])
        name = label if label in known else short.get(label)
        if why and name is None:
            raise RefusedTable(f"{spec.name}: column {label} is refused: {why}; leave it out")
        if label == PROFILE_ID:
            continue
        if name is None:
            problem = unknown_field(shorten(label)[1:-1], label, [*known, *short], "table")
            problems.append(TableProblem(spec.name, None, None, problem))
        elif label in found or name in found.values():
            problem = Problem(label, "stands there twice", "keep one; the first is used")
            problems.append(TableProblem(spec.name, None, None, problem))
        else:
            found[label] = name
    return found


def _unknown_rows(
    spec: TableSpec, ids: pd.Series, owner: Ints, main: bool, problems: list[TableProblem]
) -> None:
    """List rows of nobody: without an id, a person's second row, a person not in profiles."""
    blank, again = (ids == "").to_numpy(), ids.duplicated().to_numpy()
    wrong = blank | again if main else (blank | (owner < 0)) & ~again
    said, advice = ("stands there twice", "keep one") if main else ("is not in profiles", "add it")
    for row in np.flatnonzero(wrong).tolist():
        name = str(ids.iloc[row])
        problem = Problem(PROFILE_ID, f"{shorten(name)} {said}", advice)
        if not name:
            problem = Problem(PROFILE_ID, "is empty", "give every row an id")
        problems.append(TableProblem(spec.name, row + 1, name or None, problem))


def _limit(spec: TableSpec) -> int:
    """Most rows the record takes in this list."""
    field: Any = None
    model: Any = Profile
    for step in spec.path:
        field = model.model_fields[step]
        model = (*typing.get_args(field.annotation), field.annotation)[0]
    return next((m.max_length for m in field.metadata if hasattr(m, "max_length")), ROWS_MAX)


def _crowded(
    spec: TableSpec, table: _Read, index: pd.Index, bad: Bools, problems: list[TableProblem]
) -> None:
    """Leave out whoever has more rows in a list than the record takes."""
    if not spec.path or table.owner.size <= (limit := _limit(spec)):
        return
    width = len(table.parent.values) + 1
    keys = table.owner * width + table.parent.codes + 1
    keys, sizes = np.unique(keys[table.owner >= 0], return_counts=True)
    for key, size in zip(keys[sizes > limit], sizes[sizes > limit], strict=True):
        bad[key // width] = True
        problem = Problem("", f"has {size} rows for one {spec.parent or 'person'}", f"give {limit}")
        problems.append(TableProblem(spec.name, None, str(index[key // width]), problem))


def _moments(columns: dict[str, Floats | Coded], size: int, moment: datetime | None) -> None:
    if moment is not None:
        given = columns.get("as_of", np.full(size, np.nan))
        assert isinstance(given, np.ndarray)
        columns["as_of"] = np.where(np.isnan(given), moment.timestamp(), given)


def _required(
    spec: TableSpec,
    ids: pd.Series,
    owner: Ints,
    columns: dict[str, Floats | Coded],
    bad: Bools,
    problems: list[TableProblem],
) -> None:
    size = owner.size
    for name, column in spec.columns.items():
        if not column.required or name == PROFILE_ID:
            continue
        values: Any = columns.get(name)
        if values is None:
            missing: Bools = np.ones(size, dtype=np.bool_)
        else:
            missing = ~values.known if isinstance(values, Coded) else np.isnan(values)
        if column.within:
            missing = missing & _touched(columns, column.within, size)
        already = {p.row for p in problems if p.table == spec.name and p.problem.where == name}
        for row in np.flatnonzero(missing & (owner >= 0)).tolist():
            bad[owner[row]] = True
            if row + 1 not in already:
                problem = Problem(name, "is missing", "give it a value")
                problems.append(TableProblem(spec.name, row + 1, str(ids.iloc[row]), problem))


def _backwards(
    spec: TableSpec,
    ids: pd.Series,
    owner: Ints,
    columns: dict[str, Floats | Coded],
    bad: Bools,
    problems: list[TableProblem],
) -> None:
    """Tell the rows that end before they begin."""
    if spec.model is None or not issubclass(spec.model, Span):
        return
    first, last = spec.model.span
    starts, ends = columns.get(first), columns.get(last)
    if not (isinstance(starts, np.ndarray) and isinstance(ends, np.ndarray)):
        return
    slack = spec.model.slack.total_seconds()
    for row in np.flatnonzero((ends + slack < starts) & (owner >= 0)).tolist():
        bad[owner[row]] = True
        problems.append(TableProblem(spec.name, row + 1, str(ids.iloc[row]), backwards(last)))


def _touched(columns: dict[str, Floats | Coded], prefix: str, size: int) -> Bools:
    """Rows in which any column of an optional part is supplied."""
    touched: Bools = np.zeros(size, dtype=np.bool_)
    for name, values in columns.items():
        if name.startswith(prefix):
            touched |= values.known if isinstance(values, Coded) else ~np.isnan(values)
    return touched


def _source(table: _Read, place: Ints) -> _FrameSource:
    """The rows of kept profiles, in profile order."""
    owner = place[table.owner]
    rows = np.flatnonzero(owner >= 0)
    if rows.size and not (owner[rows][1:] >= owner[rows][:-1]).all():
        rows = rows[np.argsort(owner[rows], kind="stable")]
    whole = rows.size == owner.size and bool((rows == np.arange(rows.size)).all())
    columns = table.columns if whole else {n: _take(c, rows) for n, c in table.columns.items()}
    parent = table.parent if whole else _take(table.parent, rows)
    assert isinstance(parent, Coded)
    return _FrameSource(owner[rows], columns, parent)


def _take(column: Floats | Coded, rows: Ints) -> Floats | Coded:
    if isinstance(column, Coded):
        return Coded(column.codes[rows], column.values)
    return column[rows]
