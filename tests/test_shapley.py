"""Contributions are exact Shapley values against the unknown profile."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import lightgbm
import numpy as np
import pytest

from fraudscore.shapley import Explainer


def model(features: int, leaves: int, trees: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(3000, features))
    rows[rng.random(rows.shape) < 0.3] = np.nan
    target = (np.nansum(rows[:, :3], axis=1) + rng.normal(size=3000) > 0.5) * 1
    parameters = {
        "objective": "binary",
        "num_leaves": leaves,
        "verbose": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
        "seed": seed,
    }
    return lightgbm.train(parameters, lightgbm.Dataset(rows, target), trees), rows


def by_definition(booster, x):
    """Shapley's own formula over every coalition, unknown features as NaN."""
    n = x.size
    phi = np.zeros(n)
    for i in range(n):
        others = [j for j in range(n) if j != i]
        for size in range(n):
            for chosen in combinations(others, size):
                without = np.full(n, np.nan)
                without[list(chosen)] = x[list(chosen)]
                with_it = without.copy()
                with_it[i] = x[i]
                low, high = booster.predict(np.array([without, with_it]), raw_score=True)
                phi[i] += factorial(size) * factorial(n - 1 - size) / factorial(n) * (high - low)
    return phi


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_equals_the_definition(seed):
    booster, rows = model(5, 8, 12, seed)
    found = Explainer(booster.dump_model()).contributions(rows[:12])
    for row, line in zip(rows[:12], found, strict=True):
        assert by_definition(booster, row) == pytest.approx(line, abs=1e-12)


def test_sums_to_the_margin_above_the_unknown_profile():
    booster, rows = model(30, 15, 150)
    explainer = Explainer(booster.dump_model())
    unknown = booster.predict(np.full((1, 30), np.nan), raw_score=True)[0]
    assert explainer.unknown == pytest.approx(unknown, abs=1e-12)
    margins = booster.predict(rows, raw_score=True) - unknown
    assert np.abs(explainer.contributions(rows).sum(axis=1) - margins).max() < 1e-9


def test_what_was_not_assessed_contributes_exactly_zero():
    booster, rows = model(30, 15, 100)
    found = Explainer(booster.dump_model()).contributions(rows)
    assert (found[np.isnan(rows)] == 0).all()


def test_one_row_alone_equals_the_same_row_among_many():
    booster, rows = model(10, 15, 50)
    explainer = Explainer(booster.dump_model())
    alone = np.concatenate([explainer.contributions(rows[i : i + 1]) for i in range(50)])
    assert np.array_equal(alone, explainer.contributions(rows[:50]))


def test_no_rows():
    booster, _ = model(4, 4, 3)
    assert Explainer(booster.dump_model()).contributions(np.empty((0, 4))).shape == (0, 4)


def test_a_model_that_never_saw_a_missing_value_is_refused():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 2))
    data = lightgbm.Dataset(rows, (rows[:, 0] > 0) * 1)
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 2)
    with pytest.raises(ValueError, match="never missing in training"):
        Explainer(booster.dump_model())
