"""The model as one step function a feature, read off its trees.

Every tree asks about one feature only (`training.fit`), so the score is a sum, and what a feature
contributes depends on its own value alone: its step there less its step at `not assessed`. That is its
Shapley value against the unknown profile, exactly and without a sum over coalitions; what was not
assessed contributes zero, and taking evidence away takes away its contribution and nothing else.

Three things the trees cannot promise are laid down here. What was looked for and is not there never
speaks against a person, and what speaks for a person never speaks against them: such a step above
zero is noise of training and counts as zero. What speaks against people and even at its worst lies below
zero has learned that somebody asked, not what was found: it counts as zero, whatever was found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KNOWN = 1e300
"""The threshold with which LightGBM splits off what is not assessed: no value lies above it."""
Leaf = tuple[int, float, float, bool, float]
"""Feature, the interval (low, high] its value must lie in, whether `not assessed` passes, and value."""


class Shapes:
    """Contributions of every feature of a LightGBM model of one-feature trees.

    ``model`` is what ``Booster.dump_model()`` returns; ``monotone`` has 1 for each feature that raises
    and -1 for each that lowers. Raises ValueError for a tree that asks about two features, for splits
    that are not numerical, and for features that were never missing in training.
    """

    def __init__(self, model: dict[str, Any], monotone: Sequence[int]) -> None:
        self.width = int(model["max_feature_idx"]) + 1
        leaves: list[list[Leaf]] = [[] for _ in range(self.width)]
        self.unknown = 0.0
        for tree in model["tree_info"]:
            for leaf in _leaves(tree["tree_structure"], None):
                if leaf[0] < 0 or leaf[3]:
                    self.unknown += leaf[4]
                if leaf[0] >= 0:
                    leaves[leaf[0]].append(leaf)
        self._edges = [_edges(own) for own in leaves]
        self._raw = [_steps(edges, own) for edges, own in zip(self._edges, leaves, strict=True)]
        self._fair = [
            _fair(edges, steps, direction)
            for edges, steps, direction in zip(self._edges, self._raw, monotone, strict=True)
        ]
        # One row is looked up in lists, at a fifth of the price of a call into numpy a feature.
        self._lists = [
            (edges.tolist(), steps.tolist())
            for edges, steps in zip(self._edges, self._fair, strict=True)
        ]

    def weighs(self, column: int) -> bool:
        """Whether any value of a feature contributes anything."""
        return bool(self._fair[column].any())

    def contributions(self, rows: Floats) -> Floats:
        """One row for each row, one column for each feature; 0 where not assessed."""
        if len(rows) == 1:
            return self._one(rows)
        return self._many(rows, self._fair)

    def raw(self, rows: Floats) -> Floats:
        """What the trees themselves say, one value a row, to hold against LightGBM."""
        found: Floats = self.unknown + self._many(rows, self._raw).sum(axis=1)
        return found

    def _one(self, rows: Floats) -> Floats:
        out = np.zeros((1, self.width))
        known = (rows[0] == rows[0]).nonzero()[0]
        out[0, known] = [
            steps[bisect_left(edges, value)]
            for (edges, steps), value in zip(
                map(self._lists.__getitem__, known.tolist()), rows[0, known].tolist(), strict=True
            )
        ]
        return out

    def _many(self, rows: Floats, shapes: Sequence[Floats]) -> Floats:
        out = np.zeros((len(rows), self.width))
        known = ~np.isnan(rows)
        for place in np.flatnonzero(known.any(axis=0)).tolist():
            found = known[:, place]
            interval = np.searchsorted(self._edges[place], rows[found, place], "left")
            out[found, place] = shapes[place][interval]
        return out


def _edges(leaves: Sequence[Leaf]) -> Floats:
    """Where the steps of a feature are."""
    ends = {end for _, low, high, _, _ in leaves for end in (low, high)}
    return np.array(sorted(end for end in ends if np.isfinite(end)))


def _steps(edges: Floats, leaves: Sequence[Leaf]) -> Floats:
    """The value of each interval between edges, less the value of `not assessed`."""
    steps, missing = np.zeros(edges.size + 1), 0.0
    for _, low, high, passes, value in leaves:
        first = 0 if low == -np.inf else int(np.searchsorted(edges, low)) + 1
        last = edges.size if high == np.inf else int(np.searchsorted(edges, high))
        steps[first : last + 1] += value
        missing += value if passes else 0.0
    return steps - missing


def _fair(edges: Floats, steps: Floats, direction: int) -> Floats:
    """The steps without those that would hold the absence of something, or a help, against a person,
    or count a contradiction for them."""
    if direction > 0 and steps[-1] < 0:
        return np.zeros_like(steps)
    fair = steps.copy()
    clear = int(np.searchsorted(edges, 0.0, "left")) + 1 if direction > 0 else fair.size
    fair[:clear] = np.minimum(fair[:clear], 0)
    return fair


def _leaves(node: dict[str, Any], path: tuple[int, float, float, bool] | None) -> list[Leaf]:
    if "leaf_value" in node:
        return [(*(path or (-1, -np.inf, np.inf, True)), float(node["leaf_value"]))]
    if node["decision_type"] != "<=":
        raise ValueError("only numerical splits can be read")
    if node["missing_type"] != "NaN":
        raise ValueError(
            f"feature {node['split_feature']} was never missing in training, so the model would "
            "read `not assessed` as 0"
        )
    feature, threshold = int(node["split_feature"]), float(node["threshold"])
    if threshold >= KNOWN:
        threshold = np.inf
    if path is not None and path[0] != feature:
        raise ValueError(
            f"a tree asks about features {path[0]} and {feature}; it may ask about one"
        )
    _, low, high, nan = path or (feature, -np.inf, np.inf, True)
    nan_left = bool(node["default_left"])
    left = (feature, low, min(high, threshold), nan and nan_left)
    right = (feature, max(low, threshold), high, nan and not nan_left)
    return _leaves(node["left_child"], left) + _leaves(node["right_child"], right)
