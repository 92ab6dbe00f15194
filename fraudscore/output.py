"""Where assessments go: one writer a format, each streaming, none leaving half a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any, Literal, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fraudscore.assessment import Assessment
from fraudscore.scorer import to_frame

Format = Literal["table", "json", "jsonl", "csv", "parquet"]


class Writer(Protocol):
    """Takes assessments in input order."""

    def write(self, items: Sequence[Assessment]) -> None:
        """Append these."""

    def close(self) -> None:
        """Finish."""


class JsonLines:
    """One JSON object a line."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, items: Sequence[Assessment]) -> None:
        """Append these."""
        self._stream.write(b"".join(item.model_dump_json().encode() + b"\n" for item in items))

    def close(self) -> None:
        """Nothing is left to write."""


class Json:
    """One JSON array."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._before = b"[\n"

    def write(self, items: Sequence[Assessment]) -> None:
        """Append these."""
        for item in items:
            self._stream.write(self._before + item.model_dump_json().encode())
            self._before = b",\n"

    def close(self) -> None:
        """End the array."""
        self._stream.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


class Csv:
    """Flat rows; cells that a spreadsheet would run as a formula are neutralised."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._header = True

    def write(self, items: Sequence[Assessment]) -> None:
        """Append these."""
        if items:
            text = neutral_cells(to_frame(items)).to_csv(index=False, header=self._header)
            self._stream.write(text.encode())
            self._header = False

    def close(self) -> None:
        """Nothing is left to write."""


class Parquet:
    """Flat rows in row groups, one a chunk."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._writer: pq.ParquetWriter | None = None

    def write(self, items: Sequence[Assessment]) -> None:
        """Append these."""
        if not items:
            return
        frame = to_frame(items)
        for name in ("reason_1", "reason_2"):
            frame[name] = frame[name].astype("string")
        frame["probability"] = frame["probability"].astype("float64")
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._stream, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the footer."""
        if self._writer is not None:
            self._writer.close()


def neutral_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Text cells that a spreadsheet would run as a formula, made plain by a leading apostrophe."""
    out = frame.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name].dtype):
            out[name] = out[name].map(neutral)
    return out


def neutral(cell: Any) -> Any:
    """A cell; text that a spreadsheet would run as a formula begins with an apostrophe."""
    runs = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")
    return f"'{cell}" if runs else cell


def writer(form: Format, stream: IO[bytes]) -> Writer:
    """The writer of a machine-readable format."""
    makers: dict[str, type[JsonLines] | type[Json] | type[Csv] | type[Parquet]] = {
        "jsonl": JsonLines,
        "json": Json,
        "csv": Csv,
        "parquet": Parquet,
    }
    return makers[form](stream)
