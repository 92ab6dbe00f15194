"""From margins to log-odds, and thresholds from a later slice."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from features.segments import Bools, Floats

REVIEW_RATE = 0.01
VERIFY_RATE = 0.05
"""False positives among honest people at which the default thresholds lie."""


def slope(margins: Floats, positive: Bools) -> float:
    """The slope that makes ``log-odds = prior + slope x margin`` most likely.

    ``margins`` are raw scores above the unknown profile's. The line is pinned there: knowing
    nothing means the base rate, so the intercept is the prior of the slice.
    """
    share = positive.mean()
    prior = np.log(share / (1 - share))

    def loss(value: float) -> float:
        odds = prior + value * margins
        return float(np.logaddexp(0, np.where(positive, -odds, odds)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)


def threshold(evidence: Floats, honest: Bools, rate: float) -> float:
    """The evidence that the share ``rate`` of honest people reaches."""
    return float(np.quantile(evidence[honest], 1 - rate))
