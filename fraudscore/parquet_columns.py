"""The columns of a Parquet file, or of a folder of its parts, each text once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.dataset import partitioning

from fraudscore.errors import InputError

TEXT = pa.dictionary(pa.int32(), pa.string())


def parquet_columns(path: Path) -> tuple[list[str], Iterator[pa.ChunkedArray]]:
    """Names and cells; what was the index of a frame is a column, its numbering is none.

    Raises InputError for what is no Parquet, or holds a column twice.
    """
    with _told(path):
        data = _whole(path, pq.ParquetDataset(path))
    names = [name for name in data.schema.names if not name.startswith("__index_level_")]
    return names, _cells(path, data, names)


def _cells(path: Path, data: pq.ParquetDataset, names: Iterable[str]) -> Iterator[pa.ChunkedArray]:
    """One column after the other: all at once take twice the memory."""
    for name in names:
        with _told(path):
            cells = _written(data.read(columns=[name]).column(0))
        yield cells


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except (OSError, pa.ArrowException, ValueError) as error:
        raise InputError(f"{path} cannot be read as Parquet: {error}") from error


def _whole(path: Path, data: pq.ParquetDataset) -> pq.ParquetDataset:
    """All columns of all parts: one may lack what another has, or hold nothing in it.

    What the names of folders tell (``kind=login``) is text like any other.
    """
    for name, times in Counter(data.schema.names).items():
        if times > 1:
            raise InputError(f"column {name} stands there twice; keep one")
    held = [part.physical_schema for part in data.fragments]
    told = set(data.schema.names).difference(*(part.names for part in held))
    folders = pa.schema([(name, pa.string()) for name in data.schema.names if name in told])
    parts = [pa.schema([*map(_text, part)]) for part in held or [data.schema]]
    schema = pa.unify_schemas([*parts, folders], promote_options="permissive")
    return pq.ParquetDataset(
        path,
        schema=schema,
        partitioning=partitioning(folders, flavor="hive"),
        read_dictionary=[field.name for field in schema if field.type == TEXT],
    )


def _text(field: pa.Field) -> pa.Field:
    """A column as we read it: of texts, however they are stored, each once."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    kinds = pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view
    return field.with_type(TEXT) if any(is_one(kind) for is_one in kinds) else field


def _written(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts each once; bytes as the text they are, or their digits; a UUID as people write it."""
    kinds = pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary
    uuids = cells.type == pa.uuid()
    if uuids:
        cells = cells.cast(cells.type.storage_type)
    if pa.types.is_string(cells.type):
        return cells.dictionary_encode()
    if not any(is_one(cells.type) for is_one in kinds):
        return cells
    coded = cells.dictionary_encode().unify_dictionaries().combine_chunks()
    values = coded.dictionary.to_pylist()
    texts = [str(UUID(bytes=value)) for value in values] if uuids else _texts(values)
    return pa.chunked_array(
        [pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, pa.string()))]
    )


def _texts(values: list[bytes]) -> list[str]:
    try:
        return [value.decode() for value in values]
    except UnicodeDecodeError:
        return [value.hex() for value in values]
