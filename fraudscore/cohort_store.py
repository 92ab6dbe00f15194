"""The people known so far, kept in a database: asked online about one person at a time.

Answers as `fraudscore.cohort.MemoryCohort` does for the same people in order of ``as_of`` and id. Who
is asked about need not be known: observe first, then learn. A person learned after others who came
later is seen from then on; what was found before is not found again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from features.keys import People, Uses
from features.links import DAY, WINDOW_DAYS, Links, facts, shared_with
from features.segments import Floats, Ints
from fraudscore import cohort_rings
from fraudscore.cohort_ask import parts, rows
from fraudscore.cohort_look import PEOPLE_BY_WORD, Look, look
from fraudscore.cohort_tables import (
    KEYS,
    LOCK,
    META,
    NOBODY,
    PEOPLE,
    PRAGMAS,
    USES,
    known,
    prepare,
)
from fraudscore.cohort_words import keyed, packed, person
from fraudscore.connectors.keys import Keys
from fraudscore.database import Database
from fraudscore.errors import CohortError

LONGER = 1.5
"""How much longer than for a lock to wait for an answer: the server tells of the lock itself."""


class CohortStore:
    """Everybody learned into one database, under one secret.

    ``url``: a database URL (SQLite, PostgreSQL) or the path of a SQLite file; made where nothing is
    unless ``create`` is false. ``wait``: seconds to wait for other programs; where it is given, a server
    that leaves a question without an answer for LONGER is given up.
    Raises CohortError for everything that can be wrong with it, now and with every question.
    """

    def __init__(
        self,
        url: str,
        keys: Keys,
        window_days: float = WINDOW_DAYS,
        *,
        create: bool = True,
        wait: float | None = None,
    ) -> None:
        self._keys = keys
        self._window_days = window_days
        patience = None if wait is None else wait * LONGER
        self.database = Database(
            url, name="cohort", error=CohortError, lock=LOCK, pragmas=PRAGMAS, wait=wait,
            patience=patience,
        )  # fmt: skip
        file = self.database.file
        if not create and file is not None and not file.exists():
            raise self.database.trouble(NOBODY)
        try:
            prepare(self.database, keys.id, create)
        except CohortError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    @property
    def size(self) -> int:
        """How many people are known."""
        with self.database.reading() as connection:
            return self._known(connection)

    def _known(self, connection: Connection) -> int:
        """How many people are known. Raises CohortError unless the store is what was opened."""
        people, wrong = known(connection, self._keys.id)
        if wrong:
            raise self.database.trouble(wrong)
        return people

    def links(self, used: Uses, who: People) -> Links:
        """What the store and those asked with them know of these people; nothing is written."""
        asked = keyed(used, who, self._keys)
        with self.database.reading() as connection:
            total = self._known(connection)
            seen = look(connection, asked, total, self._window_days, afterwards=False)
            ring = cohort_rings.sizes(connection, seen)
            close = cohort_rings.close(connection, seen)
        whole = facts(seen.book, seen.found, seen.crowd, ring, close, _sharers(seen))
        n = asked.n
        return Links(
            whole.others[:n], whole.hubs[:n], whole.identities[:n], whole.double[:n],
            whole.bits[:n], whole.ring[:n], whole.closeness[:n], whole.sharers,
        )  # fmt: skip

    def learn(self, used: Uses, who: People) -> int:
        """Take in people and their keys; of one who is known already, only what was decided of them.

        A decision older than the last withdrawal brings nothing back. Returns how many were new.
        """
        words = [person(id_, self._keys) for id_ in who.ids]
        with self.database.writing() as connection:
            total = self._known(connection)
            old = {row.word for row in rows(connection, PEOPLE_BY_WORD, words)}
            fresh = {word: row for row, word in reversed(list(enumerate(words)))}
            chosen = sorted(row for word, row in fresh.items() if word not in old)
            asked = keyed(used, who, self._keys, chosen)
            if asked.n:
                seen = look(connection, asked, total, self._window_days, afterwards=True)
                ids = _add(connection, seen)
                cohort_rings.join(connection, seen, ids)
            _note(connection, words, who.confirmed)
        return asked.n

    def confirm(self, profile_id: str, at: float | None, *, now: float = math.inf) -> bool:
        """Note that a person is a confirmed impersonation since a moment (seconds); None undoes it.

        Others who come after it are told. ``now``: when it is undone; what a record says was decided
        before then is not learned again. Returns whether they were known.
        """
        word = person(profile_id, self._keys)
        withdrawn = now if at is None else None
        with self.database.writing() as connection:
            self._known(connection)
            own = update(PEOPLE).where(PEOPLE.c.word == word)
            told = own.values(confirmed=at, withdrawn=withdrawn)
            return connection.execute(told).rowcount > 0

    def forget(self, profile_id: str) -> bool:
        """Erase a person and their uses; the ring they were in closes without them.

        Returns whether they were known.
        """
        word = person(profile_id, self._keys)
        with self.database.writing() as connection:
            self._known(connection)
            query = select(PEOPLE.c.id, PEOPLE.c.ring).where(PEOPLE.c.word == word)
            row = connection.execute(query).first()
            if row is not None:
                _drop_uses(connection, USES.c.person == row.id)
                cohort_rings.leave(connection, row.id, row.ring)
                connection.execute(delete(PEOPLE).where(PEOPLE.c.id == row.id))
                connection.execute(update(META).values(people=META.c.people - 1))
        if row is not None:
            self.database.wipe()
        return row is not None

    def purge(self, before: float) -> int:
        """Drop the uses that ended more than the window before a moment (seconds).

        Who has no use left keeps no name, place or tie either, but is counted still. Returns how
        many uses were dropped.
        """
        with self.database.writing() as connection:
            self._known(connection)
            dropped = _drop_uses(connection, USES.c.last < before - self._window_days * DAY)
            idle = ~exists().where(USES.c.person == PEOPLE.c.id)
            kept = (PEOPLE.c.names != b"") | (PEOPLE.c.places != b"") | (PEOPLE.c.ties != b"")
            empty = {"names": b"", "places": b"", "ties": b""}
            connection.execute(update(PEOPLE).where(kept, idle).values(**empty))
        self.database.wipe()
        return dropped


def _note(connection: Connection, words: Sequence[bytes], confirmed: Floats) -> None:
    """Note what records say was decided of people: the earliest that was not taken back since."""
    decided = [
        {"own": word, "at": at}
        for word, at in zip(words, confirmed.tolist(), strict=True)
        if not math.isnan(at)
    ]
    if decided:
        at = bindparam("at", type_=Double)
        standing = or_(PEOPLE.c.withdrawn.is_(None), PEOPLE.c.withdrawn < at)
        sooner = or_(PEOPLE.c.confirmed.is_(None), PEOPLE.c.confirmed > at)
        own = update(PEOPLE).where(PEOPLE.c.word == bindparam("own"), standing, sooner)
        connection.execute(own.values(confirmed=at), decided)


def _add(connection: Connection, seen: Look) -> dict[int, int]:
    """Write the people asked about, their keys and uses; returns the id of everybody in the look."""
    asked, book = seen.asked, seen.book
    start = (connection.execute(select(func.max(PEOPLE.c.id))).scalar() or 0) + 1
    ids = seen.ids.copy()
    ids[: asked.n] = start + asked.rank
    connection.execute(
        insert(PEOPLE),
        [
            {
                "id": int(ids[row]),
                "word": asked.words[row],
                "as_of": float(asked.as_of[row]),
                "names": packed(asked.names[row]),
                "places": packed(asked.places[row]),
                "ties": packed(asked.ties[row]),
                "confirmed": None if np.isnan(confirmed) else confirmed,
            }
            for row, confirmed in enumerate(asked.confirmed.tolist())
        ],
    )
    connection.execute(update(META).values(people=META.c.people + asked.n))
    own = (book.person < asked.n).nonzero()[0]
    key_ids = _add_keys(connection, seen, np.bincount(book.key[own], minlength=len(asked.keys)))
    uses = [
        {
            "key": key_ids[key],
            "as_of": float(book.as_of[who]),
            "person": int(ids[who]),
            "first": first,
            "last": last,
        }
        for key, who, first, last in zip(
            *(part[own].tolist() for part in (book.key, book.person, book.first, book.last)),
            strict=True,
        )
    ]
    if uses:
        connection.execute(insert(USES), uses)
    return dict(enumerate(ids.tolist()))


def _add_keys(connection: Connection, seen: Look, people: Any) -> list[int]:
    """Count the new users of each key; returns the id of each."""
    asked = seen.asked
    ids: list[int] = seen.key_ids.tolist()
    start = (connection.execute(select(func.max(KEYS.c.id))).scalar() or 0) + 1
    new = [key for key, id_ in enumerate(ids) if not id_]
    more = [{"own": id_, "more": int(people[key])} for key, id_ in enumerate(ids) if id_]
    for number, key in enumerate(new):
        ids[key] = start + number
    if new:
        connection.execute(
            insert(KEYS),
            [
                {
                    "id": ids[key],
                    "word": asked.keys[key],
                    "kind": int(asked.kinds[key]),
                    "people": int(people[key]),
                }
                for key in new
            ],
        )
    if more:
        grow = update(KEYS).where(KEYS.c.id == bindparam("own"))
        connection.execute(grow.values(people=KEYS.c.people + bindparam("more")), more)
    return ids


def _drop_uses(connection: Connection, which: ColumnElement[bool]) -> int:
    """Delete uses, and with the last of them their key."""
    gone = select(USES.c.key, func.count().label("people")).where(which).group_by(USES.c.key)
    dropped = [(row.key, row.people) for row in connection.execute(gone)]
    if not dropped:
        return 0
    less = update(KEYS).where(KEYS.c.id == bindparam("own"))
    connection.execute(
        less.values(people=KEYS.c.people - bindparam("less")),
        [{"own": key, "less": people} for key, people in dropped],
    )
    connection.execute(delete(USES).where(which))
    for some in parts([key for key, _ in dropped]):
        connection.execute(delete(KEYS).where(KEYS.c.id.in_(some), KEYS.c.people <= 0))
    return sum(people for _, people in dropped)


def _sharers(seen: Look) -> Ints:
    """How many unrelated people each use asked about is shared with."""
    asked, found = seen.asked, seen.found
    width = int(max(seen.book.key.max(initial=0), asked.key.max(initial=0))) + 1
    cells, people = np.unique(found.later * width + found.key, return_counts=True)
    return shared_with(cells, people, asked.owner * width + asked.key)
