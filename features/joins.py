"""Rows of one table found from another, within the same profile."""

from __future__ import annotations

import numpy as np

from features.batch import Table
from features.coded import Coded
from features.segments import Ints, nowhere


def row_of(have: Table, names: Coded, want: Table, wanted: Coded) -> Ints:
    """For each row of ``want`` the row of ``have`` with that name in the same profile, else -1.

    Where a profile has a name twice, the last row that has it.
    """
    if not have.size or not want.size:
        return nowhere(want.size)
    index = {value: number for number, value in enumerate(names.values)}
    code = wanted.per_value(lambda value: index.get(value, -1), -1).astype(np.int64)
    # One more than there are names, so that a nameless row of one profile is no row of another.
    width = len(index) + 1
    there, here = have.owner * width + names.codes, want.owner * width + code
    order = np.argsort(there, kind="stable")
    found = order[np.maximum(np.searchsorted(there[order], here, side="right") - 1, 0)]
    return np.where((code >= 0) & (there[found] == here), found, -1)
