"""A folder of tables, `<table>.parquet` or `<table>.csv`, read in blocks of profiles."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from features.frames import PROFILE_ID, RefusedTable, TableProblem, from_frames, id_texts
from features.problems import Problem
from features.schema import TABLES
from fraudscore.errors import InputError
from fraudscore.intake import Chunk, Reader
from fraudscore.rejected import Lost, Rejected

BLOCK = 20_000
"""Profiles checked and scored at a time."""
TABLE_ENDINGS = (".csv", ".parquet")
LOOKS_LIKE_ONE = frozenset(
    "csv tsv txt parquet pq xlsx xlsm xls ods json jsonl ndjson gz zip bz2 xz zst".split()
)
"""Endings with which a file named as a table was meant to be one."""


def read_folder(reader: Reader, folder: Path) -> Iterator[Chunk]:
    """The people of a folder of tables, in blocks. Raises InputError if no table is usable."""
    frames, unread = _frames(folder)
    if not all(PROFILE_ID in frame for frame in frames.values()):
        yield _block(reader, folder, frames)
        return
    ids = {name: id_texts(frame[PROFILE_ID]) for name, frame in frames.items()}
    people = pd.Index(pd.concat([ids["profiles"]] if "profiles" in ids else list(ids.values())))
    people = people.drop_duplicates()
    again = people.isin(list(reader.seen))
    repeated = (reader.fresh(str(name), str(folder), None) for name in people[again])
    rejected = [*unread, *(item for item in repeated if item)]
    # A person's rows, repeated or not, share a block; rows of strangers go to the first.
    block_of = np.append(np.where(again, -1, np.arange(people.size) // BLOCK), 0)
    blocks = {name: block_of[people.get_indexer(pd.Index(texts))] for name, texts in ids.items()}
    told: set[Rejected] = set()
    for number in range(-(-people.size // BLOCK) or 1):
        part = {name: frame[blocks[name] == number] for name, frame in frames.items()}
        chunk = _block(reader, folder, part)
        rejected += [item for item in chunk.rejected if item not in told]
        told.update(item for item in chunk.rejected if item.row is None)
        yield Chunk(chunk.batch, tuple(rejected))
        rejected = []


def _block(reader: Reader, folder: Path, frames: dict[str, pd.DataFrame]) -> Chunk:
    try:
        batch, problems = from_frames(
            frames, default_as_of=reader.default_as_of, as_of=reader.as_of
        )
    except RefusedTable as error:
        raise InputError(f"{folder}: {error}") from error
    reader.seen.update(batch.ids)
    scored = frozenset(batch.ids)
    return Chunk(batch, tuple(_rejected(folder, one, frames, scored) for one in problems))


def _rejected(
    folder: Path, problem: TableProblem, frames: dict[str, pd.DataFrame], scored: frozenset[str]
) -> Rejected:
    """The problem with the row's number in the file, of which a block is a part."""
    row = problem.row
    if row is not None and problem.table in frames:
        row = int(frames[problem.table].index[row - 1]) + 1
    name = f"{folder}/{problem.table}"
    return Rejected(name, row, problem.profile_id, (problem.problem,), _lost(problem, scored))


def _lost(problem: TableProblem, scored: frozenset[str]) -> Lost:
    if problem.profile_id is not None:
        return "part" if problem.profile_id in scored else "person"
    if problem.row is not None:
        return "person" if problem.table == "profiles" else "part"
    column, spec = problem.problem.where, TABLES.get(problem.table)
    known = spec is None or {column, f"claims.{column}"} & {*spec.columns, spec.parent}
    return "part" if known else "column"


def _frames(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Rejected]]:
    """The tables of a folder by name, and the files that look like tables and are not read."""
    read: dict[str, Path] = {}
    unread: list[Rejected] = []
    for path in sorted(folder.iterdir(), reverse=True):  # a .parquet before a .csv
        named = path.suffix in TABLE_ENDINGS and not path.name.startswith(".")
        if named and path.stem not in {*read, "labels"}:
            read[path.stem] = path
        elif found := _unread(path, read):
            unread.append(Rejected(str(path), None, None, (found,), "part"))
    if not read:
        told = "; ".join(str(item) for item in unread)
        raise InputError(
            told or f"{folder} holds no tables; put profiles.parquet or profiles.csv there"
        )
    frames = {
        name: read_parquet_file(path) if path.suffix == ".parquet" else read_csv_file(path)
        for name, path in sorted(read.items())
    }
    return frames, unread


def _unread(path: Path, read: Mapping[str, Path]) -> Problem | None:
    """What is wrong with the name of a file that looks like a table, None for any other file."""
    name, *endings = path.name.lower().split(".")
    if name not in TABLES or not endings or not LOOKS_LIKE_ONE.issuperset(endings):
        return None
    if path.stem in read and path.suffix in TABLE_ENDINGS:
        return Problem("", f"is not read: {read[path.stem].name} is", "keep one of them")
    write = f"write it as {name}.csv or {name}.parquet"
    return Problem(
        "", "is not read: a table's name ends in .csv or .parquet, in small letters", write
    )


def read_parquet_file(path: Path) -> pd.DataFrame:
    """A Parquet file as it is. Raises InputError if it is none."""
    try:
        return pd.read_parquet(path).reset_index(drop=True)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {error}") from error


def read_csv_file(path: Path) -> pd.DataFrame:
    """A CSV file, every cell as text. Raises InputError if it is empty or none."""
    try:
        with warnings.catch_warnings():
            # A row longer than the header must not shift its cells under other names.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                dtype="str",
                keep_default_na=False,
                encoding="utf-8-sig",
                low_memory=False,
                index_col=False,
            )
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except pd.errors.EmptyDataError as error:
        raise InputError(
            f"{path} is empty; write a header and rows, or leave the file out"
        ) from error
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from error
    if len(header) == frame.shape[1]:
        frame.columns = pd.Index(header)
    return frame
