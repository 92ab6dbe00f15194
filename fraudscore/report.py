"""A readable page a person, and one that lists everybody: plain HTML that opens and prints anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from features.catalogue import FAMILIES
from fraudscore.assessment import BANDS, TRAINED_ON, WORTH_SAYING, Assessment, speaks_against
from fraudscore.errors import InputError, OutputError
from fraudscore.rejected import Rejected, report_rejected
from fraudscore.run import chunks, scorer_for
from fraudscore.screen import console, visible
from fraudscore.whole_file import open_output

PEOPLE_MAX = 2_000
"""Most people for whom pages are written; a marketplace wants another form."""
WORDS: dict[str, dict[str, str]] = {
    "band": {
        "review": "a person should look now",
        "verify": "a cheap check would settle it",
        "no_concern": "no concern",
        "insufficient_evidence": "too little is known",
    },
    "mark": {"review": "▲", "verify": "◆", "no_concern": "●", "insufficient_evidence": "○"},
    "meaning": {
        "review": "Claims and observations disagree in several independent ways.",
        "verify": "Something does not agree; ask before anything else is done.",
        "no_concern": "Claims and observations agree as far as they could be held together.",
        "insufficient_evidence": "Too little was supplied to say anything either way.",
    },
    "outcome": {
        "same": "same",
        "different": "different",
        "failed": "check failed",
        "not_checked": "not checked",
    },
    "outcome_mark": {"same": "=", "different": "≠", "failed": "?", "not_checked": "·"},
    "state": {
        "present": "looked at; something does not agree",
        "absent": "looked at; nothing disagrees",
        "not_supplied": "not supplied",
        "could_not_check": "supplied, but could not be checked",
    },
}


@dataclass(frozen=True)
class Row:
    """One person on the page that lists everybody."""

    item: Assessment
    file: str
    strongest: str


def _pages() -> jinja2.Environment:
    folder = files("fraudscore") / "pages"
    sources = {name: (folder / name).read_text("utf-8") for name in ("person.html", "index.html")}
    pages = jinja2.Environment(
        loader=jinja2.DictLoader(sources), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters["shown"] = visible
    pages.globals |= {
        "words": WORDS,
        "style": Markup((folder / "style.css").read_text("utf-8")),
        "asks": {family.name: family.asks for family in FAMILIES},
    }
    return pages


def person_page(item: Assessment) -> str:
    """One person in full, as HTML."""
    against = [reason for reason in item.reasons if speaks_against(reason)]
    favour = [r for r in reversed(item.reasons) if r.contribution <= -WORTH_SAYING]
    light = [r for r in item.reasons if r.state == "present" and abs(r.contribution) < WORTH_SAYING]
    page = _pages().get_template("person.html")
    caution = _caution(item)
    return page.render(item=item, against=against, favour=favour, light=light, caution=caution)


def index_page(rows: Iterable[Row]) -> str:
    """Everybody, most urgent first, as HTML."""
    people = sorted(
        rows, key=lambda r: (-BANDS.index(r.item.band), -r.item.log_odds, r.item.profile_id)
    )
    caution = _caution(people[0].item) if people else ""
    return _pages().get_template("index.html").render(people=people, caution=caution)


def _caution(item: Assessment) -> str:
    return f"Model {TRAINED_ON[item.trained_on]}."


def run_report(*, out: Path, **options: Any) -> tuple[int, int]:
    """Write the pages of everybody; returns how many people were written and rejected."""
    rejected: list[Rejected] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror or error}; choose another folder") from error
    rows: list[Row] = []
    for item in _assessments(options, rejected):
        if len(rows) >= PEOPLE_MAX:
            raise InputError(f"more than {PEOPLE_MAX} people; use fraudscore score -o FILE")
        name = f"{len(rows) + 1:04d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', item.profile_id)[:60]}.html"
        _write(out / name, person_page(item))
        against = [reason.text for reason in item.reasons if speaks_against(reason)]
        rows.append(Row(item, name, "; ".join(against[:2]) or "nothing speaks against this person"))
    if rows:
        _write(out / "index.html", index_page(rows))
        console(error=True).print(f"{len(rows)} pages; open {out / 'index.html'}", soft_wrap=True)
    report_rejected(rejected, None)
    return len(rows), len(rejected)


def _assessments(options: dict[str, Any], rejected: list[Rejected]) -> Iterator[Assessment]:
    scorer = scorer_for(options)
    for part in chunks(options):
        rejected.extend(part.rejected)
        if part.batch.n:
            yield from scorer.assess(part.batch).assessments()


def _write(path: Path, text: str) -> None:
    with open_output(path) as stream:
        stream.write(text.encode())
