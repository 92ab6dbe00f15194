"""Load a model bundle, and refuse one that is damaged, edited, or made for another catalogue.

A bundle is a folder of text. A corrupted LightGBM file can abort the whole process, so nothing is
parsed before its digest is checked, and a bundle whose manifest is not one of those shipped with
the package is first parsed in a child process.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from features.catalogue import FEATURES
from features.family import Feature
from fraudscore.errors import BundleDamaged, BundleMismatch, BundleMissing
from fraudscore.manifest import FORMAT, Manifest, definition_digest
from fraudscore.shapes import Shapes

Floats = NDArray[np.float64]
MODEL, MANIFEST, GOLDEN, CARD = "model.txt", "manifest.json", "golden.jsonl", "README.md"
SIZE_MAX = 64 * 1024 * 1024
PARSE_SECONDS = 60
GOLDEN_TOLERANCE = 1e-9
DEFAULT = "spine"
"""Name of the bundle used when none is given."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """A checked model with its manifest."""

    manifest: Manifest
    booster: lightgbm.Booster
    dump: dict[str, Any]

    @cached_property
    def id(self) -> str:
        """Name and digest of the model and of what it answers, kept with every assessment.

        One model file scores otherwise where its slope or the reading of its trees changed.
        """
        parts = (self.manifest.digests[name] for name in (MODEL, GOLDEN))
        return f"{self.manifest.name}-{hashlib.sha256(''.join(parts).encode()).hexdigest()[:12]}"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The model's columns in order."""
        return tuple(entry.name for entry in self.manifest.features)

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The catalogue's features behind the columns."""
        return tuple(FEATURES[name] for name in self.names)

    @cached_property
    def shapes(self) -> Shapes:
        """What each value of each feature contributes."""
        return Shapes(self.dump, [feature.monotone for feature in self.features])

    def contributions(self, matrix: Floats) -> Floats:
        """Contributions in log-odds, rows x features in model order."""
        return self.manifest.slope * self.shapes.contributions(matrix)

    def margin(self, matrix: Floats) -> Floats:
        """Evidence in log-odds above the prior, one value a row: the sum of its contributions."""
        found: Floats = self.contributions(matrix).sum(axis=1)
        return found


def load_bundle(folder: Path | None = None) -> Bundle:
    """Load a bundle, by default the shipped one.

    Raises BundleMissing, BundleDamaged or BundleMismatch; the process survives any content.
    """
    if folder is not None:
        return _load(folder)
    with as_file(files("fraudscore") / "bundles" / DEFAULT) as shipped:
        return _load(shipped)


def _load(folder: Path) -> Bundle:
    manifest_text = _read(folder, MANIFEST)
    manifest = _manifest(manifest_text)
    texts = {name: _read(folder, name) for name in (MODEL, GOLDEN, CARD)}
    for name, data in texts.items():
        if manifest.digests.get(name) != hashlib.sha256(data).hexdigest():
            raise BundleDamaged(f"{name} is not the file its manifest was written for")
    _check_catalogue(manifest)
    model = _text(texts[MODEL], MODEL)
    if hashlib.sha256(manifest_text).hexdigest() not in _shipped():
        _try_in_child(model)
    bundle = _open(manifest, model)
    _check_golden(bundle, texts[GOLDEN])
    return bundle


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.stat().st_size > SIZE_MAX:
            raise BundleDamaged(f"{name} is larger than {SIZE_MAX} bytes")
        return path.read_bytes()
    except OSError as error:
        raise BundleMissing(
            f"{path}: {error.strerror}; give a folder made by fraudscore train"
        ) from (error)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BundleDamaged(f"{name} is not text: {error.reason} at byte {error.start}") from error


