"""People of one household, as declared: whom shared things may belong to."""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.segments import Floats


def beyond_household(batch: Batch, table: Table, column: str) -> Floats:
    """A count of other people on each row, the declared household taken off; NaN stays unknown."""
    household = batch.table("household")
    if not household.size:
        return table.number(column)
    kin = household.count(household.known("value"))[table.owner]
    return np.maximum(table.number(column) - kin, 0)
