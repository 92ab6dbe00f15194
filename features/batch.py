"""The columns of n profiles: what every family works on. One profile is a batch of one.

Two readers make a batch: `from_profiles` here (records) and `features.frames.from_frames` (tables).
Columns are made when first asked for and kept for the life of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from operator import attrgetter, itemgetter
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from features import segments
from features.records import Profile
from features.schema import TABLES, VALUE, TableSpec
from features.segments import Bools, Floats, Ints

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of text as codes into its distinct values; -1 is not supplied."""

    codes: Ints
    values: tuple[str, ...]

    def is_in(self, wanted: Iterable[str]) -> Bools:
        """Which rows hold one of the wanted values."""
        if not self.values:
            return np.zeros(self.codes.size, dtype=np.bool_)
        chosen = frozenset(wanted)
        return self.per_value(lambda value: value in chosen, False)

    def per_value(self, answer: Callable[[str], Any], missing: Any) -> NDArray[Any]:
        """The answer of a function asked once per distinct value, spread over the rows."""
        return self.spread(np.array([*(answer(value) for value in self.values), missing]))

    def spread(self, answers: NDArray[Any]) -> NDArray[Any]:
        """Answers per distinct value, with the one for `not supplied` last, spread over the rows."""
        out: NDArray[Any] = answers[self.codes]
        return out

    @property
    def known(self) -> Bools:
        """Which rows were supplied."""
        known: Bools = self.codes >= 0
        return known

    def at(self, row: int) -> str | None:
        """The text of one row, or None."""
        code = int(self.codes[row])
        return self.values[code] if code >= 0 else None

    def take(self, rows: Ints) -> Coded:
        """The rows at these positions; -1 stays `not supplied`."""
        if not self.codes.size:
            return Coded(np.full(rows.size, -1, dtype=np.int64), self.values)
        return Coded(np.where(rows >= 0, self.codes[rows], -1), self.values)


def code(values: Sequence[str | None]) -> Coded:
    """Number texts in order of first appearance."""
    if _all_missing(values):
        return Coded(np.full(len(values), -1, dtype=np.int64), ())
    distinct = dict.fromkeys(values)
    distinct.pop(None, None)
    texts = tuple(text for text in distinct if text is not None)
    index: dict[str | None, int] = {text: number for number, text in enumerate(texts)}
    index[None] = -1
    codes = np.fromiter(map(index.__getitem__, values), dtype=np.int64, count=len(values))
    return Coded(codes, texts)


class Source(Protocol):
    """One table of a reader: the owner of each row, and its columns on demand."""

    owner: Ints
    position: Ints

    def number(self, name: str) -> Floats: ...
    def text(self, name: str) -> Coded: ...
    def parent(self) -> Coded: ...


