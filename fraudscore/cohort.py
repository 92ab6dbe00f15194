"""The people known so far, held in memory: built from a batch, asked about each of its profiles."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from features.batch import Batch
from features.context import Context
from features.keys import KINDS, People, Uses, people, uses
from features.links import Book, Links, Pairs, coded, distinct, everybody, facts, pairs, rings
from features.segments import Floats, Ints


class MemoryCohort:
    """Everybody of some batches; answers for those it was built from, each seeing earlier people."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._keys: list[dict[str, int]] = [{} for _ in KINDS]
        self._people: list[tuple[Floats, Ints, Ints, Ints]] = []
        self._uses: list[tuple[Ints, Ints, Ints, Floats, Floats]] = []
        self._answer: Links | None = None
        self._shared: set[tuple[int, int, int]] = set()
        self.book: Book | None = None
        self.pairs: Pairs | None = None

    def learn(self, used: Uses, who: People) -> None:
        """Take in people and their keys; an id that is known already is taken once."""
        start = len(self._place)
        for id_ in who.ids:
            self._place.setdefault(id_, len(self._place))
        places = np.array([self._place[id_] for id_ in who.ids], dtype=np.int64)
        fresh = places >= start
        names, claimed, ties = (
            coded(sets, self._words)[fresh] for sets in (who.names, who.places, who.ties)
        )
        self._people.append((who.as_of[fresh], names, claimed, ties))
        kept = fresh[used.owner]
        self._uses.append(
            (
                places[used.owner][kept],
                used.kind[kept],
                self._coded(used)[kept],
                used.first[kept],
                used.last[kept],
            )
        )
        self._answer = None

    def _coded(self, used: Uses) -> Ints:
        indexes = [self._keys[kind] for kind in used.kind.tolist()]
        codes = [
            index.setdefault(key, len(index)) for index, key in zip(indexes, used.key, strict=True)
        ]
        return np.array(codes, dtype=np.int64)

    def links(self, used: Uses, who: People) -> Links:
        """What is known of these people; they must have been learned."""
        whole = self._whole()
        places = np.array([self._place[id_] for id_ in who.ids], dtype=np.int64)
        cells = zip(
            places[used.owner].tolist(), used.kind.tolist(), self._coded(used).tolist(), strict=True
        )
        return Links(
            others=whole.others[places],
            hubs=whole.hubs[places],
            identities=whole.identities[places],
            double=whole.double[places],
            bits=whole.bits[places],
            ring=whole.ring[places],
            linked=np.array([cell in self._shared for cell in cells], dtype=np.bool_),
        )

    def _whole(self) -> Links:
        if self._answer is None:
            as_of, names, claimed, ties = (
                np.concatenate([part[k] for part in self._people]) for k in range(4)
            )
            ids = list(self._place)
            order = everybody(People(ids, as_of, [], [], []))
            before = np.empty(as_of.size, dtype=np.int64)
            before[order] = np.arange(as_of.size)
            own = distinct(*(np.concatenate([part[k] for part in self._uses]) for k in range(5)))
            self.book = Book(as_of, before, names, claimed, ties, *own)
            self.pairs, degree = pairs(self.book)
            found = self.pairs
            ring = rings(found, as_of.size, order)
            nothing = np.zeros(0, dtype=np.bool_)
            self._answer = facts(self.book, found, degree, ring, nothing)
            self._shared = set(
                zip(found.later.tolist(), found.kind.tolist(), found.key.tolist(), strict=True)
            )
        return self._answer

    def known(self) -> tuple[Book, Pairs]:
        """Everybody in integers, and every pair through a key."""
        self._whole()
        assert self.book is not None
        assert self.pairs is not None
        return self.book, self.pairs

    @property
    def ids(self) -> list[str]:
        """The profile ids, in the order of the book's people."""
        return list(self._place)

    def key_of(self, kind: int, key: int) -> str:
        """The key behind its number, as it was given."""
        return list(self._keys[kind])[key]


def cohort_of(batches: Iterable[Batch], context: Context) -> MemoryCohort:
    """The cohort that some batches are."""
    found = MemoryCohort()
    for batch in batches:
        found.learn(uses(batch, context), people(batch))
    return found
