"""Who else uses what a person controls: pairs of people through a key, and what each is worth.

A pair counts from the later person to the earlier, in order of ``as_of`` and id, and only while the
earlier one used the key within the window: nobody is ever judged by what came after. Its weight in
bits is the rarity of the key x control x overlap in time x difference of the claims. A key of a crowd
whose people share nothing else (a carrier's address, a dormitory, a library) is a hub: it is shown and
weighs nothing. Those who declared each other, or share a part of their name, are not unrelated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.fixed import fixed
from features.hubs import hubs
from features.keys import KINDS, People, Uses
from features.segments import Bools, Floats, Ints, among, some, true_rows

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
STRANGERS: dict[str, int] = {
    "payout": 4096, "mfa": 4096, "device": 4096, "address": 1024, "line": 64, "phone": 4096,
    "mailbox": 4096, "text": 64, "referral": 64,
}  # fmt: skip
"""People imagined beside the cohort, none of whom has the key: how rare sharing is anywhere (assumed).

Without them a handful of hires could share one account and it would weigh next to nothing.
"""
SAME_PLACE = 0.7
"""Factor for people who claim a place in common: neighbours share lines (assumed)."""
STRONG_BITS = 3.0
"""Bits from which two people are in one ring: a key still in use and no hub (assumed)."""
BITS_MAX = 60.0
CONTROLLED = ("payout", "mfa", "device", "address", "phone", "mailbox")
"""Kinds that tie a ring together; a line, a text or a referral alone do not."""
FLAT = 3
"""Unrelated others at a delivery address from whom it is more than a shared flat (assumed)."""
SORTS = (("payout",), ("mfa", "device"), ("phone", "mailbox"), ("text",), ("referral",))
"""Kinds that speak apart from one another: a device brings its factor, a phone its mailbox."""
HOME = ("line", "address")
"""Kinds that come with living together, which households and flats do; no sort of their own."""
WIDE = 8
"""Most tokens of a name, places or ties of one person that are compared."""


@fixed
class Book:
    """People and their distinct uses of keys, in integers. Uses: ``person`` is an index into the people.

    ``before``: how many people came before each, in order. ``names``, ``places``, ``ties``: rows of
    codes, -1 where there are no more.
    """

    as_of: Floats
    before: Ints
    names: NDArray[np.integer]
    places: NDArray[np.integer]
    ties: NDArray[np.integer]
    person: Ints
    kind: Ints
    key: Ints
    first: Floats
    last: Floats


@fixed
class Pairs:
    """Links from a later to an earlier person: through which kind of key, and its bits."""

    later: Ints
    earlier: Ints
    kind: Ints
    key: Ints
    bits: Floats


@fixed
class Links:
    """What links say of n people. ``others``: unrelated people by kind of key, n x kinds, NaN without
    a key of that kind; ``hubs``: people on the largest hub, 0 without one; ``identities``: unrelated
    people on keys that are not shared by chance; ``double``: most sorts of key shared with one of
    them; ``bits``: their weight; ``ring``: people in the ring so far; ``closeness`` to a confirmed
    case; ``sharers``: unrelated people on the key of each of the batch's uses.
    """

    others: Floats
    hubs: Floats
    identities: Floats
    double: Floats
    bits: Floats
    ring: Floats
    closeness: Floats
    sharers: Ints


def shares(a: NDArray[np.integer], b: NDArray[np.integer]) -> Bools:
    """Whether rows of two tables of codes have one in common."""
    found: Bools = ((a[:, :, None] == b[:, None, :]) & (a[:, :, None] >= 0)).any(axis=(1, 2))
    return found


def distinct(
    person: Ints, kind: Ints, key: Ints, first: Floats, last: Floats
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Each person's use of each key once, from its first to its last."""
    rows = repeated(key)
    cell = _cells(kind[rows], key[rows], person[rows])
    order = np.argsort(cell)
    new = _starts(cell[order])
    starts = true_rows(new)
    if starts.size == rows.size:
        return person, kind, key, first, last
    rows = rows[order]
    kept = np.ones(person.size, dtype=np.bool_)
    kept[rows[~new]] = False
    first, last = first.copy(), last.copy()
    first[rows[new]] = np.minimum.reduceat(first[rows], starts)
    last[rows[new]] = np.maximum.reduceat(last[rows], starts)
    return person[kept], kind[kept], key[kept], first[kept], last[kept]


