"""A folder of tables, `<table>.parquet` or `<table>.csv`, read in blocks of profiles."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from features.batch import Batch
from features.frames import PROFILE_ID, RefusedTable, TableProblem, from_frames
from features.schema import TABLES
from fraudscore.errors import InputError
from fraudscore.intake import Chunk, Reader, Rejected

BLOCK = 20_000
"""Profiles checked and scored at a time."""


def read_folder(reader: Reader, folder: Path) -> Iterator[Chunk]:
    """The people of a folder of tables, in blocks. Raises InputError if no table is usable."""
    frames = _frames(folder)
    if "profiles" not in frames or PROFILE_ID not in frames["profiles"]:
        yield _block(reader, folder, frames)
        return
    ids = frames["profiles"][PROFILE_ID]
    for at in range(0, max(len(ids), 1), BLOCK):
        chosen = ids.iloc[at : at + BLOCK]
        whole = len(ids) <= BLOCK
        yield _block(reader, folder, frames if whole else _part(frames, chosen, at))


def _part(frames: dict[str, pd.DataFrame], chosen: pd.Series, at: int) -> dict[str, pd.DataFrame]:
    wanted = set(chosen)
    part = {
        name: frame[frame[PROFILE_ID].isin(wanted)]
        for name, frame in frames.items()
        if name != "profiles"
    }
    return {"profiles": frames["profiles"].iloc[at : at + len(chosen)], **part}


def _block(reader: Reader, folder: Path, frames: dict[str, pd.DataFrame]) -> Chunk:
    try:
        batch, problems = from_frames(
            frames, default_as_of=reader.default_as_of, as_of=reader.as_of
        )
    except RefusedTable as error:
        raise InputError(f"{folder}: {error}") from error
    rejected = [_rejected(folder, problem) for problem in problems]
    rejected += _repeated(reader, folder, batch)
    return Chunk(batch, tuple(rejected))


def _repeated(reader: Reader, folder: Path, batch: Batch) -> list[Rejected]:
    """Note ids; one met in an earlier input cannot be scored twice without confusion."""
    again = [reader.fresh(name, str(folder), None) for name in batch.ids]
    repeated = [item for item in again if item]
    if repeated:
        raise InputError(f"{repeated[0]}; {len(repeated)} ids of this folder came before")
    return []


def _rejected(folder: Path, problem: TableProblem) -> Rejected:
    name = f"{folder}/{problem.table}"
    return Rejected(name, problem.row, problem.profile_id, (problem.problem,))


def _frames(folder: Path) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet" and (path.stem in TABLES or path.stem != "labels"):
            frames[path.stem] = _parquet(path)
        elif path.suffix == ".csv" and path.stem not in frames and path.stem != "labels":
            frames[path.stem] = _csv(path)
    if not frames:
        raise InputError(f"{folder} holds no tables; put profiles.parquet or profiles.csv there")
    return frames


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {error}") from error


def _csv(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            path, dtype="str", keep_default_na=False, encoding="utf-8-sig", low_memory=False
        )
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except pd.errors.EmptyDataError as error:
        raise InputError(
            f"{path} is empty; write a header and rows, or leave the file out"
        ) from error
    except (OSError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from error
    if len(header) == frame.shape[1]:
        frame.columns = pd.Index(header)
    return frame
