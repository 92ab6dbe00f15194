"""The texts of a cohort in memory as numbers: ids of people, keys and words.

Texts are told apart by hash, which Python salts anew for each process and keeps beside the text. Where
two different ones must never be taken for the same, because they would be a link, they are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import chain, compress

import numpy as np
import pyarrow as pa

from features.links import WIDE
from features.segments import Bools, Ints, runs, sizes, true_rows

SLOT_BITS = 24
"""Bits of a hash by which repeated keys are found again: a table of at most 16 MiB."""
_NONE: Ints = np.zeros(0, dtype=np.int64)


def _hashes(texts: Iterable[str], number: int) -> Ints:
    return np.fromiter(map(hash, texts), dtype=np.int64, count=number)


class IdColumn:
    """The ids of people as they are learned; whoever comes again is who came first."""

    def __init__(self) -> None:
        self.distinct: list[str] = []
        """Every person's id once, in order of their places, as numbered last."""
        self._texts: list[str] = []
        self._hashes = [_NONE]
        self._known = self._place = _NONE

    def add(self, ids: Sequence[str]) -> None:
        """One id a person."""
        self._texts += ids
        self._hashes.append(_hashes(ids, len(ids)))

    def __len__(self) -> int:
        return len(self._texts)

    def number(self) -> tuple[Bools, Ints]:
        """Which rows are the first of a person, and the place of each row's person among those."""
        hashes = np.concatenate(self._hashes)
        order = np.argsort(hashes)
        starts = runs(hashes[order])
        first = np.minimum.reduceat(order, starts)
        fresh = np.zeros(len(self), dtype=np.bool_)
        fresh[first] = True
        self._known = hashes[first]
        self._place = (np.cumsum(fresh) - 1)[first]
        self.distinct = list(compress(self._texts, fresh.tolist()))
        places = np.empty(len(self), dtype=np.int64)
        places[order] = np.repeat(self._place, sizes(starts, len(self)))
        return fresh, places

    def places(self, ids: Sequence[str]) -> Ints:
        """The places of some people, as numbered last. Raises KeyError for one who was not learned."""
        wanted = _hashes(ids, len(ids))
        at = np.searchsorted(self._known, wanted)
        found = at < self._known.size
        found[found] = self._known[at[found]] == wanted[found]
        if not found.all():
            raise KeyError("somebody asked about was not learned")
        return self._place[at]


class KeyColumn:
    """The keys of one kind. Those used more than once are numbered, in order of their first use."""

    def __init__(self) -> None:
        self._texts: list[pa.Array] = []
        self._hashes: list[Ints] = []
        self._distinct = pa.array([], pa.large_string())

    def add(self, texts: Sequence[str]) -> None:
        """One key a use."""
        self._hashes.append(_hashes(texts, len(texts)))
        self._texts.append(pa.array(texts, pa.large_string()))

    def __len__(self) -> int:
        return len(self._distinct)

    def repeated(self) -> tuple[Ints, Ints]:
        """The uses of keys that are used more than once, and the number of each one's key."""
        if not self._texts:
            return _NONE, _NONE
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
    """Where hashes are that occur more than once, and a few that only end like one that does.

    Most keys are somebody's own, and to tell their hashes apart is quicker than to tell the keys.
    """
    ordered = np.sort(hashes)
    several = ordered[1:][ordered[1:] == ordered[:-1]]
    end = (1 << min((4 * hashes.size).bit_length(), SLOT_BITS)) - 1
    marked = np.zeros(end + 1, dtype=np.bool_)
    marked[several & end] = True
    return true_rows(marked[hashes & end])


class WordColumn:
    """Sets of words, each word as 63 bits of its hash: they are only held against each other."""

    def __init__(self) -> None:
        self._codes = [_NONE]
        self._counts = [_NONE]

    def add(self, sets: Sequence[Set[str]]) -> None:
        """One set a person, of which WIDE words count."""
        counts = np.fromiter(map(len, sets), dtype=np.int64, count=len(sets))
        if counts.max(initial=0) > WIDE:
            sets = [frozenset(sorted(words)[:WIDE]) for words in sets]
            counts = np.minimum(counts, WIDE)
        codes = _hashes(chain.from_iterable(sets), int(counts.sum()))
        self._counts.append(counts)
        self._codes.append(codes & np.iinfo(np.int64).max)

    def rows(self) -> Ints:
        """One row of codes a set, padded with -1."""
        counts, codes = np.concatenate(self._counts), np.concatenate(self._codes)
        width = int(counts.max(initial=1))
        if counts.min(initial=1) == width:
            return codes.reshape(-1, width)
        out = np.full((counts.size, width), -1, dtype=np.int64)
        out[np.arange(width) < counts[:, None]] = codes
        return out
