"""Keys of a crowd: a carrier's address, a dormitory, a library. Many people, who share nothing else.

A farm or a firm of the same size differs in that its people are tied by other keys too. Decided for
each use by who had come by then, so that nobody who comes later changes anything.
"""

from __future__ import annotations

import numpy as np

from features.keys import KINDS
from features.segments import Bools, Ints, true_rows

CROWD: dict[str, int] = {
    "payout": 60, "mfa": 30, "device": 30, "address": 12, "line": 6, "phone": 12, "mailbox": 12,
    "text": 60, "referral": 30,
}  # fmt: skip
"""People from whom a key is a hub where most of them share nothing else (assumed)."""
HALL = 60
"""People from whom a key is a hub whatever else they share: larger than farms of one site (WANG)."""
MIXED = 0.5
"""Share of a crowd tied by other keys from which it is one household, firm or ring (assumed)."""
TYING = ("payout", "mfa", "device", "address", "line", "phone", "mailbox")
"""Kinds of key by which people of a crowd may be tied."""


def hubs(person: Ints, kind: Ints, head: Ints, place: Ints) -> Bools:
    """Which uses are of a hub: many people by then, most of them tied by nothing else.

    Uses come sorted by key and arrival; ``head`` is the first use of the same key.
    """
    crowd = np.array([CROWD[name] for name in KINDS])[kind]
    hub: Bools = place >= crowd
    many = true_rows(hub)
    if not many.size:
        return hub
    crowded = np.zeros(person.size, dtype=np.bool_)
    crowded[head[many]] = True
    busy = crowded[head] & (place < HALL)
    among = np.zeros(int(person.max()) + 1, dtype=np.bool_)
    among[person[busy]] = True
    tying = np.array([name in TYING for name in KINDS])[kind] & (place < HALL) & among[person]
    tied = _tied_from(true_rows(busy), true_rows(tying), person, kind, head, place)
    # How many of a key's people were tied by each arrival: the tied so far, counted by binary search.
    width = person.size + 1
    cells = np.sort(head[busy] * width + tied)
    head, place = head[many], place[many]
    until = np.searchsorted(cells, head * width + place, side="right")
    share = (until - np.searchsorted(cells, head * width)) / (place + 1)
    hub[many] = (share < MIXED) | (place >= HALL)
    return hub


def _tied_from(busy: Ints, tying: Ints, person: Ints, kind: Ints, head: Ints, place: Ints) -> Ints:
    """For each busy use, the arrival at its key from which its person shares another kind with someone.

    The number of uses where that never happens.
    """
    never = person.size
    tying = tying[np.argsort(person[tying])]
    number = np.bincount(person[tying], minlength=int(person.max(initial=0)) + 1)
    begin, count = (np.cumsum(number) - number)[person[busy]], number[person[busy]]
    which = np.repeat(np.arange(busy.size), count)
    step = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    other = tying[np.repeat(begin, count) + step]
    differ = kind[other] != kind[busy[which]]
    which, other = which[differ], other[differ]
    order = np.lexsort((place[busy[which]], head[other], head[busy[which]]))
    which, other = which[order], other[order]
    own, mine, theirs = place[busy[which]], head[busy[which]], head[other]
    same = (mine[1:] == mine[:-1]) & (theirs[1:] == theirs[:-1])
    since = np.full(which.size, never)
    since[:-1][same] = own[1:][same]
    since[1:][same] = own[1:][same]
    out = np.full(busy.size, never)
    np.minimum.at(out, which, since)
    return out
