"""Fit the trees: of one feature each, monotone by catalogue, with families dropped at random."""

from __future__ import annotations

import lightgbm
import numpy as np

from features.catalogue import FAMILIES, FEATURES
from features.segments import Bools, Floats

TREES = 1_200
STAGES = 10
"""Stages of as many trees each: in each the families that people miss are drawn anew, so that what a
rare thing weighs hangs on no single draw."""
DROPPED = (0.0, 0.5, 0.7)
"""Each person is seen so many times, each time with this chance that a family is missing: keeps absence
free of signal, and lets the little that some buyers see weigh what it is worth (chosen on the tuning
slice)."""
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
    "max_bin": 63,
    "monotone_constraints_method": "intermediate",
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def fit(matrix: Floats, positive: Bools, seed: int) -> lightgbm.Booster:
    """Trees for a matrix in catalogue order. The same seed gives the same bytes."""
    rng, booster = np.random.default_rng(seed), None
    directions = [feature.monotone for feature in FEATURES.values()]
    alone = [[place] for place in range(matrix.shape[1])]
    parameters = PARAMETERS | {
        "seed": seed,
        "monotone_constraints": directions,
        # A tree asks about one feature only: see fraudscore/shapes.py.
        "interaction_constraints": alone,
        "feature_contri": [float(name not in RESTATING) for name in FEATURES],
    }
    for _ in range(STAGES):
        data = _seen(matrix, positive, rng)
        booster = lightgbm.train(parameters, data, TREES // STAGES, init_model=booster)
    assert booster is not None
    return booster


def _seen(matrix: Floats, positive: Bools, rng: np.random.Generator) -> lightgbm.Dataset:
    """Each person once for each of DROPPED, with other families missing each time."""
    rows = np.concatenate([dropped(matrix, share, rng) for share in DROPPED])
    rows[rng.random(len(rows)) < NOTHING] = np.nan
    label = np.tile(positive.astype(np.float64), len(DROPPED))
    return lightgbm.Dataset(rows, label, feature_name=list(FEATURES), free_raw_data=True)


def dropped(matrix: Floats, share: float, rng: np.random.Generator) -> Floats:
    """A copy in which each person misses each family with this chance."""
    out = matrix.copy()
    names = list(FEATURES)
    for family in FAMILIES:
        columns = [names.index(feature.name) for feature in family.features]
        missing = np.flatnonzero(rng.random(len(out)) < share)
        out[np.ix_(missing, np.array(columns))] = np.nan
    return out