class Table:
    """The rows of one table, sorted by profile and time, nothing later than ``as_of``."""

    def __init__(self, spec: TableSpec, source: Source, n: int, as_of: Floats) -> None:
        self.spec = spec
        self.n = n
        self._source = source
        self._columns: dict[str, Any] = {}
        self._order, self.left_out = self._arrange(as_of)
        order = self._order
        self.owner: Ints = source.owner if order is None else source.owner[order]
        self._position = source.position if order is None else source.position[order]

    def _arrange(self, as_of: Floats) -> tuple[Ints | None, Floats]:
        """Row order, and how many rows of each profile lie after its ``as_of``."""
        owner, time = self._source.owner, self.spec.time
        if time is None or not owner.size:
            return None, np.zeros(self.n)
        at = self._source.number(time)
        order: Ints | None = None
        left_out = np.zeros(self.n)
        late = at > as_of[owner]
        instant = self.spec.columns[time].kind == "instant"
        when = np.where(np.isnan(at), np.inf, at)
        if not ((owner[1:] > owner[:-1]) | (when[1:] >= when[:-1])).all():
            order = np.lexsort((at, owner))
        if instant and late.any():
            left_out = segments.count(owner, self.n, late)
            order = np.arange(owner.size) if order is None else order
            order = order[~late[order]]
        self._columns[time] = at if order is None else at[order]
        return order, left_out

    @property
    def size(self) -> int:
        """How many rows there are."""
        return int(self.owner.size)

    def number(self, name: str) -> Floats:
        """A column of numbers; instants and days in seconds since 1970, flags 0 or 1, NaN unknown."""
        if name not in self._columns:
            column = self._source.number(name)
            self._columns[name] = column if self._order is None else column[self._order]
        found: Floats = self._columns[name]
        return found

    def flag(self, name: str) -> Bools:
        """Which rows say true."""
        true: Bools = self.number(name) == 1
        return true

    def text(self, name: str) -> Coded:
        """A column of text."""
        if name not in self._columns:
            column = self._source.text(name)
            if self._order is not None:
                column = Coded(column.codes[self._order], column.values)
            self._columns[name] = column
        found: Coded = self._columns[name]
        return found

    @cached_property
    def parent(self) -> Coded:
        """The id of the row this row belongs to, for a list inside a list."""
        column = self._source.parent()
        return column if self._order is None else Coded(column.codes[self._order], column.values)

    def known(self, name: str) -> Bools:
        """Which rows were supplied in this column."""
        if self.spec.columns[name].kind == "text":
            return self.text(name).known
        known: Bools = ~np.isnan(self.number(name))
        return known

    def pointer(self, row: int) -> str:
        """Where this row stands in the record as it was sent, as in ``sessions[3]``."""
        return f"{'.'.join(self.spec.path)}[{int(self._position[row])}]"

    def rows_of(self, profile: int) -> Ints:
        """Indices of the rows of one profile."""
        first, last = np.searchsorted(self.owner, [profile, profile + 1])
        return np.arange(first, last)

    # Reductions over each profile's rows; see features.segments.

    def count(self, mask: Bools) -> Floats:
        return segments.count(self.owner, self.n, mask)

    def any(self, mask: Bools) -> Bools:
        if self.n == 1:
            return np.array([mask.any()])
        found: Bools = self.count(mask) > 0
        return found

    def largest(self, values: Floats) -> Floats:
        return segments.largest(self.owner, self.n, values)

    def smallest(self, values: Floats) -> Floats:
        return segments.smallest(self.owner, self.n, values)

    def median(self, values: Floats) -> Floats:
        return segments.median(self.owner, self.n, values)

    def mean(self, values: Floats) -> Floats:
        return segments.mean(self.owner, self.n, values)

    def distinct(self, keys: Ints, mask: Bools) -> Floats:
        return segments.distinct(self.owner, self.n, keys, mask)

    def mode(self, keys: Ints, mask: Bools) -> tuple[Ints, Floats]:
        return segments.mode(self.owner, self.n, keys, mask)

    def first(self, mask: Bools) -> Ints:
        return segments.first_row(self.owner, self.n, mask)

    def last(self, mask: Bools) -> Ints:
        return segments.last_row(self.owner, self.n, mask)


@cache
def _places(need: str) -> tuple[tuple[str, str], ...]:
    """The (table, column) pairs of a need, any of which will do."""
    return tuple((name, column) for name, _, column in (p.partition(".") for p in need.split("|")))


class Batch:
    """n profiles as tables of columns."""

    def __init__(self, ids: Sequence[str], sources: Callable[[str], Source]) -> None:
        self.ids = tuple(ids)
        self.n = len(self.ids)
        self._sources = sources
        self._tables: dict[str, Table] = {}
        self._memory: dict[Any, Any] = {}
        nobody = np.full(self.n, np.inf)
        self.profiles = Table(TABLES["profiles"], sources("profiles"), self.n, nobody)
        self.as_of: Floats = self.profiles.number("as_of")

    def table(self, name: str) -> Table:
        """One table by its name in `features.schema.TABLES`."""
        if name not in self._tables:
            self._tables[name] = Table(TABLES[name], self._sources(name), self.n, self.as_of)
        return self._tables[name]

    def supplied(self, need: str) -> Bools:
        """Which profiles supplied a column, named ``table.column``, in at least one row.

        ``table.column|table.column`` is supplied where either is.
        """
        found: Bools = np.zeros(self.n, dtype=np.bool_)
        for name, column in _places(need):
            table = self.profiles if name == "profiles" else self.table(name)
            if table.size:
                found |= table.any(table.known(column))
        return found

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """The result of ``make``, made once for this batch and shared between families."""
        if key not in self._memory:
            self._memory[key] = make()
        found: T = self._memory[key]
        return found

    def left_out(self) -> Floats:
        """How many rows of each profile, in the tables used so far, lie after its ``as_of``."""
        return sum((table.left_out for table in self._tables.values()), np.zeros(self.n))


