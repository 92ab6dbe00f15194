"""Questions to a stored cohort, each put into words once.

SQLAlchemy writes the statement for a database and a number of values; after that the driver is asked
directly, which for one person halves the work. PostgreSQL takes a list as one array; elsewhere it is
filled up to a power of two by repeating its last value, so that there are a handful of statements.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, Dialect, Select

AT_ONCE = 512
"""Values asked for in one statement."""


def rows(
    connection: Connection, query: Select[Any], values: Sequence[Any], **more: Any
) -> list[Any]:
    """Rows of a query for many values of its parameter ``values``."""
    found: list[Any] = []
    for some in parts(values):
        found += ask(connection, query, values=some, **more)
    return found


def together(
    connection: Connection, *asked: tuple[Select[Any], Sequence[Any]]
) -> list[Sequence[Any]]:
    """Rows of several queries, each for many values; PostgreSQL answers all of them at once."""
    if connection.dialect.name != "postgresql":
        return [rows(connection, query, values) for query, values in asked]
    raw: Any = connection.connection.dbapi_connection
    with raw.pipeline():
        said = [_said(connection, query, {"values": list(values)}) for query, values in asked]
        return [list(answer) for answer in said]


def ask(connection: Connection, query: Select[Any], **values: Any) -> Sequence[Any]:
    """Rows of a query; a parameter that is given a list stands for any of its values."""
    return list(_said(connection, query, values))


def _said(connection: Connection, query: Select[Any], values: Mapping[str, Any]) -> Iterator[Any]:
    """Put a query to the driver; its rows, named by column, are fetched when they are wanted."""
    raw: Any = connection.connection.dbapi_connection
    cursor = raw.execute(*_bound(connection, query, values))
    return map(_row(query)._make, cursor)


@lru_cache(500)
def _row(query: Select[Any]) -> Any:
    """The tuple that a row of a query is."""
    return namedtuple("Row", [str(column.key) for column in query.selected_columns], rename=True)


def _bound(
    connection: Connection, query: Select[Any], values: Mapping[str, Any]
) -> tuple[str, Any]:
    """The words of a query, and its values as the driver wants them."""
    arrays = connection.dialect.name == "postgresql"
    given: dict[str, Any] = {}
    sizes: list[tuple[str, int]] = []
    for name, value in values.items():
        if isinstance(value, list) and value and arrays:
            given[name] = value
            sizes.append((name, 1))
        elif isinstance(value, list):
            size = 1 << (len(value) - 1).bit_length() if value else 0
            filled = value + value[-1:] * (size - len(value))
            given.update((f"{name}_{place}", one) for place, one in enumerate(filled, 1))
            sizes.append((name, size))
        else:
            given[name] = value
    text, order, fixed = _statement(query, connection.dialect, tuple(sizes))
    given = {**fixed, **given}
    return text, given if order is None else tuple([given[name] for name in order])


@lru_cache(500)
def _statement(
    query: Select[Any], dialect: Dialect, sizes: tuple[tuple[str, int], ...]
) -> tuple[str, Sequence[str] | None, dict[str, Any]]:
    """The words of a query for lists of these sizes, the order of its values if any, and its own."""
    compiled: Any = query.compile(dialect=dialect)
    state = compiled.construct_expanded_state(
        {**compiled.params, **{name: [None] * size for name, size in sizes}}
    )
    text, own = state.statement, dict(state.parameters)
    if dialect.name == "postgresql":
        for name, _ in sizes:
            own.pop(f"{name}_1", None)
            found = rf"(NOT )?IN \(%\({name}_1\)s(::\w+)?\)"
            text = re.sub(found, partial(_array, name), text)
    return text, state.positiontup, own


def _array(name: str, found: re.Match[str]) -> str:
    """Being one of an array, or none of it."""
    but, kind = found.groups()
    return f"{'<> ALL' if but else '= ANY'} (%({name})s{f'{kind}[]' if kind else ''})"


def parts(values: Sequence[Any]) -> Iterable[list[Any]]:
    """Values in portions that one statement can hold."""
    return (list(values[at : at + AT_ONCE]) for at in range(0, len(values), AT_ONCE))
