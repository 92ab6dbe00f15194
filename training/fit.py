"""Fit the trees: of one feature each, monotone by catalogue, with families dropped at random."""

from __future__ import annotations

import lightgbm
import numpy as np

from features.catalogue import FAMILIES, FEATURES
from features.segments import Bools, Floats

TREES = 800
COPIES = 3
"""Times each person is seen in training, each time with other families missing."""
DROPPED = 0.35
"""Chance that a family is missing in a copy (assumed; keeps absence free of signal)."""
NOTHING = 0.04
"""Share of copies of which nothing is known, so that the unknown profile scores the base rate."""
RESTATING = ("link_bits", "ring_members")
"""Sums over links that other features tell one by one; trees choose among the latter only, so that the
weight lies where a reason says what is shared. The sums are shown, without weight."""
PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "num_leaves": 4,
    "learning_rate": 0.3,
    "min_data_in_leaf": 10,
    "lambda_l2": 1.0,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 63,
    "monotone_constraints_method": "intermediate",
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def fit(matrix: Floats, positive: Bools, seed: int) -> lightgbm.Booster:
    """Trees for a matrix in catalogue order. The same seed gives the same bytes."""
    rng = np.random.default_rng(seed)
    copies = [matrix, *(dropped(matrix, rng) for _ in range(COPIES - 1))]
    rows = np.concatenate(copies)
    rows[rng.random(len(rows)) < NOTHING] = np.nan
    data = lightgbm.Dataset(
        rows,
        np.tile(positive.astype(np.float64), COPIES),
        feature_name=list(FEATURES),
        free_raw_data=True,
    )
    directions = [feature.monotone for feature in FEATURES.values()]
    alone = [[place] for place in range(matrix.shape[1])]
    parameters = PARAMETERS | {
        "seed": seed,
        "monotone_constraints": directions,
        # A tree asks about one feature only: see fraudscore/shapes.py.
        "interaction_constraints": alone,
        "feature_contri": [float(name not in RESTATING) for name in FEATURES],
    }
    return lightgbm.train(parameters, data, num_boost_round=TREES)


def dropped(matrix: Floats, rng: np.random.Generator) -> Floats:
    """A copy in which each person misses each family with chance DROPPED."""
    out = matrix.copy()
    names = list(FEATURES)
    for family in FAMILIES:
        columns = [names.index(feature.name) for feature in family.features]
        missing = np.flatnonzero(rng.random(len(out)) < DROPPED)
        out[np.ix_(missing, np.array(columns))] = np.nan
    return out
