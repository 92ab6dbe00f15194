"""Lists that are taken away as files: noted in the log, and as CSV made safe for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Response

from fraudscore.output import neutral
from fraudscore.review import audit
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.clock import now

MEDIA = "text/csv"


def note_export(
    desk: Desk, actor: Actor, what: str, form: str, rows: int, narrowed: Iterable[str] = ()
) -> None:
    """Note in the audit log who took away a list, as which ``form``, and by what it was ``narrowed``.

    What was searched for is not noted: it may be somebody's address.
    """
    detail = {"list": what, "form": form, "rows": rows, "narrowed_by": sorted(narrowed)}
    with desk.store.writing() as connection:
        audit.append(connection, actor, "list_exported", "team:", detail, now=now())


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
