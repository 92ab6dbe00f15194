"""A folder of tables, `<table>.parquet` or `<table>.csv`, read in blocks of profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from features.frames import PROFILE_ID, RefusedTable, TableProblem, from_frames, id_texts
from features.problems import Problem
from features.schema import TABLES
from features.segments import Ints
from fraudscore.errors import InputError
from fraudscore.intake import Chunk, Reader
from fraudscore.rejected import Lost, Rejected
from fraudscore.table_file import TableFile, read_table_file

BLOCK = 4_000
"""Profiles checked and scored at a time."""
TABLE_ENDINGS = (".csv", ".parquet")
LOOKS_LIKE_ONE = frozenset(
    "csv tsv txt parquet pq xlsx xlsm xls ods json jsonl ndjson gz zip bz2 xz zst".split()
)
"""Endings with which a file named as a table was meant to be one."""


def read_folder(reader: Reader, folder: Path) -> Iterator[Chunk]:
    """The people of a folder of tables, in blocks. Raises InputError if no table is usable."""
    paths, unread = _files(folder)
    files = {name: read_table_file(path) for name, path in paths.items() if name in TABLES}
    unknown = {name: pd.DataFrame() for name in paths if name not in TABLES}
    if not files or not all(PROFILE_ID in file.columns for file in files.values()):
        yield _block(reader, folder, {name: file.rows() for name, file in files.items()} | unknown)
        return
    ids = {name: _ids(folder, name, file) for name, file in files.items()}
    named = [ids["profiles"]] if "profiles" in ids else list(ids.values())
    people = pd.Index(np.concatenate([each.texts for each in named])).drop_duplicates()
    again = people.isin(list(reader.seen))
    repeated = (reader.fresh(str(name), str(folder), None) for name in people[again])
    rejected = [*unread, *(item for item in repeated if item)]
    number = -(-people.size // BLOCK) or 1
    # A person's rows, repeated or not, share a block; rows of strangers go to the first.
    block_of = np.append(np.where(again, -1, np.arange(people.size) // BLOCK), 0)
    rows = {name: _split(block_of[each.among(people)], number) for name, each in ids.items()}
    del ids
    told: set[Rejected] = set()
    for block in range(number):
        part = {name: file.rows(rows[name][block]) for name, file in files.items()}
        chunk = _block(reader, folder, part | unknown)
        rejected += [item for item in chunk.rejected if item not in told]
        told.update(item for item in chunk.rejected if item.row is None)
        yield Chunk(chunk.batch, tuple(rejected))
        rejected = []


class _Ids:
    """Whose row each row of a table is: every id once, as text, in order of appearance."""

    def __init__(self, file: TableFile) -> None:
        codes, values = file.coded(PROFILE_ID)
        self._codes, used = pd.factorize(codes)
        self.texts = id_texts(values.take(used)).to_numpy(dtype=object)

    def among(self, people: pd.Index) -> Ints:
        """The place of each row's person among these, -1 for strangers."""
        places: Ints = people.get_indexer(pd.Index(self.texts))[self._codes]
        return places


def _ids(folder: Path, name: str, file: TableFile) -> _Ids:
    try:
        return _Ids(file)
    except InputError as error:
        raise InputError(f"{folder}: {name}: {error}") from error


def _split(block: Ints, number: int) -> list[Ints]:
    """The rows of each block, in the order in which they stand."""
    order = np.argsort(block, kind="stable")
    ends = np.searchsorted(block[order], np.arange(number + 1))
    return [order[first:last] for first, last in pairwise(ends)]


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


def _files(folder: Path) -> tuple[dict[str, Path], list[Rejected]]:
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
    return dict(sorted(read.items())), unread


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
