"""The part of a stored cohort that matters to a few people, as a small book of links.

To know who is linked to a person it takes the first users of each of their keys, up to the size from
which a key is a hub in any case; to know whether a crowd is a hub, what its people share besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Double,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)

from features import hubs
from features.keys import KINDS
from features.links import Book, Pairs, distinct, pairs
from features.segments import Bools, Floats, Ints, among
from fraudscore.cohort_ask import ask, rows, together
from fraudscore.cohort_tables import KEYS, PEOPLE, USES
from fraudscore.cohort_words import Asked, unpacked

NEW = 1 << 62
"""Beyond every id: whoever is not known yet comes after those of the same moment."""

_KNOWN = bindparam("known", expanding=True, type_=BigInteger)
_VALUES: BindParameter[Any] = bindparam("values", expanding=True)
_MOMENT = tuple_(bindparam("as_of", type_=Double), bindparam("tie", type_=BigInteger))
_UNTIL = tuple_(bindparam("until_as_of", type_=Double), bindparam("until_tie", type_=BigInteger))
PEOPLE_BY_WORD = select(PEOPLE).where(PEOPLE.c.word.in_(_VALUES))
PEOPLE_BY_ID = select(PEOPLE).where(PEOPLE.c.id.in_(_VALUES))
KEYS_BY_WORD = select(KEYS).where(KEYS.c.word.in_(_VALUES))
_OWN = and_(USES.c.key == bindparam("key", type_=BigInteger), USES.c.person.not_in(_KNOWN))
_OF_KEYS = select(USES).where(USES.c.key.in_(_VALUES), USES.c.person.not_in(_KNOWN))
_BY_ARRIVAL = select(USES).where(_OWN).order_by(USES.c.as_of, USES.c.person)
_FIRST = _BY_ARRIVAL.limit(bindparam("number", type_=Integer))
_EDGE = _BY_ARRIVAL.limit(1).offset(bindparam("number", type_=Integer))
_NEVER: ColumnElement[float] = literal_column("0.0")
# A key of one ties nobody. When a use was does not matter here, and to leave it out saves a look-up.
_OF_PEOPLE = (
    select(USES.c.key, USES.c.as_of, USES.c.person, KEYS.c.kind, KEYS.c.people)
    .add_columns(_NEVER.label("first"), _NEVER.label("last"))
    .join(KEYS, KEYS.c.id == USES.c.key)
    .where(USES.c.person.in_(_VALUES), KEYS.c.people > 1)
    .where(KEYS.c.kind.in_([KINDS.index(name) for name in hubs.TYING]))
)
_PEOPLE_SINCE = (
    select(func.count())
    .select_from(PEOPLE)
    .where(PEOPLE.c.id.not_in(_KNOWN), tuple_(PEOPLE.c.as_of, PEOPLE.c.id) > _MOMENT)
)
_USES_SINCE = (
    select(func.count())
    .select_from(USES)
    .where(_OWN, tuple_(USES.c.as_of, USES.c.person) > _MOMENT)
)
_BETWEEN = {
    _PEOPLE_SINCE: _PEOPLE_SINCE.where(tuple_(PEOPLE.c.as_of, PEOPLE.c.id) <= _UNTIL),
    _USES_SINCE: _USES_SINCE.where(tuple_(USES.c.as_of, USES.c.person) <= _UNTIL),
}
_OWN_USES = select(func.count()).where(
    USES.c.key == bindparam("key", type_=BigInteger), USES.c.person.in_(_KNOWN)
)


@dataclass(frozen=True, eq=False)
class Look:
    """The people asked about, then those of the store who share a key with them.

    ``ids``: their ids in the store, -1 for who is not known, or only met in a hall, of whom no more
    is read than when they came; ``tie``: order within one ``as_of``; ``ring``: ring of each in the
    store, 0 for none; ``confirmed``: when each was, NaN for nobody; ``key_ids``: id of each asked
    key, 0 for none.
    """

    asked: Asked
    book: Book
    ids: Ints
    tie: Ints
    ring: Ints
    confirmed: Floats
    found: Pairs
    crowd: Ints
    key_ids: Ints


def look(
    connection: Connection, asked: Asked, total: int, window_days: float, afterwards: bool
) -> Look:
    """Pairs of the people asked to earlier ones; ``afterwards``, of later ones to them as well.

    ``total``: how many people the store knows.
    """
    n = asked.n
    people, keys = together(connection, (PEOPLE_BY_WORD, asked.words), (KEYS_BY_WORD, asked.keys))
    known = {row.word: row for row in people}
    own = [known.get(word) for word in asked.words]
    own_ids = np.array([row.id if row else -1 for row in own], dtype=np.int64)
    own_tie = np.where(own_ids >= 0, own_ids, NEW + asked.rank)
    part = _Part(connection, asked, total, own_tie, own_ids[own_ids >= 0].tolist(), keys)
    uses = part.uses()
    ids, first = np.unique(uses.person, return_index=True)
    near = set(uses.person[~among(uses.key, np.array(part.halls, dtype=np.int64))].tolist())
    stored = {row.id: row for row in rows(connection, PEOPLE_BY_ID, sorted(near))}
    others = [stored.get(id_) for id_ in ids.tolist()]
    as_of = np.concatenate([asked.as_of, uses.as_of[first]])
    tie = np.concatenate([own_tie, ids])
    order = np.lexsort((tie, as_of))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    judged = np.arange(order.size) < n
    if afterwards and n:
        judged |= rank > rank[:n].min()
    book = Book(
        as_of,
        part.before(as_of, tie, judged, order),
        np.concatenate([asked.names, unpacked([row.names if row else b"" for row in others])]),
        np.concatenate([asked.places, unpacked([row.places if row else b"" for row in others])]),
        np.concatenate([asked.ties, unpacked([row.ties if row else b"" for row in others])]),
        *distinct(
            np.concatenate([asked.owner, n + np.searchsorted(ids, uses.person)]),
            np.concatenate([asked.kinds[asked.key], uses.kind]),
            np.concatenate([asked.key, uses.key]),
            np.concatenate([asked.first, uses.first]),
            np.concatenate([asked.last, uses.last]),
        ),
    )
    found, crowd = pairs(book, judged=judged, window_days=window_days)
    everybody = [*own, *others]
    rings = [row.ring or 0 if row else 0 for row in everybody]
    decided = [row.confirmed if row else None for row in everybody]
    confirmed = np.array(decided, dtype=np.float64)
    withdrawn = np.array([row.withdrawn if row else None for row in own], dtype=np.float64)
    stands = ~(asked.confirmed <= withdrawn)
    confirmed[:n] = np.fmin(confirmed[:n], np.where(stands, asked.confirmed, np.nan))
    own_ids = np.concatenate([own_ids, [id_ if id_ in stored else -1 for id_ in ids.tolist()]])
    return Look(
        asked, book, own_ids, tie, np.array(rings, dtype=np.int64),
        confirmed, found, part.crowds(book, crowd), part.key_ids,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Uses:
    """Uses in the store; ``key`` as in `Asked`, beyond it for keys nobody asked about."""

    person: Ints
    as_of: Floats
    kind: Ints
    key: Ints
    first: Floats
    last: Floats


class _Part:
    """What is read of a store for the people asked; those of them it knows are left out of it."""

    def __init__(
        self,
        connection: Connection,
        asked: Asked,
        total: int,
        tie: Ints,
        known: list[int],
        keys: Sequence[Any],
    ) -> None:
        self._connection = connection
        self._asked = asked
        self._tie = tie
        self._known = known
        self._total = total - len(known)
        code = {word: place for place, word in enumerate(asked.keys)}
        self.key_ids: Ints = np.zeros(len(asked.keys), dtype=np.int64)
        self._people: Ints = np.zeros(len(asked.keys), dtype=np.int64)
        for row in keys:
            self.key_ids[code[row.word]], self._people[code[row.word]] = row.id, row.people
        self._earlier: dict[int, tuple[Ints, Ints]] = {}
        """Of each key of many: whom of the people asked it concerns, and its users before them."""
        self.halls: list[int] = []
        """Keys that are a hub to all who are asked, whoever else uses them."""

    def uses(self) -> _Uses:
        """The first users of every key, and what the people of a crowd use besides."""
        asked, own = self._asked, self.key_ids
        small = (own > 0) & (self._people <= hubs.HALL)
        found = rows(self._connection, _OF_KEYS, own[small].tolist(), known=self._known)
        for key in ((own > 0) & ~small).nonzero()[0].tolist():
            _, before = self._earlier[key] = self._before_of(key)
            if before.min() >= hubs.HALL:
                self.halls.append(key)
            found += self._of(_FIRST, int(own[key]), hubs.HALL)
        codes = {int(id_): place for place, id_ in enumerate(own.tolist()) if id_}
        here = [(codes[row.key], row) for row in found]
        more = self._besides(self._crowded([key for key, _ in here]), here, codes)
        kinds = asked.kinds.tolist()
        whole = [(kinds[key], key, row) for key, row in here] + more
        return _Uses(
            np.array([row.person for _, _, row in whole], dtype=np.int64),
            np.array([row.as_of for _, _, row in whole], dtype=np.float64),
            np.array([kind for kind, _, _ in whole], dtype=np.int64),
            np.array([key for _, key, _ in whole], dtype=np.int64),
            np.array([row.first for _, _, row in whole], dtype=np.float64),
            np.array([row.last for _, _, row in whole], dtype=np.float64),
        )

    def _of(self, query: Select[Any], key: int, number: int) -> Sequence[Any]:
        return ask(self._connection, query, key=key, known=self._known, number=number)

    def _crowded(self, keys: Sequence[int]) -> set[int]:
        """Keys of which it takes a closer look whether they are hubs."""
        asked = self._asked
        own = np.unique(asked.owner * max(len(asked.keys), 1) + asked.key) % max(len(asked.keys), 1)
        number = np.bincount(own, minlength=len(asked.keys)) + np.bincount(
            np.array(keys, dtype=np.int64), minlength=len(asked.keys)
        )
        crowd = np.array([hubs.CROWD[name] for name in KINDS])[asked.kinds]
        return set((number > crowd).nonzero()[0].tolist()) - {*self.halls}

    def _besides(
        self, crowded: set[int], here: Sequence[tuple[int, Any]], codes: dict[int, int]
    ) -> list[tuple[int, int, Any]]:
        """Other uses of the people of crowds, where they were among the first of a key."""
        crowd = sorted({row.person for key, row in here if key in crowded})
        uses = rows(self._connection, _OF_PEOPLE, crowd)
        found = [row for row in uses if row.key not in codes]
        edges = {row.key: self._edge(row.key) for row in found if row.people > hubs.HALL}
        index: dict[int, int] = {}
        beyond = len(self._asked.keys)
        return [
            (row.kind, beyond + index.setdefault(row.key, len(index)), row)
            for row in found
            if row.key not in edges or (row.as_of, row.person) <= edges[row.key]
        ]

    def _edge(self, key: int) -> tuple[float, int]:
        """The last of the first users of a key of many."""
        last = self._of(_EDGE, key, hubs.HALL - 1)
        return (last[0].as_of, last[0].person) if last else (np.inf, 0)

    def _before_of(self, key: int) -> tuple[Ints, Ints]:
        asked = self._asked
        who = np.unique(asked.owner[asked.key == key])
        id_ = int(self.key_ids[key])
        total = int(self._people[key])
        if self._known:
            total -= ask(self._connection, _OWN_USES, key=id_, known=self._known)[0][0]
        since = self._since(_USES_SINCE, asked.as_of[who], self._tie[who], key=id_)
        return who, total - since

    def before(self, as_of: Floats, tie: Ints, judged: Bools, order: Ints) -> Ints:
        """How many people came before each who is judged; for the others, in order among them."""
        n = self._asked.n
        rank = np.empty(order.size, dtype=np.int64)
        rank[order] = np.arange(order.size)
        gap = np.zeros(order.size, dtype=np.int64)
        stored = self._total - self._since(_PEOPLE_SINCE, as_of[judged], tie[judged])
        places = judged.nonzero()[0]
        earlier = np.searchsorted(np.sort(rank[:n]), rank[places])
        gap[places] = stored - (places >= n) + earlier - rank[places]
        before = np.empty(order.size, dtype=np.int64)
        before[order] = np.arange(order.size) + np.maximum.accumulate(gap[order])
        return before

    def crowds(self, book: Book, crowd: Ints) -> Ints:
        """People of each hub by then, those included that were not read."""
        out = crowd.copy()
        for key, (who, before) in self._earlier.items():
            use = ((book.key == key) & (crowd > 0) & np.isin(book.person, who)).nonzero()[0]
            number = before[np.searchsorted(who, book.person[use])]
            out[use] += np.maximum(number - hubs.HALL, 0)
        return out

    def _since(self, query: Select[Any], as_of: Floats, tie: Ints, **of: int) -> Ints:
        """How many rows of the store came after each moment."""

        def count(query: Select[Any], **values: float) -> int:
            return int(ask(self._connection, query, **of, **values, known=self._known)[0][0])

        moments = list(zip(as_of.tolist(), tie.tolist(), strict=True))
        points = sorted(set(moments), reverse=True)
        counts = dict.fromkeys(points, 0)
        if len(points) == 1:
            counts[points[0]] = count(query, as_of=points[0][0], tie=points[0][1])
        elif points and count(query, as_of=points[-1][0], tie=points[-1][1]):
            number, until = 0, (np.inf, NEW)
            for point in points:
                number += count(
                    _BETWEEN[query], as_of=point[0], tie=point[1],
                    until_as_of=until[0], until_tie=until[1],
                )  # fmt: skip
                counts[point], until = number, point
        return np.array([counts[moment] for moment in moments], dtype=np.int64)
