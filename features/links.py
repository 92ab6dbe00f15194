"""Who else uses what a person controls: pairs of people through a key, and what each is worth.

A pair counts from the later person to the earlier, in order of ``as_of`` and id, and only while the
earlier one used the key within the window: nobody is ever judged by what came after. Its weight in
bits is the rarity of the key x control x overlap in time x difference of the claims. A key that many
have (a carrier's address, a dormitory, a library) is a hub: it is shown and weighs nothing. Those who
declared each other, or share a part of their name, are not unrelated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.keys import KINDS, People, Uses
from features.segments import Bools, Floats, Ints

DAY = 86_400.0
WINDOW_DAYS = 180.0
"""How long a key is remembered after its last use."""
HALF_LIFE_DAYS = 90.0
"""Gap between two uses after which a link is worth half (assumed)."""
CONTROL: dict[str, float] = {
    "payout": 1.0, "mfa": 1.0, "device": 0.9, "address": 0.7, "line": 0.5, "phone": 0.6,
    "mailbox": 0.6, "text": 0.5, "referral": 0.3,
}  # fmt: skip
"""How fully whoever uses a key of a kind controls it (assumed, in the order of the evidence)."""
CROWD: dict[str, int] = {
    "payout": 60, "mfa": 30, "device": 30, "address": 12, "line": 12, "phone": 12, "mailbox": 12,
    "text": 60, "referral": 30,
}  # fmt: skip
"""People from whom a key is a hub: dormitories and carriers lie above, farms of a site below (WANG)."""
SAME_PLACE = 0.7
"""Factor for people who claim a place in common: neighbours share lines (assumed)."""
STRONG_BITS = 6.0
"""Bits from which two people are in one ring (assumed)."""
BITS_MAX = 60.0
CONTROLLED = ("payout", "mfa", "device", "address", "phone", "mailbox")
"""Kinds that tie a ring together; a line, a text or a referral alone do not."""
WIDE = 8
"""Most tokens of a name, places or ties of one person that are compared."""


@dataclass(frozen=True, eq=False)
class Book:
    """People and their distinct uses of keys, in integers. Uses: ``person`` is an index into the people.

    ``before``: how many people came before each, in order. ``names``, ``places``, ``ties``: rows of
    codes, -1 where there are no more.
    """

    as_of: Floats
    before: Ints
    names: Ints
    places: Ints
    ties: Ints
    person: Ints
    kind: Ints
    key: Ints
    first: Floats
    last: Floats


@dataclass(frozen=True, eq=False)
class Pairs:
    """Links from a later to an earlier person: through which kind of key, and its bits."""

    later: Ints
    earlier: Ints
    kind: Ints
    key: Ints
    bits: Floats


@dataclass(frozen=True, eq=False)
class Links:
    """What links say of n people. ``others``: unrelated people by kind of key, n x kinds, NaN without
    a key of that kind; ``hubs``: people on the largest hub, 0 without one; ``identities``: unrelated
    people in all; ``double``: most kinds of key shared with one of them; ``bits``: their weight;
    ``ring``: people in the ring so far; ``linked``: which of the batch's uses took part.
    """

    others: Floats
    hubs: Floats
    identities: Floats
    double: Floats
    bits: Floats
    ring: Floats
    linked: Bools


def coded(sets: Sequence[frozenset[str]], index: dict[str, int]) -> Ints:
    """Sets of words as rows of codes, padded with -1; ``index`` grows."""
    out = np.full((len(sets), WIDE), -1, dtype=np.int64)
    for row, words in enumerate(sets):
        for column, word in enumerate(sorted(words)[:WIDE]):
            out[row, column] = index.setdefault(word, len(index))
    return out


def shares(a: Ints, b: Ints) -> Bools:
    """Whether rows of two tables of codes have one in common."""
    found: Bools = ((a[:, :, None] == b[:, None, :]) & (a[:, :, None] >= 0)).any(axis=(1, 2))
    return found


def distinct(
    person: Ints, kind: Ints, key: Ints, first: Floats, last: Floats
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Each person's use of each key once, from its first to its last."""
    order = np.lexsort((person, key, kind))
    person, kind, key = person[order], kind[order], key[order]
    new = np.ones(person.size, dtype=np.bool_)
    new[1:] = (person[1:] != person[:-1]) | (key[1:] != key[:-1]) | (kind[1:] != kind[:-1])
    starts = new.nonzero()[0]
    if not starts.size:
        return person, kind, key, first, last
    return (
        person[starts],
        kind[starts],
        key[starts],
        np.minimum.reduceat(first[order], starts),
        np.maximum.reduceat(last[order], starts),
    )


