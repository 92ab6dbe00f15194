"""The people known so far, held in memory: built from a batch, asked about each of its profiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.closeness import of_pairs
from features.context import Context
from features.keys import KINDS, People, Uses, people, uses
from features.links import (
    Book,
    Links,
    Pairs,
    distinct,
    everybody,
    facts,
    pairs,
    rings,
    shared_with,
)
from features.segments import Bools, Floats, Ints, true_rows
from fraudscore.cohort_codes import IdColumn, KeyColumn, WordColumn

_Users = tuple[NDArray[np.int32], Floats, Floats]
"""Who used keys of a kind, first and last."""
_ALONE: Ints = np.zeros(0, dtype=np.int64)


class MemoryCohort:
    """Everybody of some batches; answers for those it was built from, each seeing earlier people."""

    def __init__(self) -> None:
        self._ids = IdColumn()
        self._as_of = [np.zeros(0)]
        self._confirmed = [np.zeros(0)]
        self._claims = [WordColumn() for _ in ("names", "places", "ties")]
        self._keys = [KeyColumn() for _ in KINDS]
        self._uses: list[list[_Users]] = [[] for _ in KINDS]
        self._answer: Links | None = None
        self._shared: _Shared | None = None
        self._start: Ints = np.zeros(len(KINDS) + 1, dtype=np.int64)
        self.book: Book | None = None
        self.pairs: Pairs | None = None

    def learn(self, used: Uses, who: People) -> None:
        """Take in people and their keys; of an id that is known already, only what was decided."""
        start = len(self._ids)
        self._ids.add(who.ids)
        self._as_of.append(who.as_of)
        self._confirmed.append(who.confirmed)
        for words, sets in zip(self._claims, (who.names, who.places, who.ties), strict=True):
            words.add(sets)
        for kind, keys in enumerate(self._keys):
            own = true_rows(used.kind == kind)
            if own.size:
                keys.add(_texts(used.key, own))
                users = (start + used.owner[own]).astype(np.int32)
                self._uses[kind].append((users, used.first[own], used.last[own]))
        self._answer = None

    def links(self, used: Uses, who: People) -> Links:
        """What is known of these people; they must have been learned."""
        whole = self._whole()
        assert self._shared is not None
        places = self._ids.places(who.ids)
        return Links(
            others=whole.others[places],
            hubs=whole.hubs[places],
            identities=whole.identities[places],
            double=whole.double[places],
            bits=whole.bits[places],
            ring=whole.ring[places],
            closeness=whole.closeness[places],
            sharers=self._shared.among(places[used.owner], used.kind, used.key),
        )

    def _whole(self) -> Links:
        if self._answer is None:
            fresh, places = self._ids.number()
            as_of = np.concatenate(self._as_of)[fresh]
            confirmed = np.full(as_of.size, np.nan)
            np.fmin.at(confirmed, places, np.concatenate(self._confirmed))
            order = everybody(People(self._ids.distinct, as_of, [], [], [], confirmed))
            before = np.empty(as_of.size, dtype=np.int64)
            before[order] = np.arange(as_of.size)
            names, claimed, ties = (words.rows()[fresh] for words in self._claims)
            used = distinct(*self._repeated(fresh, places))
            self.book = Book(as_of, before, names, claimed, ties, *used)
            self.pairs, crowd = pairs(self.book)
            ring = rings(self.pairs, as_of.size, order)
            close = of_pairs(self.pairs, as_of, order, confirmed)
            self._answer = facts(self.book, self.pairs, crowd, ring, close, _ALONE)
            self._known_to_have(self._answer.others, fresh)
            self._shared = _Shared(self.pairs, self._keys, self._start)
        return self._answer

    def _repeated(self, fresh: Bools, places: Ints) -> tuple[Ints, Ints, Ints, Floats, Floats]:
        """Person, kind, key, first and last of every use of a key that is used more than once.

        The others tie nobody. No two kinds have the number of a key in common.
        """
        found = [(_ALONE, _ALONE, _ALONE, np.zeros(0), np.zeros(0))]
        for kind, (own, parts) in enumerate(zip(self._keys, self._uses, strict=True)):
            rows, codes = own.repeated()
            self._start[kind + 1] = self._start[kind] + len(own)
            if rows.size:
                users, first, last = (
                    np.concatenate(column)[rows] for column in zip(*parts, strict=True)
                )
                key, kinds = codes + self._start[kind], np.full(rows.size, kind)
                new = fresh[users]
                found.append((places[users[new]], kinds[new], key[new], first[new], last[new]))
        person, kinds, keys, first, last = (
            np.concatenate(column) for column in zip(*found, strict=True)
        )
        return person, kinds, keys, first, last

    def _known_to_have(self, others: Floats, fresh: Bools) -> None:
        """Nobody shares a key that is used once: 0 where a kind of key is known, NaN where not."""
        for parts, column in zip(self._uses, others.T, strict=True):
            known = np.zeros(fresh.size, dtype=np.bool_)
            for users, _, _ in parts:
                known[users] = True
            if parts:
                np.fmax(column, 0, out=column, where=known[fresh])

    def known(self) -> tuple[Book, Pairs]:
        """Everybody in integers, and every pair through a key."""
        self._whole()
        assert self.book is not None
        assert self.pairs is not None
        return self.book, self.pairs

    @property
    def ids(self) -> list[str]:
        """The profile ids, in the order of the book's people."""
        self._whole()
        return self._ids.distinct

    def key_of(self, kind: int, key: int) -> str:
        """The key behind its number, as it was given."""
        return self._keys[kind].at(np.array([key - self._start[kind]]))[0]


def _texts(keys: Sequence[str], own: Ints) -> Sequence[str]:
    """Some of the keys; most often they stand in a row."""
    if own[-1] - own[0] == own.size - 1:
        return keys[own[0] : own[-1] + 1]
    return [keys[row] for row in own.tolist()]


class _Shared:
    """The uses that took part in a pair."""

    def __init__(self, found: Pairs, keys: Sequence[KeyColumn], start: Ints) -> None:
        self._codes: list[dict[str, int]] = []
        for kind, texts in enumerate(keys):
            own = np.unique(found.key[found.kind == kind])
            self._codes.append(dict(zip(texts.at(own - start[kind]), own.tolist(), strict=True)))
        self._none = int(start[-1])
        cells = found.later * self._none + found.key
        self._cells, self._people = np.unique(cells, return_counts=True)

    def among(self, person: Ints, kind: Ints, key: Sequence[str]) -> Ints:
        """How many unrelated people each use of a key is shared with."""
        code = np.full(len(key), self._none)
        for of, codes in enumerate(self._codes):
            own = true_rows(kind == of) if codes else _ALONE
            texts = map(key.__getitem__, own.tolist())
            found = map(codes.get, texts, repeat(self._none))
            code[own] = np.fromiter(found, dtype=np.int64, count=own.size)
        number = np.zeros(len(key), dtype=np.int64)
        here = true_rows(code < self._none)
        wanted = person[here] * self._none + code[here]
        number[here] = shared_with(self._cells, self._people, wanted)
        return number


def cohort_of(batches: Iterable[Batch], context: Context) -> MemoryCohort:
    """The cohort that some batches are."""
    found = MemoryCohort()
    for batch in batches:
        found.learn(uses(batch, context), people(batch))
    return found
