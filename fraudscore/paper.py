"""A page on paper: HTML as PDF, by the extra ``[pdf]``. Nothing is fetched, whatever the page asks."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, NoReturn, cast

from fraudscore.errors import OutputError


def pdf_possible() -> bool:
    """Whether the extra is installed."""
    return find_spec("weasyprint") is not None


def pdf_of(page: str) -> bytes:
    """A page that needs nothing but itself, as PDF. Raises OutputError without the extra."""
    if not pdf_possible():
        raise OutputError("PDF needs an extra; pip install 'fraudscore[pdf]'")
    import weasyprint

    return cast(bytes, weasyprint.HTML(string=page, url_fetcher=_nothing).write_pdf())


def _nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"{url[:40]} is not fetched: a page must hold all that it needs")
