"""Lists as CSV, made for spreadsheets: cells that would run as a formula are neutralised."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Response

from fraudscore.output import neutral

MEDIA = "text/csv"


def csv_of(columns: Iterable[str], rows: Iterable[Mapping[str, Any]], name: str) -> Response:
    """Rows under a header, as a file to keep; lists become words with ``; `` between them."""
    names = list(columns)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(names)
    writer.writerows([neutral(_cell(row.get(column))) for column in names] for row in rows)
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(stream.getvalue().encode(), media_type=MEDIA, headers=disposition)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return value
