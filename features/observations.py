"""Structured observations of conduct, read by the family that owns their kind."""

from __future__ import annotations

import numpy as np

from features.batch import Batch
from features.segments import Floats, unknown


def observed(batch: Batch, kind: str) -> Floats:
    """Share of the observations of a kind that saw it; 0 looked and not seen, NaN never looked."""
    conduct = batch.table("conduct")
    if not conduct.size:
        return unknown(batch.n)
    own = conduct.text("kind").is_in([kind])
    return conduct.mean(np.where(own, conduct.number("seen"), np.nan))
