"""Findings merged into profiles: by profile id, or by an e-mail address of the person.

Lists grow by rows that were not there; rows with an identity of their own (a device, a mailbox, a
repository) are filled in where they are met again. What a person claims is never overwritten: an
import observes. Importing the same file twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fraudscore.connectors.connector import Finding

IDENTITY = {
    "devices": "id",
    "contact.emails": "address",
    "contact.phones": "number",
    "contact.handles": "handle",
    "code.repositories": "name",
    "work.web_profiles": "service",
}
"""Lists whose rows are one thing each, and the field that says which."""
MOMENTS = (
    "at authored_at committed_at added_at removed_at sent_at changed_at received_at first_seen "
    "provisioned_at activated_at created_at first_commit_at last_seen_at gone_at contacted_at"
).split()
"""Fields by which a profile without ``as_of`` is dated: it is as of its newest row."""

Rows = dict[str, None]


class Person:
    """One profile in the making: single values, and rows by the path of their list."""

    def __init__(self, profile_id: str) -> None:
        self.profile_id = profile_id
        self.as_of = ""
        self.newest = ""
        self._single: dict[str, Any] = {}
        # Rows are kept as JSON text: a quarter of the memory of objects, and equal rows fall together.
        self._rows: dict[str, Rows] = {}
        self._things: dict[str, dict[Any, dict[str, Any]]] = {}

    def add(self, part: Mapping[str, Any], path: str = "") -> None:
        """Merge a fragment in."""
        for name, value in part.items():
            here = f"{path}.{name}" if path else name
            if isinstance(value, Mapping):
                self.add(value, here)
            elif here in IDENTITY:
                self._identify(here, value)
            elif isinstance(value, (list, tuple)):
                rows = self._rows.setdefault(here, {})
                for row in value:
                    self._date(row)
                    rows[json.dumps(row, sort_keys=True, ensure_ascii=False)] = None
            elif here.startswith("claims.") and here in self._single:
                continue
            elif here not in ("profile_id", "as_of"):
                self._single[here] = value
                self._date({name: value})

    def _identify(self, path: str, rows: Any) -> None:
        things = self._things.setdefault(path, {})
        for row in rows:
            known = things.setdefault(row.get(IDENTITY[path]), {})
            for name, value in row.items():
                if isinstance(value, (list, tuple)):
                    held = known.setdefault(name, [])
                    held.extend(item for item in value if item not in held)
                    for item in value:
                        self._date(item)
                else:
                    known[name] = value
            self._date(row)

    def _date(self, row: Any) -> None:
        if isinstance(row, Mapping):
            for name in MOMENTS:
                value = row.get(name)
                if isinstance(value, str) and len(value) > 10 and value > self.newest:
                    self.newest = value

    def data(self) -> dict[str, Any]:
        """The profile as plain data, lists in order of time."""
        found: dict[str, Any] = {"profile_id": self.profile_id, "as_of": self.as_of, "claims": {}}
        for path, value in self._single.items():
            _put(found, path, value)
        for path, rows in self._rows.items():
            items = [json.loads(row) for row in rows]
            _put(found, path, sorted(items, key=_moment))
        for path, things in self._things.items():
            _put(found, path, list(things.values()))
        return found


def _moment(row: Any) -> str:
    if not isinstance(row, Mapping):
        return ""
    return str(row.get("at") or row.get("authored_at") or row.get("added_at") or "")


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for step in outer:
        data = data.setdefault(step, {})
    data[last] = value


class People:
    """Everybody an import knows, found by id or by mailbox."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._mailboxes: dict[str, Person] = {}
        self.new = 0

    def load(self, profile: Mapping[str, Any]) -> None:
        """Take in an existing profile, checked before."""
        person = Person(str(profile["profile_id"]))
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
            person = self._people[who] = Person(who)
            self.new += 1
            if "@" in who:
                person.add({"contact": {"emails": [{"address": who}]}})
                self._mailboxes[who.lower()] = person
        person.add(finding.part)

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())
