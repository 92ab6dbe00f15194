"""Whole columns of a table checked at once, with the validators of the record.

Each distinct value is checked by the very adapter the record's field has; typed columns (numbers,
zoned timestamps) are checked by their extremes, which is the same rule because bounds are monotone.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from features.coded import Coded
from features.fixed import fixed
from features.problems import Problem, translate
from features.record_rows import day_seconds
from features.schema import Column
from features.segments import Floats, Ints

ZONED = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)$"
"""Instants that pandas and the record's validator surely read alike; others go to the validator."""
_HOURS = re.compile(r":\d\d(?:\.\d+)?[+-]\d\d$")
"""A zone of whole hours, as PostgreSQL and DuckDB write it in CSV."""


@fixed
class Checked:
    """A column after checking: its values, and the problem of each row that has one."""

    values: Floats | Coded
    bad: dict[int, Problem]


def check_column(column: Column, series: pd.Series) -> Checked:
    """Check every value of a column; missing and blank values are `not supplied`."""
    if column.kind == "text":
        return _text(column, series)
    if column.kind == "instant" and isinstance(series.dtype, pd.DatetimeTZDtype):
        return _typed(column, _seconds(series.dt.tz_convert("UTC").dt.tz_localize(None)), series)
    if column.kind == "day" and pd.api.types.is_datetime64_dtype(series.dtype):
        return _typed(column, _seconds(series), series)
    if column.kind in ("number", "flag") and pd.api.types.is_numeric_dtype(series.dtype):
        return _typed(column, series.to_numpy(dtype=np.float64, na_value=np.nan), series)
    return _objects(column, series)


def _seconds(series: pd.Series) -> Floats:
    """Naive UTC timestamps as seconds since 1970, NaN for NaT."""
    found = series.astype("datetime64[us]").to_numpy()
    seconds: Floats = found.astype(np.int64) / 1e6
    seconds[np.isnat(found)] = np.nan
    return seconds


def _typed(column: Column, values: Floats, series: pd.Series) -> Checked:
    """Typed values: if the extremes pass (and what must be whole is whole), all do."""
    known = values[~np.isnan(values)]
    step = _step(column)
    whole = not step or bool((known % step == 0).all())
    if not known.size or (
        whole and all(_try(column, series.iloc[row])[1] is None for row in _extremes(values))
    ):
        return Checked(values, {})
    return _objects(column, series)


def _extremes(values: Floats) -> tuple[int, int]:
    return int(np.nanargmin(values)), int(np.nanargmax(values))


def _step(column: Column) -> int:
    """What values are whole multiples of: seconds of a day, ones, or (0) anything."""
    if column.kind == "number":
        return int(_try(column, 0.5)[1] is not None and _try(column, 0)[1] is None)
    return {"flag": 1, "day": 86_400}.get(column.kind, 0)


def _distinct(series: pd.Series) -> tuple[Ints, list[Any]]:
    """Codes and distinct values; missing values have code -1."""
    codes, distinct = pd.factorize(series)
    return codes.astype(np.int64), list(distinct)


def _text(column: Column, series: pd.Series) -> Checked:
    codes, distinct = _distinct(series)
    index: dict[str, int] = {}
    place = np.full(len(distinct) + 1, -1, dtype=np.int64)
    wrong: dict[int, Problem] = {}
    for number, value in enumerate(distinct):
        text = _as_text(value)
        if text is None:
            continue
        found, problem = _try(column, text)
        if problem is None:
            place[number] = index.setdefault(str(found), len(index))
        else:
            wrong[number] = problem
    return Checked(Coded(place[codes], tuple(index)), _spread(wrong, codes))


def _as_text(value: Any) -> str | None:
    """A cell as text, None if blank. Numbers that a spreadsheet made of digits become digits."""
    if isinstance(value, (float, np.floating)):
        value = int(value) if float(value).is_integer() else float(value)
    text = str(value)
    return text if text.strip() else None


def _objects(column: Column, series: pd.Series) -> Checked:
    codes, distinct = _distinct(series)
    numbers = np.full(len(distinct) + 1, np.nan)
    if column.kind == "instant":
        distinct = [_moment(value) for value in distinct]
        numbers[:-1] = _zoned(distinct)
    wrong: dict[int, Problem] = {}
    for number in np.flatnonzero(np.isnan(numbers[:-1])).tolist():
        value = distinct[number]
        if isinstance(value, str) and not value.strip():
            continue
        found, problem = _try(column, value.item() if isinstance(value, np.generic) else value)
        if problem is None:
            numbers[number] = _number(column, found)
        else:
            wrong[number] = problem
    return Checked(numbers[codes], _spread(wrong, codes))


def _moment(value: Any) -> Any:
    """A moment as the record's validator takes it, and as a message shows it."""
    if isinstance(value, pd.Timestamp):
        return str(value)
    return f"{value}:00" if isinstance(value, str) and _HOURS.search(value) else value


def _zoned(distinct: list[Any]) -> Floats:
    """ISO texts with a zone as seconds, within the record's bounds; NaN where in doubt."""
    if len(distinct) < 100 or not all(isinstance(value, str) for value in distinct):
        return np.full(len(distinct), np.nan)
    texts = pd.Series(distinct, dtype="str")
    parsed = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    seconds = _seconds(parsed.dt.tz_localize(None))
    sure = texts.str.contains(ZONED).to_numpy(dtype=np.bool_) & (seconds >= 0) & (seconds < 7.2e9)
    return np.where(sure, seconds, np.nan)


def _number(column: Column, value: Any) -> float:
    if column.kind == "instant":
        return float(value.timestamp())
    if column.kind == "day":
        return day_seconds(value)
    return float(value)


def _try(column: Column, value: Any) -> tuple[Any, Problem | None]:
    try:
        return column.adapter.validate_python(value), None
    except ValidationError as error:
        return None, translate(error.errors(include_url=False)[0], column.name)


def _spread(wrong: dict[int, Problem], codes: NDArray[np.int64]) -> dict[int, Problem]:
    if not wrong:
        return {}
    rows = np.flatnonzero(np.isin(codes, list(wrong)))
    return {int(row): wrong[int(codes[row])] for row in rows}
