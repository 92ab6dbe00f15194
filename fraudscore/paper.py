"""Pages as PDF, by WeasyPrint (the extra ``pdf``); nothing is fetched from anywhere."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from fraudscore.errors import OutputError

MISSING = "PDF needs WeasyPrint; run: pip install 'fraudscore[pdf]', or leave --pdf out"
NO_PANGO = (
    "PDF needs the library Pango, which this machine lacks; install it (Debian: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, macOS: brew install pango), or leave "
    "--pdf out"
)


def pdf_of(html: str) -> bytes:
    """A page as a tagged PDF. Raises OutputError where WeasyPrint or its library Pango is missing."""
    page = _weasyprint().HTML(string=html, url_fetcher=_Nothing())
    written: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return written


def pdf_possible() -> bool:
    """Whether PDF can be written on this machine."""
    try:
        _weasyprint()
    except OutputError:
        return False
    return True


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError as error:
        raise OutputError(MISSING) from error
    except OSError as error:
        raise OutputError(NO_PANGO) from error
    # It complains of each rule that is meant for screens.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return weasyprint


class _Nothing:
    """Refuses every address: a page carries all it needs."""

    _fail_on_errors = False  # WeasyPrint looks for it when a fetcher raises

    def __call__(self, url: str, *_: Any, **__: Any) -> Any:
        """Raise ValueError."""
        raise ValueError(f"{url} is not fetched")
