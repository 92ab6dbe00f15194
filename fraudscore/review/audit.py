"""The audit log: who did what to what, when, in a chain of digests that shows a change.

Each entry's digest covers the one before it and a salted commitment to its detail. Erasure drops the
salt and the detail of what was done to a person, says so in an entry of its own, and leaves the
chain whole.

What `verify` finds in the database alone: an entry changed, removed, put in between or moved, an end
cut off, a detail dropped by anything but an erasure. What it cannot find alone: a log that somebody
with the database in hand wrote anew from some entry on, head included. A `Head` kept elsewhere finds
that too, for everything up to the head.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from fraudscore.errors import NotThere
from fraudscore.review.rights import Actor
from fraudscore.review.tables_team import AUDIT, TENANTS

NOTHING = bytes(32)
"""What the first entry follows."""
ERASED = "person_erased"
"""The action whose detail lists the ``entries`` that lost theirs."""
MOST = 1000
"""Entries handed out at once."""
PORTION = 500
"""Entries held in memory while a log is verified."""
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
OWN = TENANTS.c.id == bindparam("own")
OWNER = select(TENANTS.c.audited, TENANTS.c.audit_head).where(OWN)
ADDED = AUDIT.insert()
MOVED = update(TENANTS).where(OWN).values(audited=bindparam("to"), audit_head=bindparam("ending"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; ``detail`` is None where it was erased."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] | None
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """How long a log was and the digest of its last entry (hexadecimal)."""

    entries: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a log is whole; if not, the number of the entry where it breaks, and how.

    ``erased``: entries whose detail an erasure has dropped. ``head``: where the log ends.
    """

    head: Head
    erased: int
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return self.broken_at is None


def append(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    *,
    now: datetime,
) -> int:
    """Add an entry to the log of the actor's tenant, in the caller's writing transaction.

    ``subject`` is ``KIND:ID`` (``profile:``, ``case:``, ``assessment:``, ``decision:``, ``appeal:``,
    ``label:``, ``user:`` ...) with ids of our own making, so that erasure finds what concerns a person.
    ``detail`` is anything JSON can say. Returns the entry's number.
    """
    return append_all(connection, actor, action, [(subject, detail)], now=now)


def append_all(
    connection: Connection,
    actor: Actor,
    action: str,
    done: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    now: datetime,
) -> int:
    """Add an entry for each subject and detail, in order and in one go; the last one's number."""
    tenant = connection.execute(OWNER, {"own": actor.tenant}).one()
    number: int = tenant.audited
    digest = tenant.audit_head or NOTHING
    shared = {"tenant": actor.tenant, "at": now, "actor": actor.shown, "action": action}
    rows = []
    for subject, detail in done:
        number += 1
        salt, text = secrets.token_bytes(32), _canonical(detail)
        entry = {
            **shared,
            "number": number,
            "subject": subject,
            "commitment": _commitment(salt, text),
            "previous": digest,
        }
        digest = _digest(entry)
        rows.append({**entry, "salt": salt, "detail": text, "digest": digest})
    if rows:
        connection.execute(ADDED, rows)
        connection.execute(MOVED, {"own": actor.tenant, "to": number, "ending": digest})
    return number


def entries(
    connection: Connection,
    actor: Actor,
    *,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Entry, ...]:
    """The newest entries, newest first; ``before`` is the number at which the last page ended.

    Raises NotAllowed without the right to audit.
    """
    actor.need("audit")
    asked = select(AUDIT).where(AUDIT.c.tenant == actor.tenant).order_by(AUDIT.c.number.desc())
    if subject is not None:
        asked = asked.where(AUDIT.c.subject == subject)
    if before is not None:
        asked = asked.where(AUDIT.c.number < before)
    return tuple(_entry(row) for row in connection.execute(asked.limit(min(limit, MOST))))


def _entry(row: Row[Any]) -> Entry:
    detail = None if row.detail is None else json.loads(row.detail)
    return Entry(
        row.number, row.at, row.actor, row.action, row.subject, detail, bytes(row.digest).hex()
    )


def drop_details(connection: Connection, tenant: int, subjects: Iterable[str]) -> list[int]:
    """Erase salt and detail of what was done to some subjects; returns the entries' numbers.

    The caller appends an entry `ERASED` whose detail lists them: `verify` wants it.
    """
    whole = AUDIT.c.detail.is_not(None) & (AUDIT.c.action != ERASED)
    numbers: list[int] = []
    for subject in subjects:
        concerned = (AUDIT.c.tenant == tenant) & (AUDIT.c.subject == subject) & whole
        numbers += connection.execute(select(AUDIT.c.number).where(concerned)).scalars()
        connection.execute(update(AUDIT).where(concerned).values(salt=None, detail=None))
    return sorted(numbers)


