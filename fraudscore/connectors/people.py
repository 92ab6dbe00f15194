"""Findings merged into profiles: by profile id, or by an e-mail address of the person.

Lists grow by rows that were not there; rows with an identity of their own (a device, a mailbox, a
repository) are filled in where they are met again. What a person claims is never overwritten: an
import observes. Importing the same file twice changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from fraudscore.connectors.connector import Finding

IDENTITY: dict[str, tuple[str, ...]] = {
    "devices": ("id",),
    "tools": ("kind", "name"),
    "contact.emails": ("address",),
    "contact.phones": ("number",),
    "contact.handles": ("service", "handle"),
    "payouts": ("account", "holder"),
    "code.repositories": ("name",),
    "code.commits": ("repository", "id"),
    "code.activity": ("month",),
    "work.web_profiles": ("service",),
}
"""Lists whose rows are one thing each, and the fields that say which; a row without them is its own."""
EARLIEST = frozenset({"added_at", "first_seen", "provisioned_at", "activated_at", "created_at"})
"""Fields of a thing of which the earliest known moment holds."""
LASTING = {"software_inventory": "complete", "hardware_inventory": "complete", "managed": True}
"""Fields that keep a value once they had it, in whatever order exports are read."""
MOMENTS = frozenset(
    "at authored_at committed_at added_at removed_at sent_at changed_at received_at first_seen "
    "provisioned_at activated_at created_at first_commit_at last_seen_at gone_at contacted_at".split()
)
"""Fields by which a profile without ``as_of`` is dated: it is as of its newest row."""

LAST = "9999"
"""Later than anything."""
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
"""What the record takes as an e-mail address; a login may hold an @ as well."""

Row = tuple[Any, ...] | str
"""A flat row: its names and then its values. Any other row: JSON text."""


class Person:
    """One profile in the making: single values, and rows by the path of their list."""

    def __init__(self, profile_id: str, latest: str = LAST) -> None:
        self.profile_id = profile_id
        self.as_of = ""
        self.newest = ""
        self._latest = latest
        self._single: dict[str, Any] = {}
        # Rows are kept packed: a third of the memory of objects, and equal rows fall together.
        self._rows: dict[str, dict[Row, None]] = {}
        self._things: dict[str, Things] = {}

    def add(self, part: Mapping[str, Any], path: str = "") -> None:
        """Merge a fragment in."""
        for name, value in part.items():
            here = f"{path}.{name}" if path else name
            if isinstance(value, (list, tuple)):
                self._add_rows(here, value)
            elif isinstance(value, Mapping):
                self.add(value, here)
            elif here.startswith("claims.") and here in self._single:
                continue
            elif here not in ("profile_id", "as_of"):
                self._single[here] = value
                self._date({name: value})

    def _add_rows(self, path: str, added: Iterable[Any]) -> None:
        rows = self._rows.setdefault(path, {})
        things = self._things.setdefault(path, {})
        for row in added:
            self._date(row)
            key = _key(path, row)
            if key is not None:
                _merge(things.setdefault(key, {}), row)
                for inner in row.values():
                    for item in inner if isinstance(inner, (list, tuple)) else ():
                        self._date(item)
                continue
            try:
                rows[_packed(row)] = None
            except TypeError:  # a list inside cannot be told from others by its hash
                rows[_text(row)] = None

    def _date(self, row: Any) -> None:
        if isinstance(row, dict):
            for name in _moments(tuple(row)):
                value = row[name]
                if (
                    isinstance(value, str)
                    and len(value) > 10
                    and self.newest < value <= self._latest
                ):
                    self.newest = value

    def data(self) -> dict[str, Any]:
        """The profile as plain data, lists in order of time."""
        found: dict[str, Any] = {"profile_id": self.profile_id, "as_of": self.as_of, "claims": {}}
        for path, value in self._single.items():
            _put(found, path, value)
        for path, rows in self._rows.items():
            items = [*map(_unpacked, rows), *self._things.get(path, {}).values()]
            if items:
                _put(found, path, sorted(items, key=_moment))
        return found


Things = dict[tuple[Any, ...], dict[str, Any]]
"""Rows that are one thing each, by what says which."""


def _key(path: str, row: Any) -> tuple[Any, ...] | None:
    """What says which thing a row is; None for a row of its own."""
    names = IDENTITY.get(path)
    if names is None or not isinstance(row, dict):
        return None
    key = tuple(row.get(name) for name in names)
    return None if None in key else key


def _merge(known: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Fill in what is newly known of a thing."""
    for name, value in row.items():
        if isinstance(value, (list, tuple)):
            known[name] = _together([*known.get(name, ()), *value], name)
        elif name in EARLIEST and isinstance(value, str) and known.get(name):
            known[name] = min(known[name], value)
        elif name not in LASTING or known.get(name) != LASTING[name]:
            known[name] = value


def _together(rows: list[Any], path: str) -> list[Any]:
    """Rows of a list inside a thing, equal ones once."""
    things: Things = {}
    for place, row in enumerate(rows):
        key = _key(path, row) or (place,)
        _merge(things.setdefault(key, {}), row)
    return list(things.values())


@lru_cache(10_000)
def _moments(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in MOMENTS)


@lru_cache(10_000)
def _order(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a row in order, one object for all rows that have them."""
    return tuple(sorted(names))


def _packed(row: Any) -> Row:
    if not isinstance(row, dict):
        return _text(row)
    names = _order(tuple(row))
    return (names, *map(row.__getitem__, names))


def _text(row: Any) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def _unpacked(row: Row) -> Any:
    return json.loads(row) if isinstance(row, str) else dict(zip(row[0], row[1:], strict=True))


def _moment(row: Any) -> str:
    if not isinstance(row, dict):
        return ""
    return str(row.get("at") or row.get("authored_at") or row.get("added_at") or "")


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for step in outer:
        data = data.setdefault(step, {})
    data[last] = value


class People:
    """Everybody an import knows, found by id or by mailbox.

    ``latest``: the moment of the import; what is dated later does not date a profile.
    """

    def __init__(self, latest: str = LAST) -> None:
        self._latest = latest
        self._people: dict[str, Person] = {}
        self._mailboxes: dict[str, Person] = {}
        self.new = 0

    def load(self, profile: Mapping[str, Any]) -> None:
        """Take in an existing profile, checked before."""
        person = Person(str(profile["profile_id"]), self._latest)
        person.add(profile)
        person.as_of = str(profile["as_of"])
        self._people[person.profile_id] = person
        for mail in (profile.get("contact") or {}).get("emails", ()):
            self._mailboxes.setdefault(str(mail["address"]).lower(), person)

    def add(self, finding: Finding) -> None:
        """Merge one finding into its person, who is made if nobody is known by that name."""
        who = finding.who.strip()
        person = self._people.get(who) or self._mailboxes.get(who.lower())
        if person is None:
            person = self._people[who] = Person(who, self._latest)
            self.new += 1
            if MAIL.fullmatch(who):
                person.add({"contact": {"emails": [{"address": who}]}})
                self._mailboxes[who.lower()] = person
        person.add(finding.part)

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def drain(self) -> Iterator[Person]:
        """Everybody once, each let go of when the next is asked for."""
        while self._people:
            yield self._people.pop(next(iter(self._people)))
