"""What stands in a record where a reason points: its own rows, with identifiers masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from features.keys import (
    account,
    address,
    handle,
    mailbox,
    masked,
    masked_address,
    masked_mailbox,
    phone,
)
from features.records import Profile
from features.schema import TABLES, VALUE, TableSpec

POINTER = re.compile(r"([a-z_.]+)\[(\d+)\]")
WORD = re.compile(r"[a-z]+(_[a-z]+)+")
COLUMNS_MAX = 8
"""Most columns of one table; a reviewer looks at what was said, not at everything that was sent."""
TITLES = {
    "sessions": "sign-ins", "payouts": "pay-out accounts", "shipments": "parcels",
    "conduct": "observations", "tools": "software and hardware", "chain": "contract chain",
    "checks": "identity checks", "deliverables": "delivered work", "positions": "jobs",
    "web_profiles": "public profiles", "emails": "e-mail addresses", "phones": "phone numbers",
    "handles": "messaging handles", "list_matches": "matches on shared lists",
}  # fmt: skip
HEADS = {
    "at": "when", "ip": "address", "utc_offset_minutes": "clock, minutes from UTC",
    "seen": "seen", "done_by": "who checked", "recorded_by": "who saw it", "value": "what was said",
    "round_trip_ms": "round trip, ms", "other_users": "other people on it",
    "other_workers": "other workers paid", "mfa_key": "second factor",
    "mfa_other_users": "others with the same second factor", "added_at": "added",
    "passed_on_share": "passed on", "passed_on_hours": "within hours",
}  # fmt: skip
MASKED = frozenset(
    {
        "sessions.device", "sessions.mfa_key", "devices.id", "devices.mfa_key", "payouts.account",
        "shipments.address", "phones.number", "handles.handle", "commits.id",
        "commits.author_email", "commits.committer_email", "commits.subject_key",
        "household.value", "referrals.other",
    }
)  # fmt: skip
"""Columns that identify a device, an account or another person."""
KEYS: dict[str, Callable[[str], str]] = {
    "payouts.account": account, "shipments.address": address, "phones.number": phone,
    "handles.handle": handle,
}  # fmt: skip
"""Those of them of which a key is made, cut as the key is where people are linked by it."""
ADDRESSES = frozenset({"sessions.ip", "references.ip", "applications.ip"})
MAILBOXES = frozenset({"emails.address"})
LATE = ("user_agent", "device_latitude", "device_longitude", "subject_length")
"""Columns that say little to a reader, shown last."""


@dataclass(frozen=True)
class PointedRow:
    """One row of a record in words; ``pointer`` says where it stands."""

    pointer: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PointedTable:
    """Rows of one list of a record, with the columns that at least one of them fills."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[PointedRow, ...]


