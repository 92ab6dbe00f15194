"""People and their uses of keys in keyed words: what a stored cohort may see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.keys import KINDS, People, Uses
from features.links import WIDE, everybody
from features.segments import Floats, Ints
from fraudscore.connectors.keys import Keys


@dataclass(frozen=True, eq=False)
class Asked:
    """People asked about or learned: as `People` and `Uses`, but keyed.

    ``rank``: who came first; ``key``: an index into ``keys``, whose kinds are ``kinds``.
    """

    words: list[bytes]
    as_of: Floats
    rank: Ints
    names: Ints
    places: Ints
    ties: Ints
    confirmed: Floats
    owner: Ints
    key: Ints
    first: Floats
    last: Floats
    keys: list[bytes]
    kinds: Ints

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.words)


def keyed(used: Uses, who: People, keys: Keys, chosen: Sequence[int] | None = None) -> Asked:
    """Keyed words of some people, of all if none are chosen, and of their uses."""
    chosen = range(len(who.ids)) if chosen is None else chosen
    place = np.full(len(who.ids), -1, dtype=np.int64)
    place[list(chosen)] = np.arange(len(chosen))
    rows = (place[used.owner] >= 0).nonzero()[0]
    kind = used.kind[rows].tolist()
    index: dict[tuple[int, str], int] = {}
    code = [
        index.setdefault((k, used.key[row]), len(index))
        for k, row in zip(kind, rows.tolist(), strict=True)
    ]
    own = People(
        ids=[who.ids[row] for row in chosen],
        as_of=who.as_of[list(chosen)],
        names=[who.names[row] for row in chosen],
        places=[who.places[row] for row in chosen],
        ties=[who.ties[row] for row in chosen],
        confirmed=who.confirmed[list(chosen)],
    )
    rank = np.empty(len(chosen), dtype=np.int64)
    rank[everybody(own)] = np.arange(len(chosen))
    return Asked(
        words=[person(id_, keys) for id_ in own.ids],
        as_of=own.as_of,
        rank=rank,
        names=_tokens(own.names, "name", keys),
        places=_tokens(own.places, "place", keys),
        ties=_tokens(own.ties, "tie", keys),
        confirmed=own.confirmed,
        owner=place[used.owner[rows]],
        key=np.array(code, dtype=np.int64),
        first=used.first[rows],
        last=used.last[rows],
        keys=[_word(KINDS[k], key, keys) for k, key in index],
        kinds=np.array([k for k, _ in index], dtype=np.int64),
    )


def person(profile_id: str, keys: Keys) -> bytes:
    """The word that stands for a profile id."""
    return _word("profile", profile_id, keys)


def _word(purpose: str, value: str, keys: Keys) -> bytes:
    # In hexadecimal, because keyed() takes upper and lower case for the same and wallets do not.
    plain = value.encode("utf-8", "surrogatepass").hex()
    return bytes.fromhex(keys.keyed(f"cohort {purpose}", plain))


def _tokens(sets: Sequence[frozenset[str]], purpose: str, keys: Keys) -> Ints:
    """Sets of words as rows of numbers, padded with -1."""
    out = np.full((len(sets), WIDE), -1, dtype=np.int64)
    known: dict[str, int] = {}
    for row, words in enumerate(sets):
        for column, word in enumerate(sorted(words)[:WIDE]):
            if word not in known:
                known[word] = int.from_bytes(_word(purpose, word, keys)[:8]) >> 1
            out[row, column] = known[word]
    return out


def packed(row: Ints) -> bytes:
    """The numbers of a row as they are stored."""
    return row[row >= 0].astype("<i8").tobytes()


def unpacked(rows: Sequence[bytes]) -> Ints:
    """Stored rows of numbers, padded with -1."""
    out = np.full((len(rows), WIDE), -1, dtype=np.int64)
    sizes = np.array([len(row) // 8 for row in rows], dtype=np.int64)
    out[np.arange(WIDE) < sizes[:, None]] = np.frombuffer(b"".join(rows), dtype="<i8")
    return out
