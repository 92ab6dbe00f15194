"""How many employers have a person on their payrolls at one time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np

from features.batch import Table
from features.employers import Same
from features.segments import Bools, Floats, Ints, unknown
from features.stints import Months, edges
from features.tellings import BESIDE_MONTHS, MOST


def at_once(table: Table, same: Same, as_of: Floats, rows: Ints) -> tuple[Floats, Bools]:
    """Most employers on a payroll at one time, and the rows of whom there are several.

    ``rows`` are those of a payroll; one that names no end still pays. Names that may be one
    employer's are one.
    """
    most, mark = unknown(table.n), np.zeros(table.size, dtype=np.bool_)
    if not rows.size:
        return most, mark
    starts, ends = (edges(table.number(name)[rows]) for name in ("starts", "ends"))
    now, names = edges(as_of[table.owner[rows]], exact=True), table.text("employer")
    for who, own in groupby(range(rows.size), key=lambda k: int(table.owner[rows[k]])):
        paid: dict[str, list[tuple[Months, int]]] = {}
        for k in list(own)[-MOST:]:
            start, end = starts[k], ends[k] or now[k]
            if start and end:
                text = names.at(int(rows[k])) or ""
                name = next((name for name in paid if same(name, text) != "disagree"), text)
                span = (start.high, end.low - BESIDE_MONTHS + 1)
                paid.setdefault(name, []).append((span, int(rows[k])))
        months = [span[0] for spans in paid.values() for span, _ in spans]
        if months:
            beside = max((_paying(paid.values(), month) for month in months), key=len)
            most[who], mark[beside] = max(len(beside), 1), len(beside) > 1
    return most, mark


def _paying(employers: Iterable[list[tuple[Months, int]]], month: int) -> list[int]:
    """One row of each employer that pays in a month and goes on."""
    paying = ([row for (first, last), row in spans if first <= month < last] for spans in employers)
    return [rows[0] for rows in paying if rows]
