"""A mapping: which column of somebody's table is which column of the record.

    {"table": "sessions", "who": "user_email",
     "columns": {"Login time": "at", "IP": "ip"}, "constants": {"kind": "login"}}

Optional: ``time_zone`` of times written without one (UTC), ``dates`` (a strptime form, such as
``%d/%m/%Y %H:%M``), ``keyed`` (columns of which only a keyed hash is kept, such as ``device``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from features.problems import Problem, nearest, shorten, translate
from features.schema import TABLES, VALUE, Column, TableSpec
from features.tables import country_called
from fraudscore.cells import BadCell, moment
from fraudscore.connectors.sign_ins import shown
from fraudscore.connectors.values import instant
from fraudscore.errors import InputError
from fraudscore.headers import why_refused

KEYS = ("table", "who", "columns", "constants", "time_zone", "dates", "keyed")
PURPOSES = {"device": "device", "devices.id": "device", "mfa_key": "mfa", "account": "account"}
"""What an identifier is hashed for, by column; the same device has one hash in every export."""
ZONED = re.compile(r"(?:Z|UTC|[+-]\d\d:?\d\d)$")
NUMBER = re.compile(r"\d{9,}(?:\.\d+)?")
"""Seconds or milliseconds since 1970 rather than a date."""


class Unfit(ValueError):
    """A value that its column does not take."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.found)
        self.problem = problem


@dataclass(frozen=True)
class TableMap:
    """A checked mapping. ``columns``: heading of the file -> column of the table."""

    spec: TableSpec
    who: str | None
    columns: dict[str, str]
    constants: dict[str, Any] = field(default_factory=dict)
    zone: tzinfo = UTC
    dates: str | None = None
    keyed: frozenset[str] = frozenset()

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns without which a row says nothing."""
        return required(self.spec)

    def value(self, name: str, raw: Any) -> Any:
        """A value as the record wants it, None for blank. Raises Unfit."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        if isinstance(raw, (dict, list)):
            raise Unfit(Problem(name, "is not one value", "write text, a number, true or false"))
        column = self.spec.columns.get(name) or _parent_id(self.spec)
        return fitted(column, raw, self.zone, self.dates)


def read_mapping(data: Mapping[str, Any], person: str | None) -> TableMap:
    """A mapping as written, checked against the record. Raises InputError."""
    _known(data, KEYS, "mapping")
    spec = TABLES.get(_text(data, "table"))
    if spec is None:
        raise InputError(f"mapping: table: {_unknown(_text(data, 'table'), TABLES, 'table')}")
    who = data.get("who")
    if not isinstance(who, str) and (who is not None or person is None):
        raise InputError('mapping: who is missing; write the column that names the person: "who"')
    columns, constants = _columns(data, spec), _object(data, "constants")
    targets = [*columns.values(), *constants]
    for target in targets:
        if target not in targets_of(spec):
            raise InputError(f"mapping: {_unknown(target, targets_of(spec), spec.name)}")
        if targets.count(target) > 1:
            raise InputError(f"mapping: {target} is given twice; keep one")
    keyed = data.get("keyed") or []
    if not isinstance(keyed, list) or not all(name in targets for name in keyed):
        raise InputError("mapping: keyed is not a list of mapped columns; write [...]")
    made = TableMap(spec, who, columns, {}, _zone(data), _dates(data), frozenset(keyed))
    for name, raw in constants.items():
        try:
            made.constants[name] = made.value(name, raw)
        except Unfit as error:
            raise InputError(f"mapping: constants: {error.problem}") from error
    for needed in required(spec):
        if needed not in columns.values() and made.constants.get(needed) is None:
            raise InputError(
                f"mapping: {spec.name} needs {needed}; name a column for it or a constant"
            )
    return made


def targets_of(spec: TableSpec) -> tuple[str, ...]:
    """The columns that a mapping may fill: those of the table, and the id of the parent."""
    own = (name for name in spec.columns if name not in ("profile_id", "as_of"))
    return (*own, *([spec.parent] if spec.parent else []))


def _parent_id(spec: TableSpec) -> Column:
    """The id of what a row hangs on, as a tool on a device."""
    return next(t for t in TABLES.values() if t.path == spec.path[:-1]).columns["id"]


def required(spec: TableSpec) -> tuple[str, ...]:
    """The columns without which a row says nothing."""
    if spec.model is None:
        return (VALUE,)
    own = (c.name for c in spec.columns.values() if c.required and not c.within)
    return tuple(name for name in (*own, spec.parent) if name in targets_of(spec))