def pointers_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The pointers that texts such as ``payouts[1]: held in another name`` begin with."""
    found = (POINTER.match(text) for text in texts)
    return tuple(dict.fromkeys(match.group(0) for match in found if match))


def rows_at(
    record: Profile, pointers: Iterable[str], first: Iterable[str] = ()
) -> tuple[PointedTable, ...]:
    """The rows that pointers such as ``sessions[3]`` name, a table for each list they stand in.

    ``first``: columns, as ``sessions.time_zone``, that come before the others. A pointer to nothing
    is left out: the record may have been mended since.
    """
    front = frozenset(first)
    wanted: dict[str, list[int]] = {}
    for pointer in dict.fromkeys(pointers):
        match = POINTER.fullmatch(pointer)
        if match and match[1] in _SPECS:
            wanted.setdefault(match[1], []).append(int(match[2]))
    found = (_table(record, _SPECS[path], places, front) for path, places in wanted.items())
    return tuple(table for table in found if table.rows)


def row_of_the_record(record: Profile, columns: Iterable[str]) -> PointedTable | None:
    """What the record itself says, apart from its lists, in columns such as ``code.created_at``."""
    held = [(name, _value(record, name)) for name in columns if name != "work.cv_text"]
    known = [(name, value) for name, value in held if value is not None]
    if not known:
        return None
    heads = tuple(name.replace(".", ": ").replace("_", " ") for name, _ in known)
    row = PointedRow("the record itself", tuple(in_words(value) for _, value in known))
    return PointedTable("about the person", heads, (row,))


def moments_at(record: Profile, pointers: Iterable[str]) -> tuple[datetime | date, ...]:
    """The first moment of each row pointed at, in order; rows without one are left out."""
    found: list[datetime | date] = []
    for pointer in dict.fromkeys(pointers):
        match = POINTER.fullmatch(pointer)
        spec = _SPECS.get(match[1]) if match else None
        if match and spec:
            found += _moments(spec, _rows(record, spec)[int(match[2]) :][:1])
    return tuple(sorted(found, key=_instant))


def _instant(moment: datetime | date) -> datetime:
    """A moment wherever it was written down; a day begins at midnight in UTC."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def _moments(spec: TableSpec, rows: list[Any]) -> Iterator[datetime | date]:
    """The moment each row is about: that it is sorted by, else the first it holds."""
    dated = [name for name, column in spec.columns.items() if column.kind in ("instant", "day")]
    for row in rows:
        values = [_value(row, name) for name in (*filter(None, (spec.time,)), *dated)]
        yield from [value for value in values if value is not None][:1]


_SPECS = {".".join(spec.path): spec for spec in TABLES.values() if spec.path}


def _table(
    record: Profile, spec: TableSpec, places: list[int], front: frozenset[str]
) -> PointedTable:
    rows = _rows(record, spec)
    own = [(place, rows[place]) for place in places if place < len(rows)]
    filled = [name for name in spec.columns if any(_value(row, name) is not None for _, row in own)]
    columns = sorted(filled, key=lambda name: _rank(spec, name, front))[:COLUMNS_MAX]
    title = TITLES.get(spec.name, spec.name.replace("_", " "))
    heads = tuple(HEADS.get(name, name.replace("_", " ")) for name in columns)
    path = ".".join(spec.path)
    return PointedTable(
        title,
        heads,
        tuple(
            PointedRow(f"{path}[{place}]", tuple(_cell(spec, name, row) for name in columns))
            for place, row in own
        ),
    )


def _rank(spec: TableSpec, column: str, front: frozenset[str]) -> int:
    """The moment and what a reason rests on first, what says little last."""
    if column == spec.time or f"{spec.name}.{column}" in front:
        return 0
    return 2 if column in LATE else 1


def _rows(record: Profile, spec: TableSpec) -> list[Any]:
    """The rows of a list as they stand, those of a list inside a list one after the other."""
    found = spec.rows(record)
    return list(_inner(found, spec.path[-1])) if spec.parent else list(found)


def _inner(holders: Iterable[Any], name: str) -> Iterator[Any]:
    for holder in holders:
        yield from getattr(holder, name)


def _value(row: Any, column: str) -> Any:
    if column == VALUE:
        return row
    for step in column.split("."):
        row = None if row is None else getattr(row, step)
    return row


def _cell(spec: TableSpec, column: str, row: Any) -> str:
    value = _value(row, column)
    name = f"{spec.name}.{column}"
    if value is None:
        return "–"
    if name in MASKED:
        plain = KEYS[name](str(value)) if name in KEYS else ""
        return masked(plain or str(value))
    if name in ADDRESSES:
        return masked_address(str(value))
    if name in MAILBOXES:
        return masked_mailbox(mailbox(str(value)) or str(value))
    return in_words(value)


def in_words(value: Any) -> str:
    """A value of a record as a person writes it; of a moment at midnight, as days are kept, the day."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return (
            f"{moment:%d %b %Y %H:%M} UTC" if moment.time() != time() else in_words(moment.date())
        )
    if isinstance(value, date):
        return f"{value:%d %b %Y}"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace("_", " ") if WORD.fullmatch(str(value)) else str(value)
