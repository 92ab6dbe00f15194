"""The people known so far, held in memory: built from a batch, asked about each of its profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import chain, compress, count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.batch import Batch
from features.closeness import of_pairs
from features.context import Context
from features.keys import KINDS, People, Uses, people, uses
from features.links import (
    WIDE,
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
from features.segments import Floats, Ints, true_rows

SLOT_BITS = 24
"""Bits of a hash by which keys are first told apart: a table of at most 128 MiB."""
_Users = tuple[NDArray[np.int32], Floats, Floats]
"""Who used keys of a kind, first and last."""
_ALONE: Ints = np.zeros(0, dtype=np.int64)


class MemoryCohort:
    """Everybody of some batches; answers for those it was built from, each seeing earlier people."""

    def __init__(self) -> None:
        self._place: defaultdict[str, int] = defaultdict(count().__next__)
        self._as_of = [np.zeros(0)]
        self._confirmed = [np.zeros(0)]
        self._decided: list[tuple[Ints, Floats]] = []
        self._claims = [_Words() for _ in ("names", "places", "ties")]
        self._keys = [_Keys() for _ in KINDS]
        self._uses: list[list[_Users]] = [[] for _ in KINDS]
        self._answer: Links | None = None
        self._shared: _Shared | None = None
        self._start: Ints = np.zeros(len(KINDS) + 1, dtype=np.int64)
        self.book: Book | None = None
        self.pairs: Pairs | None = None

    def learn(self, used: Uses, who: People) -> None:
        """Take in people and their keys; of an id that is known already, only what was decided."""
        start = len(self._place)
        places = self._places(who.ids)
        known = np.maximum.accumulate(np.concatenate([[start - 1], places[:-1]]))
        fresh = places > known[: places.size]
        everyone = bool(fresh.all())
        self._as_of.append(who.as_of[fresh])
        self._confirmed.append(who.confirmed[fresh])
        self._decided.append((places[~fresh], who.confirmed[~fresh]))
        for words, sets in zip(self._claims, (who.names, who.places, who.ties), strict=True):
            words.add(sets if everyone else list(compress(sets, fresh.tolist())))
        rows = true_rows(fresh[used.owner])
        rows = rows[np.argsort(used.kind[rows].astype(np.int8), kind="stable")]
        keys = pa.array(used.key, pa.large_string())
        hashes = np.fromiter(map(hash, used.key), dtype=np.int64, count=len(used.key))
        for own in np.split(rows, np.diff(used.kind[rows]).nonzero()[0] + 1) if rows.size else ():
            kind, row = int(used.kind[own[0]]), int(own[0])
            in_a_row = own[-1] - row == own.size - 1
            texts = keys[row : row + own.size] if in_a_row else keys.take(own)
            self._keys[kind].add(texts, hashes[own])
            users = places[used.owner[own]].astype(np.int32)
            self._uses[kind].append((users, used.first[own], used.last[own]))
        self._answer = None

    def _places(self, ids: Sequence[str]) -> Ints:
        return np.fromiter(map(self._place.__getitem__, ids), dtype=np.int64, count=len(ids))

    def links(self, used: Uses, who: People) -> Links:
        """What is known of these people; they must have been learned."""
        if not self._place.keys() >= set(who.ids):
            raise KeyError("somebody asked about was not learned")
        whole = self._whole()
        assert self._shared is not None
        places = self._places(who.ids)
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
            as_of = np.concatenate(self._as_of)
            confirmed = np.concatenate(self._confirmed)
            for places, decided in self._decided:
                np.fmin.at(confirmed, places, decided)
            order = everybody(People(self.ids, as_of, [], [], [], confirmed))
            before = np.empty(as_of.size, dtype=np.int64)
            before[order] = np.arange(as_of.size)
            names, claimed, ties = (words.rows() for words in self._claims)
            self.book = Book(as_of, before, names, claimed, ties, *distinct(*self._repeated()))
            self.pairs, crowd = pairs(self.book)
            ring = rings(self.pairs, as_of.size, order)
            close = of_pairs(self.pairs, as_of, order, confirmed)
            self._answer = facts(self.book, self.pairs, crowd, ring, close, _ALONE)
            self._known_to_have(self._answer.others)
            self._shared = _Shared(self.pairs, self._keys, self._start)
        return self._answer

    def _repeated(self) -> tuple[Ints, Ints, Ints, Floats, Floats]:
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
                key = codes + self._start[kind]
                found.append((users, np.full(rows.size, kind), key, first, last))
        person, kinds, keys, first, last = (
            np.concatenate(column) for column in zip(*found, strict=True)
        )
        return person, kinds, keys, first, last

    def _known_to_have(self, others: Floats) -> None:
        """Nobody shares a key that is used once: 0 where a kind of key is known, NaN where not."""
        for kind, parts in enumerate(self._uses):
            known = np.zeros(len(others), dtype=np.bool_)
            for users, _, _ in parts:
                known[users] = True
            others[known & np.isnan(others[:, kind]), kind] = 0

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
        return self._keys[kind].at(np.array([key - self._start[kind]]))[0]


class _Keys:
    """The keys of one kind. Those used more than once are numbered, in order of their first use."""

    def __init__(self) -> None:
        self._texts: list[pa.Array] = []
        self._hashes: list[Ints] = []
        self._distinct = pa.array([], pa.large_string())

    def add(self, texts: pa.Array, hashes: Ints) -> None:
        """One key a use, with the hash of each."""
        self._texts.append(texts)
        self._hashes.append(hashes)

    def __len__(self) -> int:
        return len(self._distinct)

    def repeated(self) -> tuple[Ints, Ints]:
        """The uses of keys that are used more than once, and the number of each one's key."""
        if not self._texts:
            return _ALONE, _ALONE
        rows = _perhaps_repeated(np.concatenate(self._hashes))
        found = pa.chunked_array(self._texts).take(pa.array(rows)).combine_chunks()
        coded = found.dictionary_encode()
        codes = np.asarray(coded.indices)
        several = np.bincount(codes, minlength=len(coded.dictionary)) > 1
        self._distinct = coded.dictionary.filter(pa.array(several))
        here = several[codes]
        return rows[here], (np.cumsum(several) - 1)[codes[here]]

    def at(self, codes: Ints) -> list[str]:
        """The keys behind some numbers."""
        texts: list[str] = self._distinct.take(pa.array(codes)).to_pylist()
        return texts


