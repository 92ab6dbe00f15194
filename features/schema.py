"""The tables of a profile, derived from the record's models so that no rule is written twice.

Every list of the record is a table keyed by ``profile_id``; everything that is not a list is a
column of the table ``profiles``, named by its path (``claims.time_zone``). A list inside a list
(``devices[].tools[]``) is a table with one more key column, the parent's id.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from features.records import Profile

ColumnKind = Literal["instant", "day", "number", "flag", "text"]

VALUE = "value"
"""Column name of a table made from a list of plain values, such as ``other_names``."""

_TIME_COLUMNS = ("at", "authored_at", "added_at", "sent_at", "since", "starts", "month")


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, and the very validator the record uses for it.

    ``within`` is the prefix of an optional part: the column is required only where another column
    of that part is supplied.
    """

    name: str
    kind: ColumnKind
    required: bool
    within: str
    adapter: TypeAdapter[Any]
    field: FieldInfo | None


@dataclass(frozen=True)
class Part:
    """A part of a row: the path to it, and the columns it holds."""

    path: tuple[str, ...]
    columns: tuple[str, ...]

    @cached_property
    def cells(self) -> Callable[[Any], tuple[Any, ...]]:
        """Reads the columns off its own dictionary, which is half the price of attributes."""
        names = [column.rpartition(".")[2] for column in self.columns]
        return itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)


@dataclass(frozen=True)
class TableSpec:
    """One table: where it sits in the record and what columns it has.

    ``parent`` names the key column of a list inside a list. ``time`` is the column rows are
    sorted by; rows whose ``time`` is an instant after ``as_of`` are left out.
    """

    name: str
    path: tuple[str, ...]
    model: type[BaseModel] | None
    columns: dict[str, Column]
    time: str | None
    parent: str | None = None

    @cached_property
    def rows(self) -> Callable[[Any], Any]:
        """Reads the list off a profile; for a list inside a list, the list it is inside of."""
        return attrgetter(".".join(self.path[:-1] if self.parent else self.path))

    @cached_property
    def place(self) -> str:
        """Where the list stands in the record, as in ``contact.phones``."""
        return ".".join(self.path)

    @cached_property
    def full(self) -> dict[str, str]:
        """The full name of each column, as in ``sessions.ip``."""
        return {column: f"{self.name}.{column}" for column in self.columns}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a row, the row itself among them."""
        found: dict[str, list[str]] = {}
        for column in self.columns:
            found.setdefault(column.rpartition(".")[0], []).append(column)
        return tuple(Part(tuple(filter(None, p.split("."))), tuple(c)) for p, c in found.items())


def _strip(annotation: Any) -> Any:
    """The annotation without Optional and without Annotated's extras."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            rest = [a for a in typing.get_args(annotation) if a is not type(None)]
            if len(rest) != 1:
                raise TypeError(f"{annotation} has more than one kind of value")
            annotation = rest[0]
        else:
            return annotation


def _kind(annotation: Any) -> ColumnKind:
    plain = _strip(annotation)
    origin = typing.get_origin(plain)
    if origin is Literal or plain is str:
        return "text"
    if plain is bool:
        return "flag"
    if plain in (int, float):
        return "number"
    if isinstance(plain, type) and issubclass(plain, datetime):
        return "instant"
    if isinstance(plain, type) and issubclass(plain, date):
        return "day"
    if getattr(plain, "__name__", "") == "AwareDatetime":
        return "instant"
    raise TypeError(f"{annotation} is not a kind of column")


def _column(name: str, annotation: Any, field: FieldInfo | None, within: str = "") -> Column:
    required = field is not None and field.is_required()
    whole = annotation
    if field is not None and field.metadata:
        whole = Annotated[(annotation, *field.metadata)]
    return Column(name, _kind(annotation), required, within, TypeAdapter(whole), field)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _walk(
    model: type[BaseModel],
    path: tuple[str, ...],
    home: TableSpec,
    tables: dict[str, TableSpec],
    within: str = "",
) -> None:
    for name, field in model.model_fields.items():
        annotation = _strip(field.annotation)
        here = (*path, name)
        if typing.get_origin(annotation) is tuple:
            item = typing.get_args(annotation)[0]
            _add_list(name, item, here, home, tables)
        elif _is_model(annotation):
            prefix = ".".join(here[len(home.path) :]) + "."
            optional = not field.is_required() and field.default is None
            _walk(annotation, here, home, tables, prefix if optional else within)
        else:
            column = ".".join(here[len(home.path) :])
            home.columns[column] = _column(column, field.annotation, field, within)


def _add_list(
    name: str, item: Any, path: tuple[str, ...], home: TableSpec, tables: dict[str, TableSpec]
) -> None:
    if name in tables:
        raise TypeError(f"two lists of the record are called {name}")
    model = _strip(item) if _is_model(_strip(item)) else None
    parent = home.name.rstrip("s") if home.name != "profiles" else None
    if model is None:
        columns = {VALUE: _column(VALUE, item, None)}
        tables[name] = TableSpec(name, path, None, columns, None, parent)
        return
    time = next((t for t in _TIME_COLUMNS if t in model.model_fields), None)
    spec = TableSpec(name, path, model, {}, time, parent)
    tables[name] = spec
    _walk(model, path, spec, tables)


def _derive() -> dict[str, TableSpec]:
    tables = {"profiles": TableSpec("profiles", (), Profile, {}, None)}
    _walk(Profile, (), tables["profiles"], tables)
    return tables


TABLES: dict[str, TableSpec] = _derive()
"""Every table by name, ``profiles`` first."""

LISTS = tuple(name for name, spec in TABLES.items() if spec.path)
"""The tables that are lists of the record."""

lists_of: Callable[[Profile], tuple[Any, ...]] = attrgetter(
    *(".".join(TABLES[n].path[:-1] if TABLES[n].parent else TABLES[n].path) for n in LISTS)
)
"""Reads every list off a profile; for a list inside a list, the list it is inside of."""
