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
from features.frames import PROFILE_ID, id_texts
from features.segments import Bools, Floats, Ints
from fraudscore.cohort import cohort_of
from fraudscore.errors import InputError
from fraudscore.io import read_inputs
from fraudscore.table_file import read_table_file

POSITIVE = "impersonation"
LABELS = (POSITIVE, "policy_breach", "other_misrepresentation", "honest")
"""What a label may be; only the first is the positive class. Unreviewed people have no label."""
CUTS = (0.6, 0.8)
"""Shares of people, in order of time, that end the training and the tuning slice."""
LABEL_FILES = ("labels.parquet", "labels.csv")
NEEDED = "training needs profile_id, label and cluster of everybody"


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
    """Read a folder of tables, one of them ``labels``.

    Raises InputError for a missing or unknown label, or a table with a bad cell: training refuses
    what scoring would only report.
    """
    labels = _labels(folder)
    batches: list[Batch] = []
    for chunk in read_inputs([folder]):
        if chunk.rejected:
            raise InputError(f"{chunk.rejected[0]}; training takes tables without errors only")
        batches.append(chunk.batch)
    linked = replace(context, cohort=cohort_of(batches, context))
    ids = np.concatenate([np.array(batch.ids, dtype=object) for batch in batches])
    places = labels.index.get_indexer(pd.Index(ids))
    if (places < 0).any():
        raise InputError(f"{folder}: {ids[places < 0][0]!r} has no label; give one or leave it out")
    known = labels.iloc[places]
    return Dataset(
        ids=ids,
        matrix=np.concatenate([compute(batch, linked).matrix for batch in batches]),
        label=known["label"].to_numpy(dtype=object),
        cluster=pd.factorize(known["cluster"])[0].astype(np.int64),
        as_of=np.concatenate([batch.as_of for batch in batches]),
        scheme=known["scheme"].to_numpy(dtype=object),
        story=known["story"].to_numpy(dtype=object),
    )


def _labels(folder: Path) -> pd.DataFrame:
    """What is known of each id; whoever is in no cluster is one alone."""
    path = next((folder / name for name in LABEL_FILES if (folder / name).exists()), None)
    if path is None:
        raise InputError(f"{folder}: no {' or '.join(LABEL_FILES)}; {NEEDED}")
    rows = read_table_file(path).rows()
    for column in (PROFILE_ID, "label", "cluster"):
        if column not in rows:
            raise InputError(f"{path} has no column {column}; {NEEDED}")
    ids = id_texts(rows[PROFILE_ID])
    for row in np.flatnonzero(ids.duplicated())[:1]:
        raise InputError(f"{path} row {row + 1}: {ids[row]!r} stands there twice; keep one")
    for row in np.flatnonzero(~rows["label"].isin(LABELS))[:1]:
        found = rows["label"][row]
        raise InputError(f"{path} row {row + 1}: label {str(found)!r}; write one of {LABELS}")
    found = rows.reindex(columns=["label", "cluster", "scheme", "story"])
    found = found.astype(object).where(found.notna(), "").set_index(pd.Index(ids))
    alone = found["cluster"].astype(str).str.strip() == ""
    found["cluster"] = found["cluster"].mask(alone, "alone " + found.index.to_series())
    return found


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
