"""The columns of n profiles: what every family works on. One profile is a batch of one.

Two readers make a batch: `features.record_rows.from_profiles` and `features.frames.from_frames`.
Columns are made when first asked for and kept for the life of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, compress
from typing import Any, Protocol, TypeVar

import numpy as np

from features import segments
from features.coded import Coded
from features.fixed import kept
from features.schema import TABLES, TableSpec
from features.segments import Bools, Floats, Ints

T = TypeVar("T")


class Source(Protocol):
    """One table of a reader: the owner of each row, and its columns on demand."""

    owner: Ints

    @property
    def held(self) -> frozenset[str]: ...
    def number(self, name: str) -> Floats: ...
    def text(self, name: str) -> Coded: ...
    def parent(self) -> Coded: ...


class Table:
    """The rows of one table, sorted by profile and time, nothing later than ``as_of`` and nothing twice.

    A dated row that tells the same as another, to the last column, is that row sent again.
    """

    def __init__(self, spec: TableSpec, source: Source, n: int, as_of: Floats) -> None:
        self.spec = spec
        self.n = n
        self._source = source
        self._columns: dict[str, Any] = {}
        self._known: dict[str, Bools] = {}
        self._supplied: dict[str, Bools] = {}
        self._order, self.left_out = self._arrange(as_of)
        order = self._order
        self.owner: Ints = source.owner if order is None else source.owner[order]
        self.size = int(self.owner.size)
        """How many rows there are."""

    def _arrange(self, as_of: Floats) -> tuple[Ints | None, Floats | None]:
        """Row order, and how many rows of each profile lie after its ``as_of``, if any do."""
        owner, time = self._source.owner, self.spec.time
        if time is None or not owner.size or time not in self._source.held:
            return None, None
        at = self._source.number(time)
        order, left_out = None, None
        # Rows without a time go last; asked this way, they are sorted to be sure.
        if owner.size > 1 and segments.some(~(at[1:] > at[:-1]) & (owner[1:] == owner[:-1])):
            order = np.lexsort((at, owner))
            order = order[~self._again(at, order)]
        if self.spec.columns[time].kind == "instant":
            late = at > as_of[owner]
            if segments.some(late):
                order = np.arange(owner.size) if order is None else order
                left_out = segments.count(owner[order], self.n, late[order])
                order = order[~late[order]]
        self._columns[time] = at if order is None else at[order]
        return order, left_out

    def _again(self, at: Floats, order: Ints) -> Bools:
        """Which rows, in this order, tell the same as a row before them; only such of one moment can."""
        source, again = self._source, np.zeros(order.size, dtype=np.bool_)
        a, b = order[:-1], order[1:]
        with_next = (source.owner[a] == source.owner[b]) & (at[a] == at[b])
        if not segments.some(with_next):
            return again
        shared = np.zeros(order.size, dtype=np.bool_)
        shared[1:] = with_next
        shared[:-1] |= with_next
        rows = order[shared]
        columns = [source.owner[rows].tolist()]
        for name in source.held:
            if self.spec.columns[name].kind == "text":
                columns.append(source.text(name).codes[rows].tolist())
            else:  # of two that are not known Python says that they differ
                columns.append(np.nan_to_num(source.number(name)[rows], nan=-np.inf).tolist())
        if self.spec.parent:
            columns.append(source.parent().codes[rows].tolist())
        first: dict[tuple[float, ...], int] = {}
        places = enumerate(zip(*columns, strict=True))
        again[shared] = [first.setdefault(row, place) != place for place, row in places]
        return again

    def number(self, name: str) -> Floats:
        """A column of numbers; instants and days in seconds since 1970, flags 0 or 1, NaN unknown."""
        found: Floats | None = self._columns.get(name)
        if found is None:
            column = self._source.number(name)
            found = self._columns[name] = column if self._order is None else column[self._order]
        return found

    def flag(self, name: str) -> Bools:
        """Which rows say true."""
        if not self.holds(name):
            return np.zeros(self.size, dtype=np.bool_)
        true: Bools = self.number(name) == 1
        return true

    def text(self, name: str) -> Coded:
        """A column of text."""
        found: Coded | None = self._columns.get(name)
        if found is None:
            found = self._source.text(name)
            if self._order is not None:
                found = Coded(found.codes[self._order], found.values)
            self._columns[name] = found
        return found

    @kept
    def parent(self) -> Coded:
        """The id of the row this row belongs to, for a list inside a list."""
        column = self._source.parent()
        return column if self._order is None else Coded(column.codes[self._order], column.values)

    def known(self, name: str) -> Bools:
        """Which rows were supplied in this column."""
        if self.spec.columns[name].kind == "text":
            return self.text(name).known
        if name not in self._known:
            self._known[name] = ~np.isnan(self.number(name))
        return self._known[name]

    def supplied(self, name: str) -> Bools:
        """Which profiles supplied this column in at least one row."""
        if name not in self._supplied:
            one = self.n == 1
            self._supplied[name] = (
                np.array([self.holds(name)]) if one else self.any(self.known(name))
            )
        return self._supplied[name]

    def holds(self, name: str) -> bool:
        """Whether any row was supplied in this column."""
        return name in self.held

    @kept
    def held(self) -> frozenset[str]:
        """The columns that were supplied in any row."""
        if not self.size:
            return frozenset()
        held = self._source.held
        if self.size == self._source.owner.size:
            return held
        return frozenset(name for name in held if segments.some(self.known(name)))

    @kept
    def _position(self) -> Ints:
        """Where each row stands in its list as it was sent."""
        owner = self._source.owner
        position: Ints = np.arange(owner.size) - owner.searchsorted(owner)
        return position if self._order is None else position[self._order]

    def pointer(self, row: int) -> str:
        """Where this row stands in the record as it was sent, as in ``sessions[3]``."""
        return f"{self.spec.place}[{int(self._position[row])}]"

    def rows_of(self, profile: int) -> Ints:
        """Indices of the rows of one profile."""
        return np.arange(*self._span(profile))

    def true_rows_of(self, profile: int, mask: Bools) -> list[int]:
        """Indices of the true rows of one profile."""
        first, last = self._span(profile)
        rows: list[int] = (segments.true_rows(mask[first:last]) + first).tolist()
        return rows

    def _span(self, profile: int) -> tuple[int, int]:
        """The first row of one profile, and the first after it."""
        if self.n == 1:
            return 0, self.size
        first, last = np.searchsorted(self.owner, [profile, profile + 1]).tolist()
        return first, last

    # Reductions over each profile's rows; see features.segments.

    def count(self, mask: Bools) -> Floats:
        return segments.count(self.owner, self.n, mask)

    def any(self, mask: Bools) -> Bools:
        if self.n == 1:
            return np.array([segments.some(mask)])
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

    def earliest(self, mask: Bools, number: int) -> Bools:
        return segments.earliest(self.owner, self.n, mask, number)

    def in_turn(self) -> list[Ints]:
        return segments.in_turn(self.owner, self.n)

    def first(self, mask: Bools) -> Ints:
        return segments.first_row(self.owner, self.n, mask)

    def last(self, mask: Bools) -> Ints:
        return segments.last_row(self.owner, self.n, mask)


@cache
def _places(need: str) -> tuple[tuple[str, str], ...]:
    """The (table, column) pairs of a need, any of which will do."""
    return tuple((name, column) for name, _, column in (p.partition(".") for p in need.split("|")))


class _Tables(dict[str, Table]):
    """Tables by name, each made when first asked for.

    They do not know their batch, which would keep it in memory after its last use.
    """

    def __init__(self, sources: Callable[[str], Source], filled: frozenset[str], n: int) -> None:
        super().__init__()
        self._sources = sources
        self._filled = filled
        self._n = n
        # A profile has no time of its own that could lie after its `as_of`.
        self["profiles"] = Table(TABLES["profiles"], sources("profiles"), n, segments.unknown(n))
        self.as_of: Floats = self["profiles"].number("as_of")

    def __missing__(self, name: str) -> Table:
        source = self._sources(name) if name in self._filled else _NO_ROWS
        if self._n == 1 and not source.owner.size:
            table = _nothing(name)
        else:
            table = Table(TABLES[name], source, self._n, self.as_of)
        self[name] = table
        return table


class Batch:
    """n profiles as tables of columns."""

    def __init__(
        self, ids: Sequence[str], sources: Callable[[str], Source], filled: Iterable[str]
    ) -> None:
        self.ids = tuple(ids)
        self.n = len(self.ids)
        self._filled = frozenset(filled)
        self._memory: dict[Any, Any] = {}
        self._tables = _Tables(sources, self._filled, self.n)
        self.table: Callable[[str], Table] = self._tables.__getitem__
        """One table by its name in `features.schema.TABLES`."""
        self.profiles = self.table("profiles")
        self.as_of = self._tables.as_of

    def supplied(self, need: str) -> Bools:
        """Which profiles supplied a column, named ``table.column``, in at least one row.

        ``table.column|table.column`` is supplied where either is.
        """
        return self.once(need, lambda: self._supplied(need))

    def _supplied(self, need: str) -> Bools:
        (name, column), *others = _places(need)
        found = self.table(name).supplied(column)
        for name, column in others:
            found = found | self.table(name).supplied(column)
        return found

    def holds(self, need: str) -> bool:
        """Whether anybody supplied a column; quicker than to ask who did."""
        return need in self._held or ("|" in need and not self._held.isdisjoint(need.split("|")))

    @kept
    def _held(self) -> frozenset[str]:
        """Every column that anybody supplied, named ``table.column``."""
        columns = (map(TABLES[t].full.__getitem__, self.table(t).held) for t in self._filled)
        return frozenset(chain.from_iterable(columns))

    def given(self, columns: frozenset[str], row: int | None = None) -> frozenset[str]:
        """Which of these columns one profile supplied, or anybody."""
        if row is None or self.n == 1:
            return columns & self._held
        names, who = self.once(columns, lambda: self._who_gave(columns))
        return frozenset(compress(names, who[row].tobytes()))

    def _who_gave(self, columns: frozenset[str]) -> tuple[tuple[str, ...], Bools]:
        """The columns among these that anybody supplied, and who did: profiles x columns."""
        names = tuple(columns & self._held)
        who = [self.supplied(name) for name in names]
        return names, np.array(who, dtype=np.bool_).reshape(len(names), self.n).T

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """The result of ``make``, made once for this batch and shared between families."""
        if key not in self._memory:
            self._memory[key] = make()
        found: T = self._memory[key]
        return found

    def left_out(self) -> Floats:
        """How many rows of each profile, in the tables used so far, lie after its ``as_of``."""
        found = [t.left_out for t in self._tables.values() if t.left_out is not None]
        return sum(found, np.zeros(self.n))


NO_ROWS: Ints = np.zeros(0, dtype=np.int64)


class _NoRows:
    """A table in which one profile has no row."""

    owner = NO_ROWS

    held: frozenset[str] = frozenset()

    def number(self, name: str) -> Floats:
        return np.zeros(0)

    def text(self, name: str) -> Coded:
        return Coded(NO_ROWS, ())

    def parent(self) -> Coded:
        return Coded(NO_ROWS, ())


_NO_ROWS = _NoRows()


@cache
def _nothing(name: str) -> Table:
    """The table without rows, made once: most lists of most people are empty."""
    return Table(TABLES[name], _NO_ROWS, 1, np.zeros(1))