def repeated(key: NDArray[np.integer]) -> Ints:
    """The uses of keys that are used more than once: few, and all that can tie anybody."""
    return true_rows(np.bincount(key)[key] > 1)


def _starts(ordered: Ints) -> Bools:
    """Which of the values in order are the first of their run."""
    new = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


def _cells(kind: Ints, key: Ints, rank: Ints) -> Ints:
    """One number each for a kind, a key and a rank, in their order: sorting one is quicker."""
    return (kind * (int(key.max(initial=0)) + 1) + key) * (int(rank.max(initial=0)) + 1) + rank


def pairs(
    book: Book,
    *,
    nameless: bool = False,
    judged: Bools | None = None,
    window_days: float = WINDOW_DAYS,
) -> tuple[Pairs, Ints]:
    """Every pair through a key, and for each use how many people its hub had by then, 0 for no hub.

    ``nameless``: nobody claims anything, so that everybody is unrelated to everybody else.
    ``judged``: the people whose pairs to earlier ones are wanted, everybody if not given.
    """
    rows = repeated(book.key)
    cell = _cells(book.kind[rows], book.key[rows], book.before[book.person[rows]])
    order = rows[np.argsort(cell)]
    person, kind, key = book.person[order], book.kind[order], book.key[order]
    start = np.ones(person.size, dtype=np.bool_)
    start[1:] = (key[1:] != key[:-1]) | (kind[1:] != kind[:-1])
    head = np.maximum.accumulate(np.where(start, np.arange(person.size), 0))
    place = np.arange(person.size) - head
    hub = hubs(person, kind, head, place)
    count = np.where(hub, 0, place)
    if judged is not None:
        count[~judged[person]] = 0
    later = np.repeat(np.arange(person.size), count)
    earlier = np.arange(later.size) - np.repeat(np.cumsum(count) - count, count) + head[later]
    i, j = person[later], person[earlier]
    first, last = book.first[order], book.last[order]
    gap = np.maximum(first[later] - last[earlier], first[earlier] - last[later])
    window = window_days * DAY
    apart = (np.minimum(last[earlier], last[later]) >= book.as_of[i] - window) & (gap <= window)
    apart &= np.maximum(first[later], first[earlier]) <= book.as_of[i]
    if not nameless:
        apart &= (book.names[i, 0] >= 0) & (book.names[j, 0] >= 0)
        apart[apart] = ~shares(book.names[i[apart]], book.names[j[apart]])
        apart[apart] = ~shares(book.ties[i[apart]], book.ties[j[apart]])
    apart[apart] = _linked(i[apart], j[apart], kind[later[apart]])
    later, i, j, gap = later[apart], i[apart], j[apart], np.maximum(gap[apart], 0)
    strangers = np.array([STRANGERS[name] for name in KINDS])[kind[later]]
    rarity = np.log2((book.before[i] + strangers) / (place[later] + 1))
    bits = np.maximum(rarity, 0) * np.array([CONTROL[name] for name in KINDS])[kind[later]]
    bits *= 0.5 ** (gap / (HALF_LIFE_DAYS * DAY))
    bits *= np.where(shares(book.places[i], book.places[j]), SAME_PLACE, 1.0)
    crowd = np.zeros(book.person.size, dtype=np.int64)
    crowd[order] = np.where(hub, place + 1, 0)
    return Pairs(i, j, kind[later], key[later], bits), crowd


def _linked(later: Ints, earlier: Ints, kind: Ints) -> Bools:
    """Who brought whom is ordinary: a referral is a link only beside another kind of key."""
    referral = kind == KINDS.index("referral")
    found: Bools = ~referral
    if referral.any():
        pair = later * (int(earlier.max()) + 1) + earlier
        found[referral] = np.isin(pair[referral], pair[~referral])
    return found


def strong(found: Pairs) -> Bools:
    """Which pairs tie a ring together; an address ties more people than share a flat."""
    kinds = np.array([KINDS.index(name) for name in CONTROLLED])
    ties: Bools = (found.bits >= STRONG_BITS) & among(found.kind, kinds)
    homes = found.kind == KINDS.index("address")
    if not some(homes):
        return ties
    cell = found.later * (int(found.key.max(initial=0)) + 1) + found.key
    _, row, people = np.unique(cell[homes], return_inverse=True, return_counts=True)
    ties[homes] &= people[row] >= FLAT
    return ties