def _perhaps_repeated(hashes: Ints) -> Ints:
    """Where hashes are that may occur more than once; most of those that do not are left out.

    Most keys are somebody's own, and to tell their hashes apart is quicker than to tell the keys.
    """
    bits = min((4 * hashes.size).bit_length(), SLOT_BITS)
    slots = hashes & ((1 << bits) - 1)
    return true_rows(np.bincount(slots)[slots] > 1)


class _Words:
    """Sets of words, as rows of numbers once they are all there."""

    def __init__(self) -> None:
        self._words: list[pa.Array] = []
        self._sizes = [np.zeros(0, dtype=np.int64)]

    def add(self, sets: Sequence[Set[str]]) -> None:
        sizes = np.fromiter(map(len, sets), dtype=np.int64, count=len(sets))
        if sizes.max(initial=0) > WIDE:
            sets = [frozenset(sorted(words)[:WIDE]) for words in sets]
        self._sizes.append(np.minimum(sizes, WIDE))
        self._words.append(pa.array(list(chain.from_iterable(sets)), pa.large_string()))

    def rows(self) -> NDArray[np.int32]:
        """One row a set, padded with -1."""
        sizes = np.concatenate(self._sizes)
        width = int(sizes.max(initial=1))
        words = pa.chunked_array(self._words, pa.large_string()).combine_chunks()
        codes = np.asarray(words.dictionary_encode().indices)
        if sizes.min(initial=1) == width:
            return codes.reshape(-1, width)
        out = np.full((sizes.size, width), -1, dtype=np.int32)
        out[np.arange(width) < sizes[:, None]] = codes
        return out


class _Shared:
    """The uses that took part in a pair."""

    def __init__(self, found: Pairs, keys: Sequence[_Keys], start: Ints) -> None:
        self._codes: list[dict[str, int]] = []
        for kind, texts in enumerate(keys):
            own = np.unique(found.key[found.kind == kind])
            self._codes.append(dict(zip(texts.at(own - start[kind]), own.tolist(), strict=True)))
        self._none = int(start[-1])
        cells = found.later * self._none + found.key
        self._cells, self._people = np.unique(cells, return_counts=True)

    def among(self, person: Ints, kind: Ints, key: Sequence[str]) -> Ints:
        """How many unrelated people each use of a key is shared with."""
        uses = zip(kind.tolist(), key, strict=True)
        codes = (self._codes[of].get(text, self._none) for of, text in uses)
        code = np.fromiter(codes, dtype=np.int64, count=len(key))
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