def _columns(data: Mapping[str, Any], spec: TableSpec) -> dict[str, str]:
    found = _object(data, "columns")
    if not found:
        raise InputError('mapping: columns is missing; write {"heading": "column", ...}')
    for heading, target in found.items():
        why = why_refused(heading)
        if why:
            raise InputError(f"mapping: column {shorten(heading)} is refused: {why}; leave it out")
        if not isinstance(target, str):
            raise InputError(
                f"mapping: columns: {shorten(heading)} is not mapped to a column of {spec.name}"
            )
    return found


def _object(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name) or {}
    if not isinstance(found, dict):
        raise InputError(f"mapping: {name} is not an object; write {{ ... }}")
    return found


def _text(data: Mapping[str, Any], name: str) -> str:
    found = data.get(name) or ""
    if not isinstance(found, str):
        raise InputError(f"mapping: {name} is not text; write it in quotes")
    return found


def _known(data: Mapping[str, Any], names: Iterable[str], what: str) -> None:
    for name in data:
        if name not in names:
            raise InputError(f"mapping: {_unknown(name, names, what)}")


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    guess = nearest(name, known)
    advice = f"did you mean '{guess}'?" if guess else f"there are {', '.join(known)}"
    return f"{shorten(name)} is not one of {what}; {advice}"


def _zone(data: Mapping[str, Any]) -> tzinfo:
    name = _text(data, "time_zone") or "UTC"
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise InputError(
            f"mapping: {shorten(name)} is not an IANA time zone; write one as in Europe/Berlin"
        ) from error


def _dates(data: Mapping[str, Any]) -> str | None:
    form = _text(data, "dates")
    try:
        datetime.strptime(datetime(2026, 12, 31).strftime(form), form)
    except (ValueError, re.error) as error:
        raise InputError(
            f"mapping: dates: {shorten(form)} is not a form; write one as in %d/%m/%Y %H:%M"
        ) from error
    return form or None


def fitted(column: Column, raw: Any, zone: tzinfo = UTC, dates: str | None = None) -> Any:
    """A value of this column in plain form. Raises Unfit saying what to write."""
    try:
        return _MAKE[column.kind](column, raw, zone, dates)
    except ValidationError as error:
        told = translate(error.errors(include_url=False)[0], column.name)
        raise Unfit(told) from error
    except BadCell as error:
        raise Unfit(Problem(column.name, error.found, error.write)) from error
    except (ValueError, OverflowError) as error:
        problem = Problem(column.name, f"{shown(raw)} is not a date", "write 2026-12-01")
        raise Unfit(problem) from error


def _instant(column: Column, raw: Any, zone: tzinfo, dates: str | None) -> str:
    found = column.adapter.validate_python(_moment(raw, zone, dates)).astimezone(UTC)
    return f"{found.isoformat()[:19]}Z"


def _moment(raw: Any, zone: tzinfo, dates: str | None) -> str:
    text = str(raw).strip()
    if NUMBER.fullmatch(text):
        return instant(float(text))
    if dates:
        found = datetime.strptime(text, dates)
    else:
        found = datetime.fromisoformat(moment(text))
        if ZONED.search(text):
            return found.isoformat()
        found = found.replace(tzinfo=None)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat()


def _day(column: Column, raw: Any, zone: tzinfo, dates: str | None) -> str:
    text = str(raw).strip()
    if re.fullmatch(r"\d{4}(-\d\d)?", text):  # a CV knows the year or the month
        text = f"{text}-01-01"[:10]
    found: date = column.adapter.validate_python(_moment(text, zone, dates)[:10])
    return found.isoformat()


def _plain(column: Column, raw: Any, zone: tzinfo, dates: str | None) -> Any:
    return column.adapter.validate_python(raw.strip() if isinstance(raw, str) else raw)


def _word(column: Column, raw: Any, zone: tzinfo, dates: str | None) -> Any:
    text = str(raw).strip()
    try:
        return column.adapter.validate_python(text)
    except ValidationError:
        for other in (re.sub(r"[\s-]+", "_", text.casefold()), text.upper(), _code(text)):
            try:
                return column.adapter.validate_python(other)
            except ValidationError:
                continue
        raise


def _code(text: str) -> str:
    """The code of a country written by its name."""
    return country_called(text) or text


_MAKE: dict[str, Callable[[Column, Any, tzinfo, str | None], Any]] = {
    "instant": _instant,
    "day": _day,
    "number": _plain,
    "flag": _plain,
    "text": _word,
}
