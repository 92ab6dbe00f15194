"""Templates, what they may say of a value, and the files that pages ask for beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from features.sentences import counted
from fraudscore import __version__
from fraudscore.assessment import TRAINED_ON
from fraudscore.report import WORDS
from fraudscore.review.settings import QUESTIONS
from fraudscore.screen import visible

HERE = Path(__file__).parent
BADGE = Markup('<span class="band {}"><span aria-hidden="true">{}</span> {}</span>')
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def templates() -> jinja2.Environment:
    """The templates of every page; whatever goes into them is escaped."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.filters |= {
        "shown": shown,
        "sentence": sentence,
        "paragraphs": paragraphs,
        "moment": moment,
        "day": day,
        "counted": counted,
    }
    found.globals |= {
        "words": WORDS,
        "badge": badge,
        "questions": QUESTIONS,
        "trained_on": TRAINED_ON,
        "static": lambda name: f"/static/{name}?v={static_files()[name][1]}",
        "version": __version__,
    }
    return found


def shown(text: object) -> str:
    """Whatever a person wrote, with marks that would change its direction or hide it made visible."""
    return visible(str(text))


def sentence(text: object) -> str:
    """The same as a sentence of its own."""
    told = shown(text)
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith(('.', '?', '!')) else '.'}"


def paragraphs(text: object) -> Markup:
    """The same with its line breaks kept."""
    lines = [escape(shown(line)) for line in str(text).splitlines()]
    return Markup("<br>").join(lines)


def badge(band: str) -> Markup:
    """A band in words, with a mark and a line of its own for whoever sees no colours."""
    return BADGE.format(band, WORDS["mark"][band], WORDS["band"][band])


def moment(at: datetime) -> str:
    """``24 Nov 2026, 14:32 UTC``."""
    return f"{day(at)}, {at:%H:%M} UTC"


def day(at: datetime) -> str:
    """``24 Nov 2026``."""
    return f"{at.day} {at:%b %Y}"


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Style and script by name, each with a word that changes when it does."""
    files: Iterable[Path] = (HERE / "static").iterdir()
    data = {path.name: path.read_bytes() for path in files if path.suffix in TYPES}
    return {name: (text, hashlib.sha256(text).hexdigest()[:12]) for name, text in data.items()}
