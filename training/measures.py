"""Measures of a ranking, each with its count and a 95 % cluster-bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.segments import Bools, Floats, Ints

RESAMPLES = 300


@dataclass(frozen=True)
class Measure:
    """A figure, its 95 % interval, and the people it rests on."""

    value: float
    low: float
    high: float
    positives: int
    people: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def data(self) -> dict[str, Any]:
        """As plain numbers, rounded to six places."""
        return {
            "value": round(self.value, 6),
            "interval_95": [round(self.low, 6), round(self.high, 6)],
            "positives": self.positives,
            "people": self.people,
        }


Statistic = Callable[[Floats, Bools, Floats], float]
"""A function of scores (descending), who is positive, and the weight of each person."""


def measure(
    statistic: Statistic, score: Floats, positive: Bools, cluster: Ints, seed: int = 0
) -> Measure:
    """A statistic with an interval from resampling whole clusters; draws that are NaN are left out."""
    return _interval(_draws(statistic, score, positive, cluster, seed), positive)


def gain(
    statistic: Statistic,
    score: Floats,
    other: Floats,
    positive: Bools,
    cluster: Ints,
    seed: int = 0,
) -> Measure:
    """What a statistic gains by one score over another, both on the same resampled people."""
    ours, theirs = (_draws(statistic, s, positive, cluster, seed) for s in (score, other))
    return _interval(ours - theirs, positive)


def _draws(
    statistic: Statistic, score: Floats, positive: Bools, cluster: Ints, seed: int
) -> Floats:
    """The statistic of everybody, then of each resample; the same people for the same seed."""
    order = np.argsort(-score, kind="stable")
    score, positive, cluster = score[order], positive[order], cluster[order]
    _, codes = np.unique(cluster, return_inverse=True)
    number = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    weights = (_resample(rng, number)[codes] for _ in range(RESAMPLES))
    everybody = statistic(score, positive, np.ones(score.size))
    return np.array([everybody, *(statistic(score, positive, weight) for weight in weights)])


def _interval(draws: Floats, positive: Bools) -> Measure:
    low, high = np.nanquantile(draws[1:], [0.025, 0.975])
    return Measure(
        float(draws[0]), float(low), float(high), int(positive.sum()), int(positive.size)
    )


def _resample(rng: np.random.Generator, number: int) -> Floats:
    """How often each cluster is drawn when as many are drawn with replacement."""
    return np.bincount(rng.integers(0, number, number), minlength=number).astype(np.float64)


def recall_at(rate: float) -> Statistic:
    """Share of positives found when ``rate`` of the others are flagged too; NaN without positives."""

    def statistic(score: Floats, positive: Bools, weight: Floats) -> float:
        if not weight[positive].any():
            return float("nan")
        hits, false = _curves(score, positive, weight)
        return float(hits[np.searchsorted(false, rate, side="right") - 1])

    return statistic


def precision_at(budget: float, base_rate: float) -> Statistic:
    """Share of true cases among the ``budget`` (share of people) flagged, at a base rate.

    A first group of equal scores larger than the budget is drawn from at random.
    """

    def statistic(score: Floats, positive: Bools, weight: Floats) -> float:
        hits, false = _curves(score, positive, weight)
        flagged = base_rate * hits + (1 - base_rate) * false
        at = max(int(np.searchsorted(flagged, budget, side="right")) - 1, 1)
        return float(base_rate * hits[at] / flagged[at]) if flagged[at] > 0 else float("nan")

    return statistic


def average_precision(score: Floats, positive: Bools, weight: Floats) -> float:
    """Area under precision and recall; a coin scores the share of positives."""
    ends = _ends(score)
    found = np.cumsum(weight * positive)[ends]
    seen = np.cumsum(weight)[ends]
    gained = np.diff(np.r_[0.0, found])
    return float((gained * found / np.maximum(seen, 1e-12)).sum() / max(found[-1], 1e-12))


def auc(score: Floats, positive: Bools, weight: Floats) -> float:
    """Chance that a positive ranks above another person; ties count half."""
    hits, false = _curves(score, positive, weight)
    return float(np.trapezoid(hits, false))


def top_calibration(share: float, chance: Floats) -> Statistic:
    """Predicted over observed cases among the ``share`` with the highest scores.

    ``chance``: the modelled chance of each person, sorted by descending score.
    """

    def statistic(score: Floats, positive: Bools, weight: Floats) -> float:
        top = np.cumsum(weight) <= share * weight.sum()
        observed = (weight * positive)[top].sum()
        return float((weight * chance)[top].sum() / observed) if observed else float("nan")

    return statistic


def _ends(score: Floats) -> Ints:
    """Last index of each run of equal scores: ties are taken together or not at all."""
    return np.flatnonzero(np.r_[score[1:] != score[:-1], True])


def _curves(score: Floats, positive: Bools, weight: Floats) -> tuple[Floats, Floats]:
    """Share of positives and of others at or above each distinct score, starting at none."""
    ends = _ends(score)
    hits = np.cumsum(weight * positive)[ends]
    false = np.cumsum(weight * ~positive)[ends]
    hits, false = hits / max(hits[-1], 1e-12), false / max(false[-1], 1e-12)
    return np.r_[0.0, hits], np.r_[0.0, false]
