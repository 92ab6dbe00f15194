"""One table in a file, CSV or Parquet, each text held once: millions of rows stay small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.segments import Ints
from fraudscore.csv_columns import csv_columns
from fraudscore.errors import InputError
from fraudscore.parquet_columns import parquet_columns

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
        """A column as numbers of values, and the values, the last of them `missing`.

        Raises InputError for a column of lists.
        """
        column = self._table.column(self.columns.index(name)).combine_chunks()
        if pa.types.is_nested(column.type):
            raise InputError(f"column {name} holds lists; write one value a cell")
        cells = column.dictionary_encode()
        values = pa.concat_arrays([cells.dictionary, pa.nulls(1, cells.dictionary.type)])
        codes: Ints = cells.indices.fill_null(len(values) - 1).to_numpy().astype(np.int64)
        return codes, _frame(pa.table({name: values}))[name]

    def rows(self, which: Ints | None = None) -> pd.DataFrame:
        """These rows, or all, numbered from 0 as they stand in the file."""
        if which is None:
            return _frame(self._table)
        return _frame(self._table.take(which)).set_axis(which, axis="index")


def _packed(cells: pa.ChunkedArray) -> pa.Array:
    """A column with the numbers of its texts as short as they may be."""
    column = cells.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(column.type):
        return column
    short = next(kind for kind in (pa.int8(), pa.int16(), pa.int32()) if _fits(column, kind))
    return pa.DictionaryArray.from_arrays(column.indices.cast(short), column.dictionary)


def _fits(column: pa.DictionaryArray, kind: pa.DataType) -> bool:
    return bool(len(column.dictionary) < 2 ** (kind.bit_width - 1))


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
    columns = parquet_columns if path.suffix.lower() == ".parquet" else csv_columns
    return TableFile(*columns(path))