def rings(found: Pairs, n: int, order: Ints) -> Floats:
    """People in the ring of each person when they came, themselves among them.

    ``order``: people by when they came.
    """
    ties = strong(found)
    later, earlier = found.later[ties], found.earlier[ties]
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    by_time = np.argsort(place[later], kind="stable")
    return grown(later[by_time], earlier[by_time], np.ones(n))


def grown(later: Ints, earlier: Ints, size: Floats) -> Floats:
    """How large the group of each had become with its own last tie; alone without one.

    Ties in order of time; ``size``: how many people each stands for at first.
    """
    leader, grow, out = list(range(size.size)), size.tolist(), size.copy()

    def top(who: int) -> int:
        while leader[who] != who:
            leader[who] = leader[leader[who]]
            who = leader[who]
        return who

    for new, old in zip(later.tolist(), earlier.tolist(), strict=True):
        a, b = top(new), top(old)
        if a != b:
            leader[b] = a
            grow[a] += grow[b]
        out[new] = grow[a]
    return out


def facts(
    book: Book, found: Pairs, crowd: Ints, ring: Floats, closeness: Floats, sharers: Ints
) -> Links:
    """What the pairs of each later person come to; ``crowd`` as `pairs` tells it."""
    n, kinds = book.as_of.size, len(KINDS)
    others = np.full((n, kinds), np.nan)
    others[book.person, book.kind] = 0
    width = max(n, 1)
    triples = np.sort((found.later * kinds + found.kind) * width + found.earlier)
    triples = triples[_starts(triples)]
    cells, counts = np.unique(triples // width, return_counts=True)
    others[cells // kinds, cells % kinds] = counts
    largest = np.zeros(n)
    hub = true_rows(crowd > 0)
    np.maximum.at(largest, book.person[hub], crowd[hub])
    couples, row = np.unique(
        triples // width // kinds * width + triples % width, return_inverse=True
    )
    shared = np.zeros((couples.size, kinds), dtype=np.bool_)
    shared[row, triples // width % kinds] = True
    sorts, counted = _sorts(shared)
    double = np.zeros(n)
    np.maximum.at(double, couples // width, sorts)
    pair = found.later * width + found.earlier
    order = np.argsort(pair)
    starts = true_rows(_starts(pair[order]))
    best = np.maximum.reduceat(found.bits[order], starts) if starts.size else np.zeros(0)
    by_bits = np.argsort(best)  # sums alike in any input order
    whole = np.bincount(found.later[order[starts]][by_bits], best[by_bits], minlength=n)
    return Links(
        others=others,
        hubs=largest,
        identities=np.bincount(couples[counted] // width, minlength=n).astype(np.float64),
        double=double,
        bits=np.minimum(whole, BITS_MAX),
        ring=ring,
        closeness=closeness,
        sharers=sharers,
    )


def shared_with(cells: Ints, people: Ints, wanted: Ints) -> Ints:
    """How many people stand beside each wanted cell; ``cells`` in order, with ``people`` each."""
    if not cells.size:
        return np.zeros(wanted.size, dtype=np.int64)
    at = np.minimum(np.searchsorted(cells, wanted), cells.size - 1)
    found: Ints = np.where(cells[at] == wanted, people[at], 0)
    return found


def _sorts(shared: Bools) -> tuple[Ints, Bools]:
    """Sorts of key that each two share, and whether they share by more than living together.

    A home is a sort of its own only beside a referral: couples share an account, colleagues refer.
    """
    has = {name: shared[:, place] for place, name in enumerate(KINDS)}
    sorts = np.array([np.any([has[name] for name in sort], axis=0) for sort in SORTS])
    home = np.any([has[name] for name in HOME], axis=0)
    number: Ints = sorts.sum(axis=0) + (home & has["referral"])
    controlled = np.any([has[name] for name in CONTROLLED if name not in HOME], axis=0)
    counted: Bools = controlled | np.all([has[name] for name in HOME], axis=0) | (number >= 2)
    return np.maximum(number, 1), counted


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
        closeness=unknown,
        sharers=np.zeros(uses.owner.size, dtype=np.int64),
    )


def everybody(people: People) -> Ints:
    """People by when they came: ``as_of``, then id."""
    order: Ints = np.argsort(people.as_of, kind="stable")
    if np.diff(people.as_of[order]).all():
        return order
    return np.lexsort((np.asarray(people.ids, dtype=str), people.as_of))
