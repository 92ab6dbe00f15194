"""Labelled profiles as a matrix, and their split by time and by linked cluster."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.batch import Batch
from features.catalogue import FEATURES
from features.compute import compute
from features.context import Context
from features.frames import from_frames
from features.schema import TABLES
from features.segments import Bools, Floats, Ints
from fraudscore.cohort import cohort_of
from fraudscore.errors import InputError

POSITIVE = "impersonation"
LABELS = (POSITIVE, "policy_breach", "other_misrepresentation", "honest")
"""What a label may be; only the first is the positive class. Unreviewed people have no label."""
CUTS = (0.6, 0.8)
"""Shares of people, in order of time, that end the training and the tuning slice."""
CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class Dataset:
    """n labelled people: the feature matrix (n x features, NaN not assessed) and what is known."""

    ids: NDArray[Any]
    matrix: Floats
    label: NDArray[Any]
    cluster: Ints
    as_of: Floats
    scheme: NDArray[Any]
    story: NDArray[Any]

    @property
    def positive(self) -> Bools:
        """Who is a confirmed impersonation."""
        found: Bools = self.label == POSITIVE
        return found

    def rows(self, mask: NDArray[Any]) -> Dataset:
        """These people only."""
        return Dataset(*(getattr(self, field.name)[mask] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Splits:
    """Three slices in order of time that share no cluster."""

    train: Dataset
    tune: Dataset
    test: Dataset


def read_dataset(folder: Path, context: Context) -> Dataset:
    """Read a folder of tables with ``labels.parquet``.

    Raises InputError for a missing or unknown label, or a table with a bad cell: training refuses
    what scoring would only report.
    """
    labels = _labels(folder)
    frames = {
        path.stem: pd.read_parquet(path)
        for path in sorted(folder.glob("*.parquet"))
        if path.stem in TABLES
    }
    if "profiles" not in frames:
        raise InputError(f"{folder}: no profiles.parquet; make one with fraudscore simulate")
    batches: list[Batch] = []
    everyone = frames["profiles"]["profile_id"].to_numpy()
    for at in range(0, len(everyone), CHUNK):
        chosen = frozenset(everyone[at : at + CHUNK])
        part = {name: frame[frame["profile_id"].isin(chosen)] for name, frame in frames.items()}
        batch, problems = from_frames(part)
        if problems:
            raise InputError(f"{folder}: {len(problems)} bad cells, first: {problems[0]}")
        batches.append(batch)
    linked = replace(context, cohort=cohort_of(batches, context))
    ids = np.concatenate([np.array(batch.ids, dtype=object) for batch in batches])
    known = labels.loc[ids]
    return Dataset(
        ids=ids,
        matrix=np.concatenate([compute(batch, linked).matrix for batch in batches]),
        label=known["label"].to_numpy(dtype=object),
        cluster=pd.factorize(known["cluster"])[0].astype(np.int64),
        as_of=np.concatenate([batch.as_of for batch in batches]),
        scheme=known["scheme"].fillna("").to_numpy(dtype=object),
        story=known["story"].fillna("").to_numpy(dtype=object),
    )


def _labels(folder: Path) -> pd.DataFrame:
    path = folder / "labels.parquet"
    if not path.is_file():
        raise InputError(f"{path}: no labels; training needs profile_id, label, cluster")
    labels = pd.read_parquet(path).set_index("profile_id")
    unknown = set(labels["label"]) - set(LABELS)
    if unknown:
        raise InputError(f"{path}: label {sorted(map(str, unknown))[0]!r}; write one of {LABELS}")
    return labels


def split(data: Dataset) -> Splits:
    """Cut by time, then keep each cluster in the slice of its first member.

    Members of a cluster that fall into a later slice are left out, so that neither a later date
    nor a linked person crosses a cut.
    """
    order = np.argsort(data.as_of, kind="stable")
    place = np.empty(order.size)
    place[order] = (np.arange(order.size) + 0.5) / max(order.size, 1)
    piece = np.searchsorted(CUTS, place)
    first = np.full(int(data.cluster.max(initial=-1)) + 1, len(CUTS) + 1)
    np.minimum.at(first, data.cluster, piece)
    kept = piece == first[data.cluster]
    return Splits(*(data.rows(kept & (piece == number)) for number in range(len(CUTS) + 1)))


def fingerprint(data: Dataset) -> str:
    """A digest of who is in the data, with which label and which features."""
    digest = hashlib.sha256(json.dumps(list(FEATURES)).encode())
    order = np.argsort(data.ids.astype(str))
    digest.update("\n".join(data.ids[order].astype(str)).encode())
    digest.update("\n".join(data.label[order].astype(str)).encode())
    digest.update(np.ascontiguousarray(data.matrix[order]).tobytes())
    return digest.hexdigest()
