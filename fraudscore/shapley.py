"""Exact Shapley values of a tree ensemble against the unknown profile.

The background is one row in which nothing is known (every feature NaN), so a feature that was not
assessed contributes exactly zero, and the values sum to f(x) - f(nothing known).

For one leaf, let A be the features on its path that only ``x`` satisfies and B those that only the
unknown profile satisfies. A coalition reaches the leaf if and only if it holds all of A and none of
B, so with a = |A|, b = |B| and leaf value v each feature of A receives v (a-1)! b! / (a+b)! and
each of B loses v a! (b-1)! / (a+b)! (Lundberg et al. 2020, interventional TreeSHAP, with a single
background row). Because the background never changes, A is fixed for each leaf, and the sum over
all leaves is a handful of sparse matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
CHUNK_CELLS = 300_000
"""Cells of the largest intermediate matrix, so that memory does not grow with the batch."""


DEAD = 4096
"""More than any path is long; its multiples stay exact in the products below."""


@dataclass(frozen=True)
class _Leaf:
    value: float
    conditions: dict[int, tuple[float, float, bool]]
    """For each feature on the path: the interval (low, high] it must lie in, and if NaN passes."""


class Explainer:
    """Contributions of every feature of a LightGBM model, for many rows at once.

    ``model`` is what ``Booster.dump_model()`` returns; only numerical splits that know
    missing values are understood (ValueError otherwise).
    """

    def __init__(self, model: dict[str, Any]) -> None:
        self.width = int(model["max_feature_idx"]) + 1
        leaves = [
            leaf for tree in model["tree_info"] for leaf in _leaves(tree["tree_structure"], {})
        ]
        self._values = np.array([[leaf.value] for leaf in leaves])
        self.unknown = sum(
            leaf.value for leaf in leaves if all(nan for *_, nan in leaf.conditions.values())
        )
        """f(nothing known), the raw score of the unknown profile."""
        index: dict[tuple[int, float, float, bool], int] = {}
        pairs = [
            (index.setdefault((feature, *condition), len(index)), number, condition[2])
            for number, leaf in enumerate(leaves)
            for feature, condition in leaf.conditions.items()
        ]
        self._feature = np.array([key[0] for key in index], dtype=np.int64)
        self._low = np.array([[key[1]] for key in index])
        self._high = np.array([[key[2]] for key in index])
        self._nan = np.array([[key[3]] for key in index], dtype=np.bool_)
        shape = (len(index), len(leaves))
        only_x = _incidence([p for p in pairs if not p[2]], shape)
        shared = _incidence([p for p in pairs if p[2]], shape)
        self._leaves = sparse.hstack([only_x, shared], format="csr")
        # One product counts both: the misses that make a leaf unreachable, above those it shares.
        both = only_x * DEAD + shared
        self._missed = both.T.tocsr().astype(np.float32)
        self._owners = sparse.csr_matrix(
            (np.ones(len(index)), (self._feature, np.arange(len(index)))),
            shape=(self.width, len(index)),
        )
        size = max((len(leaf.conditions) for leaf in leaves), default=0) + 1
        gain, loss = _weights(size)
        self._gain, self._loss = gain.ravel(), loss.ravel()
        a = np.asarray(only_x.sum(axis=0)).ravel()
        # |A| as the row of the flattened weight tables, to which |B| is added as the column.
        self._a = (a * size).astype(np.int32)[:, None]

    def contributions(self, rows: Floats) -> Floats:
        """Shapley values, one row for each row, one column for each feature."""
        step = max(1, CHUNK_CELLS // max(self._values.size, 1))
        parts = [self._chunk(rows[at : at + step]) for at in range(0, len(rows), step)]
        return np.concatenate(parts) if parts else np.zeros((0, self.width))

    def _chunk(self, rows: Floats) -> Floats:
        x = np.ascontiguousarray(rows.T)[self._feature]
        with np.errstate(invalid="ignore"):
            passes = (x > self._low) & (x <= self._high)
        passes |= np.isnan(x) & self._nan
        misses = (~passes).astype(np.float32)
        split = (self._missed @ misses).astype(np.int32)
        reached = split < DEAD
        value = np.where(reached, self._values, 0.0)
        split = np.where(reached, split + self._a, 0)
        parts = np.concatenate((value * self._gain.take(split), value * self._loss.take(split)))
        moved = self._leaves @ parts
        moved *= np.where(self._nan, -misses, 1.0)
        # Row by row in memory: sums over features then never depend on the size of the batch.
        return np.ascontiguousarray((self._owners @ moved).T)


def _leaves(node: dict[str, Any], path: dict[int, tuple[float, float, bool]]) -> list[_Leaf]:
    if "leaf_value" in node:
        return [_Leaf(float(node["leaf_value"]), path)]
    if node["decision_type"] != "<=":
        raise ValueError("only numerical splits can be explained")
    if node["missing_type"] != "NaN":
        raise ValueError(
            f"feature {node['split_feature']} was never missing in training, so the model would "
            "read `not assessed` as 0"
        )
    feature, threshold = int(node["split_feature"]), float(node["threshold"])
    low, high, nan = path.get(feature, (-np.inf, np.inf, True))
    nan_left = bool(node["default_left"])
    left = (low, min(high, threshold), nan and nan_left)
    right = (max(low, threshold), high, nan and not nan_left)
    return _leaves(node["left_child"], path | {feature: left}) + _leaves(
        node["right_child"], path | {feature: right}
    )


def _incidence(pairs: list[tuple[int, int, bool]], shape: tuple[int, int]) -> sparse.csr_matrix:
    data = np.ones(len(pairs))
    return sparse.csr_matrix((data, ([p[0] for p in pairs], [p[1] for p in pairs])), shape=shape)


def _weights(size: int) -> tuple[Floats, Floats]:
    """(a-1)! b! / (a+b)! and a! (b-1)! / (a+b)!, zero where the set is empty."""
    gain, loss = np.zeros((size, size)), np.zeros((size, size))
    for a in range(size):
        for b in range(size):
            if a:
                gain[a, b] = factorial(a - 1) * factorial(b) / factorial(a + b)
            if b:
                loss[a, b] = factorial(a) * factorial(b - 1) / factorial(a + b)
    return gain, loss
