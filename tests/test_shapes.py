"""What each value of a feature contributes, read off the trees."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import lightgbm
import numpy as np
import pytest

from fraudscore.shapes import Shapes


def model(features: int, leaves: int, trees: int, seed: int = 0, *, alone: bool = True):
    rng = np.random.default_rng(seed)
    rows = np.abs(rng.normal(size=(3000, features))) * (rng.random((3000, features)) < 0.7)
    rows[rng.random(rows.shape) < 0.3] = np.nan
    target = (np.nansum(rows[:, :3], axis=1) + rng.normal(size=3000) > 1.5) * 1
    parameters = {
        "objective": "binary",
        "num_leaves": leaves,
        "verbose": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
        "seed": seed,
    }
    if alone:
        parameters["interaction_constraints"] = [[place] for place in range(features)]
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, target), trees)
    return booster, rows


def shapes(booster, direction=1):
    return Shapes(booster.dump_model(), [direction] * booster.num_feature())


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
def test_equals_the_definition_where_nothing_is_held_against_absence(seed):
    booster, rows = model(5, 8, 12, seed)
    found = shapes(booster)
    for row in rows[:12]:
        phi = by_definition(booster, row)
        (line,) = found.contributions(row[None, :])
        noise = (line == 0) & (phi > 0) & (row < np.nanquantile(rows, 0.5))
        assert ((np.abs(line - phi) < 1e-9) | noise).all()


def test_the_steps_are_what_the_trees_say():
    booster, rows = model(30, 4, 200)
    found = shapes(booster)
    unknown = booster.predict(np.full((1, 30), np.nan), raw_score=True)[0]
    assert found.unknown == pytest.approx(unknown, abs=1e-12)
    assert np.abs(found.raw(rows) - booster.predict(rows, raw_score=True)).max() < 1e-9


def test_what_was_not_assessed_contributes_exactly_zero():
    booster, rows = model(30, 4, 100)
    assert (shapes(booster).contributions(rows)[np.isnan(rows)] == 0).all()


def test_what_is_not_there_never_speaks_against():
    booster, rows = model(10, 4, 100)
    assert (shapes(booster).contributions(rows)[rows == 0] <= 0).all()


def test_what_speaks_for_a_person_never_speaks_against():
    booster, rows = model(10, 4, 100)
    assert (shapes(booster, direction=-1).contributions(rows) <= 0).all()


def test_what_speaks_against_people_never_speaks_for_them_at_its_worst():
    """Where only bad news was ever asked for, to be asked says nothing."""
    rng = np.random.default_rng(0)
    rows = np.abs(rng.normal(size=(3000, 2))) * (rng.random((3000, 2)) < 0.7)
    asked = rng.random((3000, 2)) < 0.5
    rows[~asked] = np.nan
    target = (rng.random(3000) < 0.5 - 0.3 * asked[:, 0]) * 1
    parameters = {
        "objective": "binary",
        "num_leaves": 4,
        "verbose": -1,
        "num_threads": 1,
        "seed": 0,
    }
    parameters |= {"interaction_constraints": [[0], [1]], "monotone_constraints": [1, 1]}
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, target), 100)
    worst = np.array([[50.0, 50.0], [0.0, 0.0], [1.0, 1.0]])
    assert (shapes(booster).raw(worst)[0] < shapes(booster).unknown).all()
    assert (shapes(booster).contributions(worst)[0] >= 0).all()
    assert (shapes(booster).contributions(worst)[:, 0] == 0).all()


def test_evidence_taken_away_takes_its_contribution_and_nothing_else():
    booster, rows = model(10, 4, 100)
    found = shapes(booster)
    before = found.contributions(rows)
    without = rows.copy()
    without[:, 2] = np.nan
    after = found.contributions(without)
    assert (after[:, 2] == 0).all()
    assert np.array_equal(np.delete(before, 2, 1), np.delete(after, 2, 1))


def test_one_row_alone_equals_the_same_row_among_many():
    booster, rows = model(10, 4, 50)
    found = shapes(booster)
    alone = np.concatenate([found.contributions(rows[i : i + 1]) for i in range(50)])
    assert np.array_equal(alone, found.contributions(rows[:50]))


def test_no_rows():
    booster, _ = model(4, 4, 3)
    assert shapes(booster).contributions(np.empty((0, 4))).shape == (0, 4)


def test_a_tree_that_asks_about_two_features_is_refused():
    booster, _ = model(5, 8, 12, alone=False)
    with pytest.raises(ValueError, match="may ask about one"):
        shapes(booster)


def test_a_feature_never_missing_in_training_is_refused():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 1))
    data = lightgbm.Dataset(rows, (rows[:, 0] > 0) * 1)
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 3)
    with pytest.raises(ValueError, match="never missing"):
        shapes(booster)
