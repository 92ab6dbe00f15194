"""One table in a file, CSV or Parquet, each text held once: millions of rows stay small."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.segments import Ints
from fraudscore.errors import InputError

_EXACT: dict[pa.DataType, Any] = {
    pa.bool_(): pd.BooleanDtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}
"""Kinds of columns that pandas would make floats or objects where one of their cells is missing."""


class TableFile:
    """The rows of one file, made a frame some at a time."""

    def __init__(self, names: Sequence[str], cells: Iterable[pa.ChunkedArray]) -> None:
        self._table = pa.Table.from_arrays([*map(_packed, cells)], names=[*names])
        # Arrow keeps what reading took and gave back, for reading more.
        pa.default_memory_pool().release_unused()

    @property
    def columns(self) -> list[str]:
        """The headers; one that stands twice is there twice."""
        return list(self._table.column_names)

    def coded(self, name: str) -> tuple[Ints, pd.Series]:
        """A column as numbers of values, and the values, the last of them `missing`."""
        cells = self._table.column(self.columns.index(name)).combine_chunks().dictionary_encode()
        values = pa.concat_arrays([cells.dictionary, pa.nulls(1, cells.dictionary.type)])
        codes: Ints = cells.indices.fill_null(len(values) - 1).to_numpy().astype(np.int64)
        return codes, _frame(pa.table({name: values}))[name]

    def rows(self, which: Ints | None = None) -> pd.DataFrame:
        """These rows, or all, numbered from 0 as they stand in the file."""
        if which is None:
            return _frame(self._table)
        return _frame(self._table.take(which)).set_axis(which, axis="index")


def _packed(cells: pa.ChunkedArray) -> pa.Array:
    """A column with each text once, and their numbers as short as they may be."""
    if _is_text(cells.type):
        cells = cells.dictionary_encode()
    column = cells.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return column
    short = next(kind for kind in (pa.int8(), pa.int16(), pa.int32()) if _fits(column, kind))
    return pa.DictionaryArray.from_arrays(column.indices.cast(short), column.dictionary)


def _fits(column: pa.DictionaryArray, kind: pa.DataType) -> bool:
    return bool(len(column.dictionary) < 2 ** (kind.bit_width - 1))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _frame(table: pa.Table) -> pd.DataFrame:
    """A frame with whole texts."""
    cells = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    plain = pa.Table.from_arrays(cells, names=table.column_names)
    frame: pd.DataFrame = plain.to_pandas(types_mapper=_EXACT.get)
    return frame


def read_table_file(path: Path) -> TableFile:
    """A file whose name ends in .csv or .parquet. Raises InputError if it is empty or no table."""
    return _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)


def _parquet(path: Path) -> TableFile:
    """A Parquet file as it is; what was the index of a frame is a column, its numbering is none."""
    try:
        schema = pq.ParquetDataset(path).schema
        names = [name for name in schema.names if not name.startswith("__index_level_")]
        texts = [field.name for field in schema if _is_text(field.type)]
        # One column after the other: all at once take twice the memory.
        cells = (
            pq.read_table(path, columns=[name], read_dictionary=texts).column(0) for name in names
        )
        return TableFile(names, cells)
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {error}") from error


def _csv(path: Path) -> TableFile:
    """A CSV file, every cell as text."""
    try:
        with warnings.catch_warnings():
            # A row longer than the header must not shift its cells under other names.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                dtype="category",
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
    # Of a header that stands twice pandas makes two.
    names = header if len(header) == frame.shape[1] else [str(name) for name in frame.columns]
    return TableFile(names, (pa.chunked_array(pa.array(cells)) for _, cells in frame.items()))
