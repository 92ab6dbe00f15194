"""Train on a folder of tables and write the bundle, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from features.catalogue import FEATURES
from features.context import Context
from features.segments import Floats
from fraudscore.bundle import CARD, GOLDEN, MANIFEST, MODEL, Bundle, load_bundle
from fraudscore.errors import InputError
from fraudscore.manifest import FORMAT, Manifest, entries
from fraudscore.policy import Policy
from fraudscore.shapes import Shapes
from training.calibrate import REVIEW_RATE, VERIFY_RATE, slope, threshold
from training.card import card
from training.dataset import Dataset, fingerprint, read_dataset, split
from training.evaluate import BASE_RATE, evaluate
from training.fit import DROPPED, PARAMETERS, STAGES, TREES, fit
from training.whole import whole_folder

GOLDEN_ROWS = 24
LIBRARIES = ("lightgbm", "numpy", "pandas", "phonenumbers", "pydantic")


def train(data: Path, out: Path, context: Context, *, seed: int, name: str) -> dict[str, Any]:
    """Fit, calibrate, set thresholds, evaluate and write a bundle; returns the evaluation.

    Raises InputError if the data holds too few positives to split, or ``out`` is a folder that is
    not a bundle.
    """
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise InputError(f"{out} is a folder with other things in it; name a new one")
    everyone = read_dataset(data, context)
    splits = split(everyone)
    _refuse_thin(splits.train, "training")
    _refuse_thin(splits.tune, "tuning")
    _refuse_thin(splits.test, "test")
    booster = fit(splits.train.matrix, splits.train.positive, seed)
    shapes = Shapes(booster.dump_model(), [feature.monotone for feature in FEATURES.values()])
    margins = shapes.contributions(splits.tune.matrix).sum(axis=1)
    steepness = slope(margins, splits.tune.positive)
    honest = ~splits.tune.positive
    manifest = Manifest(
        format=FORMAT,
        name=name,
        trained_on="simulated",
        features=entries(tuple(FEATURES.values())),
        slope=steepness,
        base_rate=BASE_RATE,
        unknown=shapes.unknown,
        policy=Policy(
            review=threshold(steepness * margins, honest, REVIEW_RATE),
            verify=threshold(steepness * margins, honest, VERIFY_RATE),
        ),
        digests={},
        training=_training(everyone, seed),
        metrics={},
        versions={library: version(library) for library in LIBRARIES},
    )
    bundle = Bundle(manifest, booster, booster.dump_model())
    report = evaluate(bundle, splits.test, splits.train)
    golden = _golden(bundle, splits.test.matrix)
    _write(out, manifest, booster.model_to_string(), golden, report)
    load_bundle(out)
    return report


def _refuse_thin(data: Dataset, what: str) -> None:
    if data.positive.sum() < 5 or data.positive.all():
        raise InputError(
            f"the {what} slice has {int(data.positive.sum())} positives of {len(data.ids)}; "
            "give more people, in more independent clusters, over a longer time"
        )


def _training(data: Dataset, seed: int) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint(data),
        "people": len(data.ids),
        "positives": int(data.positive.sum()),
        "seed": seed,
        "trees": TREES,
        "stages": STAGES,
        "family_dropout": DROPPED,
        "parameters": PARAMETERS,
    }


def _golden(bundle: Bundle, matrix: Floats) -> str:
    """Rows spread over the range of evidence, and the unknown profile, with what they score."""
    order = np.argsort(bundle.margin(matrix), kind="stable")
    chosen = order[np.linspace(0, order.size - 1, GOLDEN_ROWS).astype(int)]
    rows = np.vstack([matrix[chosen], np.full((1, matrix.shape[1]), np.nan)])
    lines = [
        json.dumps(
            {
                "evidence": evidence,
                "values": {
                    name: None if np.isnan(value) else value
                    for name, value in zip(bundle.names, row.tolist(), strict=True)
                },
            }
        )
        for evidence, row in zip(bundle.margin(rows).tolist(), rows, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _write(out: Path, manifest: Manifest, model: str, golden: str, report: dict[str, Any]) -> None:
    texts = {MODEL: model, GOLDEN: golden, CARD: card(manifest, report)}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    final = manifest.model_copy(update={"digests": digests, "metrics": report})
    texts[MANIFEST] = json.dumps(final.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"
    with whole_folder(out) as folder:
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode())