_NO_ROWS: Ints = np.zeros(0, dtype=np.int64)


class _RecordSource:
    """Rows of one list of the record, for every profile."""

    def __init__(self, spec: TableSpec, profiles: Sequence[Profile]) -> None:
        self._spec = spec
        *outer, last = spec.path or ("",)
        if not last:
            sizes = [1] * len(profiles)
            self._rows: list[Any] = list(profiles)
        elif spec.parent:
            sizes, self._rows, self._parents = self._nested(profiles, outer, last)
        else:
            lists = [getattr(item, last) for item in _follow(profiles, outer)]
            sizes = [len(rows) for rows in lists]
            self._rows = [row for rows in lists for row in rows]
        if not self._rows:
            self.owner: Ints = _NO_ROWS
            self.position: Ints = _NO_ROWS
            return
        counts = np.array(sizes, dtype=np.int64)
        self.owner = np.repeat(np.arange(counts.size), counts)
        starts = np.cumsum(counts) - counts
        self.position = np.arange(self.owner.size) - np.repeat(starts, counts)

    def _nested(
        self, profiles: Sequence[Profile], outer: list[str], last: str
    ) -> tuple[list[int], list[Any], list[str | None]]:
        sizes, rows, parents = [], [], []
        for profile in profiles:
            (holders,) = _follow([profile], outer)
            size = 0
            for holder in holders:
                inner = getattr(holder, last)
                size += len(inner)
                rows.extend(inner)
                parents.extend([holder.id] * len(inner))
            sizes.append(size)
        return sizes, rows, parents

    @cached_property
    def _fields(self) -> dict[str, tuple[Any, ...]]:
        """Every column at once: each row is visited once, while it is in the cache."""
        # A model's own dictionary is read at half the price of its attributes.
        names = list(self._spec.columns)
        if len(names) < 2:
            return {name: tuple(getattr(row, name) for row in self._rows) for name in names}
        rows = map(itemgetter(*names), map(attrgetter("__dict__"), self._rows))
        return dict(zip(names, zip(*rows, strict=True), strict=True))

    def _values(self, name: str) -> Sequence[Any]:
        if not self._rows or name == VALUE:
            return self._rows
        if not self._spec.path:
            return _follow(self._rows, name.split("."))
        return self._fields[name]

    def number(self, name: str) -> Floats:
        values = self._values(name)
        kind = self._spec.columns[name].kind
        if _all_missing(values):
            return np.full(len(values), np.nan)
        if kind == "instant":
            values = [None if v is None else v.timestamp() for v in values]
        elif kind == "day":
            values = [None if v is None else day_seconds(v) for v in values]
        return np.array(values, dtype=np.float64)

    def text(self, name: str) -> Coded:
        return code(self._values(name))

    def parent(self) -> Coded:
        return code(self._parents)


def _all_missing(values: Sequence[Any]) -> bool:
    """Whether nobody supplied a value; looks at one, as a rule."""
    return not values or (values[0] is None and values.count(None) == len(values))


def _follow(items: Sequence[Any], path: Sequence[str]) -> list[Any]:
    """One attribute path for many objects; None where a step is missing."""
    values = list(items)
    for step in path:
        values = [None if v is None else getattr(v, step) for v in values]
    return values


def day_seconds(day: date) -> float:
    """A day as the second its midnight falls on in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def from_profiles(profiles: Sequence[Profile]) -> Batch:
    """The batch of these records."""
    return Batch(
        [profile.profile_id for profile in profiles],
        lambda name: _RecordSource(TABLES[name], profiles),
    )
