"""How close a person is to a confirmed case, through the ties that hold rings together.

Only strong ties through controlled keys count, only people who came before, and only decisions made by
then. Two steps at most: a case says something of whoever shares its keys, little of their other
acquaintances, nothing beyond. What was decided about the person themselves is never looked at.
"""

from __future__ import annotations

import numpy as np

from features.links import Pairs, strong
from features.segments import Floats, Ints, true_rows

DIRECT, THROUGH_ANOTHER = 2.0, 1.0


def closeness(later: Ints, earlier: Ints, as_of: Floats, order: Ints, confirmed: Floats) -> Floats:
    """2 for who is tied to a confirmed case, 1 for who is tied to such a one's other tie, else 0.

    ``later``, ``earlier``: strong ties between people; ``order``: people by when they came;
    ``confirmed``: when each was, NaN for nobody.
    """
    n = as_of.size
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    # From whose place on a case is known: after it came, and once it was decided.
    since = np.full(n, n)
    case = true_rows(~np.isnan(confirmed))
    since[case] = np.maximum(place[case] + 1, np.searchsorted(as_of[order], confirmed[case]))
    soonest = np.full(n, n)
    np.minimum.at(soonest, later, since[earlier])
    np.minimum.at(soonest, earlier, since[later])
    found = np.zeros(n)
    known = soonest[earlier] <= place[later]
    np.maximum.at(found, later[known], THROUGH_ANOTHER)
    known = since[earlier] <= place[later]
    np.maximum.at(found, later[known], DIRECT)
    return found


def of_pairs(found: Pairs, as_of: Floats, order: Ints, confirmed: Floats) -> Floats:
    """Closeness of everybody, by the strong ties among all pairs."""
    ties = strong(found)
    return closeness(found.later[ties], found.earlier[ties], as_of, order, confirmed)
