"""The pages of new hires as files to take away: HTML, PDF, or all of them in a ZIP; made in memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from fraudscore.assessment import Assessment
from fraudscore.errors import NotUsable, OutputError
from fraudscore.paper import pdf_of
from fraudscore.report import Row, index_page, person_page, strongest
from fraudscore.review.settings import Answers

HTML, PDF, ZIP = "text/html; charset=utf-8", "application/pdf", "application/zip"
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a ZIP: the same pages give the same bytes."""


def file_of(
    kind: str, items: Sequence[Assessment], answers: Answers | None
) -> tuple[str, str, bytes]:
    """Name, media type and bytes. ``kind``: html or pdf of one person, zip-html or zip-pdf of all.

    Raises NotUsable for another kind, or for PDF where it cannot be written.
    """
    form = kind.removeprefix("zip-")
    if form not in ("html", "pdf"):
        raise NotUsable("choose HTML or PDF")
    if kind == form:
        return _name(items[0], form), PDF if form == "pdf" else HTML, _page(items[0], form, answers)
    return "new-hires.zip", ZIP, _zipped(_all(items, form, answers))


def _page(item: Assessment, form: str, answers: Answers | None, index: str | None = None) -> bytes:
    text = person_page(item, audience="hr", answers=answers, index=index)
    if form == "html":
        return text.encode()
    try:
        return pdf_of(text)
    except OutputError as error:
        raise NotUsable(str(error)) from error


def _all(
    items: Sequence[Assessment], form: str, answers: Answers | None
) -> Iterable[tuple[str, bytes]]:
    rows, index = [], "index.html"
    for number, item in enumerate(items, 1):
        name = f"{number:03d}-{_name(item, form)}"
        yield name, _page(item, form, answers, index if form == "html" else None)
        rows.append(Row(item, name, strongest(item, "hr")))
    yield index, index_page(rows, audience="hr").encode()


def _name(item: Assessment, form: str) -> str:
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', item.profile_id)[:60] or 'person'}.{form}"


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, BEGINNING), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