def _manifest(data: bytes) -> Manifest:
    try:
        stated = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BundleDamaged(f"{MANIFEST} is not JSON: {error}") from error
    if not isinstance(stated, dict):
        raise BundleDamaged(f"{MANIFEST} is not an object")
    if stated.get("format") != FORMAT:
        raise BundleMismatch(f"bundle format {stated.get('format')!r}; this program reads {FORMAT}")
    try:
        return Manifest.model_validate(stated)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BundleDamaged(f"{MANIFEST}: {place}: {first['msg']}") from error


def _check_catalogue(manifest: Manifest) -> None:
    names = [entry.name for entry in manifest.features]
    if len(set(names)) != len(names):
        raise BundleDamaged(f"{MANIFEST} names a feature twice")
    for entry in manifest.features:
        feature = FEATURES.get(entry.name)
        if feature is None:
            raise BundleMismatch(f"feature {entry.name} is not in this catalogue; retrain")
        if feature.direction != entry.direction or definition_digest(feature) != entry.digest:
            raise BundleMismatch(f"feature {entry.name} has changed its meaning; retrain")


def _shipped() -> frozenset[str]:
    """Digests of the manifests shipped with the package."""
    sums = files("fraudscore") / "bundles" / "SHA256SUMS"
    if not sums.is_file():
        return frozenset()
    return frozenset(line.split()[0] for line in sums.read_text().splitlines() if line)


def _try_in_child(model: str) -> None:
    """Parse and use the model where a crash does no harm."""
    program = (
        "import sys, lightgbm, numpy\n"
        "b = lightgbm.Booster(model_str=sys.stdin.read())\n"
        "b.dump_model()\n"
        "b.predict(numpy.full((1, b.num_feature()), numpy.nan), num_threads=1)\n"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=model.encode(),
            capture_output=True,
            timeout=PARSE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleDamaged(f"{MODEL} could not be read within {PARSE_SECONDS} s") from error
    if done.returncode != 0:
        raise BundleDamaged(f"{MODEL} cannot be read as a LightGBM model")


def _open(manifest: Manifest, model: str) -> Bundle:
    try:
        booster = lightgbm.Booster(model_str=model)
        dump = booster.dump_model()
    except (lightgbm.basic.LightGBMError, ValueError) as error:
        raise BundleDamaged(f"{MODEL} cannot be read as a LightGBM model: {error}") from error
    bundle = Bundle(manifest, booster, dump)
    if tuple(booster.feature_name()) != bundle.names:
        raise BundleDamaged(f"{MODEL} has other columns than {MANIFEST}")
    try:
        unknown = bundle.shapes.unknown
    except ValueError as error:
        raise BundleDamaged(f"{MODEL}: {error}") from error
    if abs(unknown - manifest.unknown) > GOLDEN_TOLERANCE:
        raise BundleDamaged(f"{MODEL} scores the unknown profile otherwise than {MANIFEST} says")
    return bundle


def _check_golden(bundle: Bundle, data: bytes) -> None:
    """Re-score the golden rows; the library, the model or the maths has changed if they differ."""
    try:
        rows = [json.loads(line) for line in _text(data, GOLDEN).splitlines()]
        matrix = np.array(
            [
                [
                    np.nan if row["values"][name] is None else row["values"][name]
                    for name in bundle.names
                ]
                for row in rows
            ],
            dtype=np.float64,
        )
        expected = np.array([row["evidence"] for row in rows], dtype=np.float64)
    except (ValueError, KeyError, TypeError) as error:
        raise BundleDamaged(f"{GOLDEN} cannot be read: {error}") from error
    if not rows:
        raise BundleDamaged(f"{GOLDEN} is empty")
    trees = np.asarray(bundle.booster.predict(matrix, raw_score=True, num_threads=1))
    worst = max(
        np.abs(bundle.margin(matrix) - expected).max(),
        np.abs(bundle.shapes.raw(matrix) - trees).max(),
    )
    if not worst <= 1e-6:
        raise BundleDamaged(f"golden rows are {worst:.2g} log-odds away from what they should be")
