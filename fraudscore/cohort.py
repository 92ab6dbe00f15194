"""The people known so far, held in memory: built from a batch, asked about each of its profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, compress, count

import numpy as np
import pyarrow as pa

from features.batch import Batch
from features.context import Context
from features.keys import KINDS, People, Uses, people, uses
from features.links import WIDE, Book, Links, Pairs, distinct, everybody, facts, pairs, rings
from features.segments import Floats, Ints

_NONE = (np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


class MemoryCohort:
    """Everybody of some batches; answers for those it was built from, each seeing earlier people."""

    def __init__(self) -> None:
        self._place: defaultdict[str, int] = defaultdict(count().__next__)
        self._as_of: list[Floats] = []
        self._claims = [_Words() for _ in ("names", "places", "ties")]
        self._keys = [_Texts() for _ in KINDS]
        self._uses: list[list[tuple[Ints, Floats, Floats]]] = [[_NONE] for _ in KINDS]
        self._answer: Links | None = None
        self._shared: set[tuple[int, int, str]] = set()
        self.book: Book | None = None
        self.pairs: Pairs | None = None

    def learn(self, used: Uses, who: People) -> None:
        """Take in people and their keys; an id that is known already is taken once."""
        start = len(self._place)
        places = self._places(who.ids)
        known = np.maximum.accumulate(np.concatenate([[start - 1], places[:-1]]))
        fresh = places > known[: places.size]
        self._as_of.append(who.as_of[fresh])
        for words, sets in zip(self._claims, (who.names, who.places, who.ties), strict=True):
            words.add(compress(sets, fresh.tolist()))
        kept = fresh[used.owner]
        for kind, texts in enumerate(self._keys):
            own = kept & (used.kind == kind)
            if own.any():
                self._uses[kind].append((places[used.owner[own]], used.first[own], used.last[own]))
                texts.add(compress(used.key, own.tolist()))
        self._answer = None

    def _places(self, ids: Sequence[str]) -> Ints:
        return np.fromiter(map(self._place.__getitem__, ids), dtype=np.int64, count=len(ids))

    def links(self, used: Uses, who: People) -> Links:
        """What is known of these people; they must have been learned."""
        if not self._place.keys() >= set(who.ids):
            raise KeyError("somebody asked about was not learned")
        whole = self._whole()
        places = self._places(who.ids)
        cells = zip(places[used.owner].tolist(), used.kind.tolist(), used.key, strict=True)
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
            as_of = np.concatenate([np.zeros(0), *self._as_of])
            order = everybody(People(self.ids, as_of, [], [], []))
            before = np.empty(as_of.size, dtype=np.int64)
            before[order] = np.arange(as_of.size)
            names, claimed, ties = (words.rows() for words in self._claims)
            self.book = Book(as_of, before, names, claimed, ties, *distinct(*self._every_use()))
            self.pairs, crowd = pairs(self.book)
            ring = rings(self.pairs, as_of.size, order)
            nothing = np.zeros(0, dtype=np.bool_)
            self._answer = facts(self.book, self.pairs, crowd, ring, nothing)
            self._shared = set(self._cells(self.pairs))
        return self._answer

    def _every_use(self) -> tuple[Ints, Ints, Ints, Floats, Floats]:
        """Person, kind, key, first and last of every use."""
        kind = np.repeat(
            np.arange(len(KINDS)), [sum(part[0].size for part in parts) for parts in self._uses]
        )
        key = np.concatenate([texts.codes() for texts in self._keys])
        person, first, last = (
            np.concatenate([part[column] for parts in self._uses for part in parts])
            for column in range(3)
        )
        return person, kind, key, first, last

    def _cells(self, found: Pairs) -> Iterator[tuple[int, int, str]]:
        """The uses that took part in a pair: whose, of which kind, the key as it was given."""
        for kind in np.unique(found.kind).tolist():
            of = found.kind == kind
            width = int(found.key[of].max()) + 1
            cells = np.unique(found.later[of] * width + found.key[of])
            for person, key in zip(
                (cells // width).tolist(), self._keys[kind].at(cells % width), strict=True
            ):
                yield person, kind, key

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
        return self._keys[kind].at(np.array([key]))[0]


class _Texts:
    """Texts, numbered in order of first use once they are all there."""

    def __init__(self) -> None:
        self._parts = [pa.array([], pa.large_string())]
        self._distinct = self._parts[0]

    def add(self, texts: Iterable[str]) -> None:
        self._parts.append(pa.array(list(texts), pa.large_string()))

    def codes(self) -> Ints:
        self._parts = [pa.concat_arrays(self._parts)]
        coded = self._parts[0].dictionary_encode()
        self._distinct = coded.dictionary
        codes: Ints = coded.indices.to_numpy().astype(np.int64)
        return codes

    def at(self, codes: Ints) -> list[str]:
        texts: list[str] = self._distinct.take(pa.array(codes)).to_pylist()
        return texts


class _Words:
    """Sets of words, as rows of numbers once they are all there."""

    def __init__(self) -> None:
        self._words = _Texts()
        self._sizes = [np.zeros(0, dtype=np.int64)]

    def add(self, sets: Iterable[Set[str]]) -> None:
        few = [words if len(words) <= WIDE else sorted(words)[:WIDE] for words in sets]
        self._sizes.append(np.fromiter(map(len, few), dtype=np.int64, count=len(few)))
        self._words.add(chain.from_iterable(few))

    def rows(self) -> Ints:
        """One row a set, padded with -1."""
        sizes = np.concatenate(self._sizes)
        width = int(sizes.max(initial=1))
        out = np.full((sizes.size, width), -1, dtype=np.int64)
        out[np.arange(width) < sizes[:, None]] = self._words.codes()
        return out


def cohort_of(batches: Iterable[Batch], context: Context) -> MemoryCohort:
    """The cohort that some batches are."""
    found = MemoryCohort()
    for batch in batches:
        found.learn(uses(batch, context), people(batch))
    return found