def verify(connection: Connection, tenant: int, *, kept: Iterable[Head] = ()) -> Verdict:
    """Walk the whole log of a tenant and compare its end with what the tenant's row says.

    ``kept``: heads that were kept elsewhere. Raises NotThere for a tenant that is not.
    """
    told = head(connection, tenant)
    asked = select(AUDIT).where(AUDIT.c.tenant == tenant).order_by(AUDIT.c.number)
    with connection.execute(asked, execution_options={"yield_per": PORTION}) as rows:
        return _Walk(kept).to_the_end(rows, told)


def head(connection: Connection, tenant: int) -> Head:
    """Where the log of a tenant ends now, to be kept elsewhere. Raises NotThere."""
    owner = connection.execute(OWNER, {"own": tenant}).one_or_none()
    if owner is None:
        raise NotThere("there is no such tenant")
    return Head(owner.audited, bytes(owner.audit_head or NOTHING).hex())


class _Walk:
    """The state of one verification."""

    def __init__(self, kept: Iterable[Head]) -> None:
        self.kept: dict[int, set[str]] = {}
        for head in kept:
            self.kept.setdefault(head.entries, set()).add(head.digest)
        self.number = 0
        self.digest = NOTHING
        self.bare: set[int] = set()
        self.allowed: set[int] = set()

    def to_the_end(self, rows: Iterable[Row[Any]], told: Head) -> Verdict:
        """The verdict after the last entry or at the first that is wrong."""
        for row in rows:
            why = self._wrong(row) or self._unlike_kept(row)
            if why:
                return self._broken(self.number + 1, why)
            self._passed(row)
        return self._ends(told)

    def _wrong(self, row: Row[Any]) -> str:
        if row.number != self.number + 1:
            return f"it is missing; entry {row.number} comes next"
        if row.previous != self.digest:
            return "it does not follow the entry before it; one of them was changed or put there"
        if row.digest != _digest(row._mapping):
            return "it was changed"
        if (row.salt is None) != (row.detail is None):
            return "a part of its detail was dropped"
        if row.detail is not None and row.commitment != _commitment(row.salt, row.detail):
            return "its detail was changed"
        return ""

    def _unlike_kept(self, row: Row[Any]) -> str:
        own = {bytes(row.digest).hex()}
        if self.kept.get(row.number, own) != own:
            return "it is not the one of the kept head; the log was written anew up to here"
        return ""

    def _passed(self, row: Row[Any]) -> None:
        self.number, self.digest = row.number, bytes(row.digest)
        if row.detail is None:
            self.bare.add(row.number)
        elif row.action == ERASED:
            self.allowed.update(json.loads(row.detail)["entries"])

    def _ends(self, told: Head) -> Verdict:
        ends = max(told.entries, *self.kept, 0)
        if self.number < ends:
            return self._broken(
                self.number + 1, f"it is missing, as is all up to {ends}; the end was cut off"
            )
        if self.number > told.entries:
            return self._broken(told.entries + 1, "it was added behind the program's back")
        if self.digest.hex() != told.digest:
            return self._broken(self.number, "it is not the last entry that the program wrote")
        if self.bare - self.allowed:
            return self._broken(
                min(self.bare - self.allowed), "its detail is gone, and no erasure dropped it"
            )
        return self._verdict()

    def _broken(self, number: int, why: str) -> Verdict:
        return self._verdict(number, why)

    def _verdict(self, number: int | None = None, why: str = "") -> Verdict:
        return Verdict(Head(self.number, self.digest.hex()), len(self.bare), number, why)


def _canonical(detail: Mapping[str, Any]) -> str:
    return CANONICAL.encode(dict(detail))


def _commitment(salt: bytes, detail: str) -> bytes:
    return hashlib.sha256(bytes(salt) + detail.encode()).digest()


def _digest(entry: Mapping[Any, Any]) -> bytes:
    """SHA-256 of what an entry fixes, each part with its length in front by way of JSON."""
    parts = [
        entry["tenant"],
        entry["number"],
        entry["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        entry["actor"],
        entry["action"],
        entry["subject"],
        bytes(entry["commitment"]).hex(),
        bytes(entry["previous"]).hex(),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).digest()