def pairs(book: Book) -> tuple[Pairs, Ints]:
    """Every pair through a key, and for each use how many people had its key by then."""
    order = np.lexsort((book.before[book.person], book.key, book.kind))
    person, kind, key = book.person[order], book.kind[order], book.key[order]
    start = np.ones(person.size, dtype=np.bool_)
    start[1:] = (key[1:] != key[:-1]) | (kind[1:] != kind[:-1])
    head = np.maximum.accumulate(np.where(start, np.arange(person.size), 0))
    place = np.arange(person.size) - head
    crowd = np.array([CROWD[name] for name in KINDS])[kind]
    count = np.where(place < crowd, place, 0)
    later = np.repeat(np.arange(person.size), count)
    earlier = np.arange(later.size) - np.repeat(np.cumsum(count) - count, count) + head[later]
    i, j = person[later], person[earlier]
    first, last = book.first[order], book.last[order]
    gap = np.maximum(first[later] - last[earlier], 0)
    fresh = (last[earlier] >= book.as_of[i] - WINDOW_DAYS * DAY) & (first[later] <= book.as_of[i])
    fresh &= first[earlier] <= book.as_of[i]
    named = (book.names[i, 0] >= 0) & (book.names[j, 0] >= 0)
    apart = fresh & named & (i != j)
    apart[apart] = ~shares(book.names[i[apart]], book.names[j[apart]])
    apart[apart] = ~shares(book.ties[i[apart]], book.ties[j[apart]])
    later, i, j, gap = later[apart], i[apart], j[apart], gap[apart]
    rarity = np.log2((book.before[i] + 2) / (place[later] + 1))
    bits = np.maximum(rarity, 0) * np.array([CONTROL[name] for name in KINDS])[kind[later]]
    bits *= 0.5 ** (gap / (HALF_LIFE_DAYS * DAY))
    bits *= np.where(shares(book.places[i], book.places[j]), SAME_PLACE, 1.0)
    degree = np.empty(person.size, dtype=np.int64)
    degree[order] = place + 1
    return Pairs(i, j, kind[later], key[later], bits), degree


def strong(found: Pairs) -> Bools:
    """Which pairs tie a ring together."""
    kinds = np.array([KINDS.index(name) for name in CONTROLLED])
    return (found.bits >= STRONG_BITS) & np.isin(found.kind, kinds)


def rings(found: Pairs, n: int, order: Ints) -> Floats:
    """People in the ring of each person when they came, themselves among them.

    ``order``: people by when they came.
    """
    leader, size = list(range(n)), [1] * n

    def top(who: int) -> int:
        while leader[who] != who:
            leader[who] = leader[leader[who]]
            who = leader[who]
        return who

    ties = strong(found)
    later, earlier = found.later[ties], found.earlier[ties]
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    out = np.ones(n)
    for row in np.argsort(place[later], kind="stable").tolist():
        a, b = top(int(later[row])), top(int(earlier[row]))
        if a != b:
            leader[b] = a
            size[a] += size[b]
        out[later[row]] = size[a]
    return out


def facts(book: Book, found: Pairs, degree: Ints, ring: Floats, linked: Bools) -> Links:
    """What the pairs of each later person come to."""
    n, kinds = book.as_of.size, len(KINDS)
    others = np.full((n, kinds), np.nan)
    others[book.person, book.kind] = 0
    width = max(n, 1)
    triples = np.unique((found.later * kinds + found.kind) * width + found.earlier)
    cells, counts = np.unique(triples // width, return_counts=True)
    others[cells // kinds, cells % kinds] = counts
    crowd = np.array([CROWD[name] for name in KINDS])[book.kind]
    hubs = np.zeros(n)
    np.maximum.at(hubs, book.person, np.where(degree > crowd, degree, 0))
    who, both = triples // width // kinds, triples % width
    couples, shared = np.unique(who * width + both, return_counts=True)
    double = np.zeros(n)
    np.maximum.at(double, couples // width, shared)
    order = np.lexsort((-found.bits, found.earlier, found.later))
    pair = (found.later * width + found.earlier)[order]
    best = np.ones(order.size, dtype=np.bool_)
    best[1:] = pair[1:] != pair[:-1]
    whole = np.bincount(found.later[order][best], found.bits[order][best], minlength=n)
    return Links(
        others=others,
        hubs=hubs,
        identities=np.bincount(couples // width, minlength=n).astype(np.float64),
        double=double,
        bits=np.minimum(whole, BITS_MAX),
        ring=ring,
        linked=linked,
    )


def nobody(n: int, uses: Uses) -> Links:
    """No cohort: nothing is known of n people."""
    unknown = np.full(n, np.nan)
    return Links(
        others=np.full((n, len(KINDS)), np.nan),
        hubs=unknown,
        identities=unknown,
        double=unknown,
        bits=unknown,
        ring=unknown,
        linked=np.zeros(uses.owner.size, dtype=np.bool_),
    )


def everybody(people: People) -> Ints:
    """People by when they came: ``as_of``, then id."""
    order: Ints = np.lexsort((np.asarray(people.ids, dtype=str), people.as_of))
    return order
