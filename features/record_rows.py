"""Records as a batch: each list of the record is a table, each of its items a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from features.batch import Batch
from features.coded import Coded, all_missing, code
from features.fixed import kept
from features.records import Profile
from features.schema import LISTS, TABLES, VALUE, TableSpec, lists_of
from features.segments import Floats, Ints, unknown

# Read as the instants of a record are: of two in one time zone Python asks neither for its offset,
# which is a third of the price.
_EPOCH = TypeAdapter(datetime).validate_python("1970-01-01T00:00:00Z")


class _RecordSource:
    """Rows of one list of the record, for every profile."""

    def __init__(self, spec: TableSpec, lists: Sequence[Sequence[Any]]) -> None:
        self._spec = spec
        if spec.parent:
            lists, self._parents = _nested(lists, spec.path[-1])
        self._rows = lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))
        if len(lists) == 1:
            self.owner: Ints = np.zeros(len(self._rows), dtype=np.int64)
        else:
            self.owner = np.arange(len(lists)).repeat(list(map(len, lists)))

    @kept
    def _fields(self) -> dict[str, tuple[Any, ...]]:
        """Every column of the parts that anybody has; each row is visited once, while it is cached."""
        fields: dict[str, tuple[Any, ...]] = {}
        for part in self._spec.parts:
            cells = part.cells
            if part.path:
                holders = _follow(self._rows, part.path)
                if all_missing(holders):
                    continue
                nothing = (None,) * len(part.columns)
                rows = [nothing if h is None else cells(h.__dict__) for h in holders]
            else:
                rows = [cells(row.__dict__) for row in self._rows]
            fields |= zip(part.columns, zip(*rows, strict=True), strict=True)
        return fields

    def _values(self, name: str) -> Sequence[Any] | None:
        """The values of a column, None where nobody supplied any."""
        if name == VALUE:
            return self._rows
        return self._fields[name] if name in self.held else None

    @kept
    def _unknown(self) -> Floats:
        """The column of numbers in which nobody supplied anything; one for all such columns."""
        column = unknown(len(self._rows))
        column.setflags(write=False)
        return column

    @kept
    def _untold(self) -> Coded:
        """The column of text in which nobody supplied anything."""
        return code([None] * len(self._rows))

    @kept
    def held(self) -> frozenset[str]:
        if not self._rows:
            return frozenset()
        if self._spec.model is None:
            return frozenset(self._spec.columns)
        # A glance at the first row spares most columns the question.
        columns = self._fields.items()
        return frozenset([n for n, v in columns if v[0] is not None or not all_missing(v)])

    def number(self, name: str) -> Floats:
        values = self._values(name)
        if values is None:
            return self._unknown
        kind = self._spec.columns[name].kind
        if kind == "instant":
            values = [None if v is None else (v - _EPOCH).total_seconds() for v in values]
        elif kind == "day":
            values = [None if v is None else day_seconds(v) for v in values]
        return np.array(values, dtype=np.float64)

    def text(self, name: str) -> Coded:
        values = self._values(name)
        return self._untold if values is None else code(values)

    def parent(self) -> Coded:
        return code(self._parents)


def _nested(outer: Sequence[Sequence[Any]], name: str) -> tuple[list[list[Any]], list[str | None]]:
    """The rows of a list inside a list, a list for each profile, and the id of each row's parent."""
    lists, parents = [], []
    for holders in outer:
        rows: list[Any] = []
        for holder in holders:
            inner = getattr(holder, name)
            rows.extend(inner)
            parents.extend([holder.id] * len(inner))
        lists.append(rows)
    return lists, parents


def _follow(items: Sequence[Any], path: Sequence[str]) -> Sequence[Any]:
    """One attribute path for many objects; None where a step is missing."""
    values = items
    for step in path:
        values = [None if v is None else getattr(v, step) for v in values]
    return values


def day_seconds(day: date) -> float:
    """A day as the second its midnight falls on in UTC."""
    return (day.toordinal() - _EPOCH.toordinal()) * 86_400.0


def from_profiles(profiles: Sequence[Profile]) -> Batch:
    """The batch of these records."""
    found = zip(*map(lists_of, profiles), strict=True) if profiles else repeat(())
    lists: dict[str, Sequence[Sequence[Any]]] = dict(zip(LISTS, found, strict=False))
    lists["profiles"] = [(profile,) for profile in profiles]
    return Batch(
        [profile.profile_id for profile in profiles],
        lambda name: _RecordSource(TABLES[name], lists[name]),
        [name for name, rows in lists.items() if any(rows)],
    )
