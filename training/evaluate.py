"""How well a bundle ranks held-out people, beside three baselines and without each family."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.stats import binomtest

from features.catalogue import FAMILIES, FEATURES
from features.family import Family
from features.linkage import LINKAGE
from features.segments import Bools, Floats
from fraudscore.bundle import Bundle
from fraudscore.policy import Rules, bands
from training.dataset import Dataset
from training.measures import (
    Measure,
    auc,
    average_precision,
    gain,
    measure,
    precision_at,
    recall_at,
    top_calibration,
)

RATES = (0.002, 0.01, 0.05)
BUDGET = 0.01
"""Share of people a team can review, for precision."""
BASE_RATE = 0.003
"""Share of impersonated applicants at one security vendor (PIND, Feb 2026)."""
FEWEST = 5
"""Positives below which a scheme is not reported; a few give a wide interval, fewer give none."""


def evaluate(bundle: Bundle, held_out: Dataset, train: Dataset | None = None) -> dict[str, Any]:
    """Measures as plain data; every figure with its count and interval.

    ``train``: the slice the baselines are fitted on; without it they are left out.
    """
    evidence = bundle.margin(_columns(bundle, held_out.matrix))
    unlinked = bundle.margin(_without(bundle, held_out, LINKAGE))
    report: dict[str, Any] = {
        "data_kind": "simulated",
        "people": len(held_out.ids),
        "positives": int(held_out.positive.sum()),
        "model": _measures(evidence, held_out),
        "top_1_percent_predicted_over_observed": _calibration(evidence, held_out).data(),
        "without_family": _ablation(bundle, held_out),
        "recall_by_scheme_at_1_percent": _schemes(evidence, held_out),
        "recall_by_scheme_without_linkage": _schemes(unlinked, held_out),
        "recall_gained_by_linkage": {"all": _gain(evidence, unlinked, held_out)}
        | {
            scheme: _gain(evidence[rows], unlinked[rows], held_out.rows(rows))
            for scheme, rows in _by_scheme(held_out)
        },
        "false_links_per_thousand": _false_links(held_out),
        "without_weight": _without_weight(bundle, held_out),
        "bands": _bands(bundle, held_out),
    }
    if train is not None:
        report["baselines"] = {
            name: _measures(score, held_out) for name, score in _baselines(train, held_out).items()
        }
    return report


def _columns(bundle: Bundle, matrix: Floats) -> Floats:
    names = list(FEATURES)
    return np.ascontiguousarray(matrix[:, [names.index(name) for name in bundle.names]])


def _measures(score: Floats, data: Dataset) -> dict[str, Any]:
    statistics = {f"recall_at_{rate:.1%}_fpr": recall_at(rate) for rate in RATES} | {
        f"precision_at_{BUDGET:.0%}_budget_base_rate_{BASE_RATE:.1%}": precision_at(
            BUDGET, BASE_RATE
        ),
        "average_precision": average_precision,
        "auc": auc,
    }
    return {
        name: measure(statistic, score, data.positive, data.cluster).data()
        for name, statistic in statistics.items()
    }


def _calibration(evidence: Floats, data: Dataset) -> Measure:
    share = data.positive.mean()
    ranked = np.sort(evidence)[::-1]
    chance = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + ranked)))
    statistic = top_calibration(0.01, chance)
    return measure(statistic, evidence, data.positive, data.cluster)


def _ablation(bundle: Bundle, data: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for family in FAMILIES:
        score = bundle.margin(_without(bundle, data, family))
        found[family.name] = measure(recall_at(0.01), score, data.positive, data.cluster).data()
    return found


def _without(bundle: Bundle, data: Dataset, family: Family) -> Floats:
    """The matrix as if a family had not been assessed."""
    matrix = _columns(bundle, data.matrix)
    own = {feature.name for feature in family.features}
    matrix[:, [k for k, name in enumerate(bundle.names) if name in own]] = np.nan
    return matrix


def _false_links(data: Dataset) -> dict[str, Any]:
    """Honest people per thousand with a link, by kind of key; Wilson interval over people asked."""
    honest = data.label == "honest"
    names = list(FEATURES)
    found: dict[str, Any] = {}
    for feature in LINKAGE.features:
        column = data.matrix[honest, names.index(feature.name)]
        asked, linked = int((~np.isnan(column)).sum()), int((column > 0).sum())
        if asked:
            low, high = binomtest(linked, asked).proportion_ci(method="wilson")
            found[feature.name] = {
                "value": 1000 * linked / asked,
                "interval_95": [1000 * low, 1000 * high],
                "people": asked,
            }
    return found


def _without_weight(bundle: Bundle, data: Dataset) -> dict[str, list[str]]:
    """Features to which the model gives no weight, by how much of them the data shows."""
    found: dict[str, list[str]] = {"not_assessed": [], "not_seen": [], "no_gain": []}
    for place, name in enumerate(bundle.names):
        if bundle.shapes.weighs(place):
            continue
        column = data.matrix[:, list(FEATURES).index(name)]
        seen = "no_gain" if (column > 0).any() else "not_seen"
        found["not_assessed" if np.isnan(column).all() else seen].append(name)
    return found


def _schemes(evidence: Floats, data: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for scheme, rows in _by_scheme(data):
        part = data.rows(rows)
        recall = measure(recall_at(0.01), evidence[rows], part.positive, part.cluster)
        found[scheme] = recall.data()
    return found


def _by_scheme(data: Dataset) -> Iterator[tuple[str, Bools]]:
    """Each scheme with enough people, and the rows of these people and of all who are no case."""
    for scheme in sorted(set(data.scheme[data.positive])):
        own = data.scheme == scheme
        if int(own.sum()) >= FEWEST:
            yield str(scheme), ~data.positive | own


def _gain(evidence: Floats, other: Floats, data: Dataset) -> dict[str, Any]:
    return gain(recall_at(0.01), evidence, other, data.positive, data.cluster).data()


def _bands(bundle: Bundle, data: Dataset) -> dict[str, dict[str, int]]:
    """People of each label in each band."""
    matrix = _columns(bundle, data.matrix)
    policy = bundle.manifest.policy
    seen = Rules(bundle.features).standing(matrix, bundle.contributions(matrix), policy.speaks)
    given = np.array(bands(policy, seen), dtype=object)
    return {
        str(label): {
            str(band): int((given[data.label == label] == band).sum())
            for band in sorted(set(given))
        }
        for label in sorted(set(data.label))
    }


def _baselines(train: Dataset, data: Dataset) -> dict[str, Floats]:
    """Three things anybody could do without this program."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    against = [k for k, f in enumerate(FEATURES.values()) if f.contradiction]
    vpn = list(FEATURES).index("anonymised_share")
    regression = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    regression.fit(np.nan_to_num(train.matrix), train.positive)
    return {
        "count_of_contradictions": (np.nan_to_num(data.matrix[:, against]) > 0).sum(axis=1) * 1.0,
        "logistic_regression": regression.decision_function(np.nan_to_num(data.matrix)),
        "vpn_alone": np.nan_to_num(data.matrix[:, vpn]),
    }
