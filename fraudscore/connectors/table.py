"""Any table as CSV, or as JSON with flat objects, read with a mapping of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from features.fields import KEY_MAX
from features.problems import Problem, nearest, shorten
from features.schema import VALUE, TableSpec
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.events import events, opening
from fraudscore.connectors.exports import csv_rows
from fraudscore.connectors.mapping import PURPOSES, TableMap, Unfit, read_mapping
from fraudscore.connectors.sign_ins import CACHED, count, label, shown
from fraudscore.errors import InputError

Row = dict[str, Any]


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """The rows of a table as the mapping says. Raises InputError for one that does not fit."""
    if options.mapping is None:
        raise InputError(
            f"{path}: say what the columns mean with --map MAPPING.json; "
            "fraudscore import --suggest FILE -o MAPPING.json writes a first one"
        )
    mapping = read_mapping(options.mapping, options.person)
    keyed = lru_cache(CACHED)(options.keys.keyed)
    wanted = {*mapping.columns, *([mapping.who] if mapping.who else [])}
    missing, headings = set(wanted), set[str]()
    for number, cells in rows_of(path, options, report):
        if not isinstance(cells, dict):
            report.reject(str(path), number, "", f"{shown(cells)} is not a row", "write { ... }")
            continue
        missing -= cells.keys()
        headings = headings or set(cells)
        for heading in cells.keys() - wanted:
            count(report.ignored, f"column {label(heading)}")
        try:
            who = _who(cells, mapping, options.person)
            row = _row(cells, mapping)
        except Unfit as error:
            told = error.problem
            report.reject(str(path), number, told.where, told.found, told.write)
            continue
        for name in mapping.keyed & row.keys():
            purpose = PURPOSES.get(f"{mapping.spec.name}.{name}", PURPOSES.get(name, name))
            row[name] = keyed(purpose, str(row[name]))
        report.used[mapping.spec.name] += 1
        yield Finding(who, _part(mapping.spec, row))
    if missing and headings:
        name = min(missing)
        guess = nearest(name, headings)
        advice = f"did you mean '{guess}'?" if guess else f"there are {', '.join(headings)}"
        raise InputError(f"{path} has no column {shorten(name)}; {advice}")


def rows_of(path: Path, options: Options, report: Report) -> Iterable[tuple[int, Any]]:
    """The numbered rows of a CSV or of a file of JSON objects."""
    if opening(path, options) in ("[", "{"):
        return events(path, options, report)
    return csv_rows(path, options, report)


def _who(cells: Row, mapping: TableMap, person: str | None) -> str:
    found = cells.get(mapping.who) if mapping.who else person
    if isinstance(found, (dict, list, bool)):
        found = None
    who = "" if found is None else str(found).strip()
    if not who:
        raise Unfit(Problem(str(mapping.who), "names nobody", "give every row its person"))
    if len(who) > KEY_MAX or not who.isprintable():
        told = f"{shorten(who)} is too long or holds hidden characters"
        raise Unfit(Problem(str(mapping.who), told, "write an id or an e-mail address"))
    return who


def _row(cells: Row, mapping: TableMap) -> Row:
    """The values of a row under our names. Raises Unfit, by the heading of the bad cell."""
    row: Row = {}
    if all(cells.get(heading) in (None, "") for heading in mapping.columns):
        told = Problem("", "is blank in every mapped column", "give it a value, or delete it")
        raise Unfit(told)
    for heading, name in mapping.columns.items():
        try:
            value = mapping.value(name, cells.get(heading))
        except Unfit as error:
            told = error.problem
            raise Unfit(Problem(f"{label(heading)} ({name})", told.found, told.write)) from error
        if value is not None:
            row[name] = value
    for name, value in mapping.constants.items():
        if value is not None:
            row.setdefault(name, value)
    for name in mapping.required:
        if name not in row:
            raise Unfit(Problem(name, "is missing", "give it a value"))
    return row


def _part(spec: TableSpec, row: Row) -> Row:
    """A row where it belongs in a profile."""
    if not spec.path:
        part: Row = {}
        for name, value in row.items():
            _put(part, tuple(name.split(".")), value)
        return part
    if spec.parent:
        held = {spec.path[-1]: (_without(row, spec.parent),), "id": row[spec.parent]}
        return _nested(spec.path[:-1], (held,))
    return _nested(spec.path, (row[VALUE] if spec.model is None else row,))


def _without(row: Row, name: str) -> Row:
    return {other: value for other, value in row.items() if other != name}


def _nested(path: tuple[str, ...], value: Any) -> Row:
    part: Row = {}
    _put(part, path, value)
    return part


def _put(part: Row, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        part = part.setdefault(step, {})
    part[path[-1]] = value


TABLE = Connector("table", "any CSV or JSON table, with a mapping of its columns (--map)", read)
