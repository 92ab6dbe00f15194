"""A readable page a person, and one that lists everybody: plain HTML that opens and prints anywhere.

Three readers get three pages: who reviews, who hires, and the person themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import jinja2
from markupsafe import Markup
from pydantic import ValidationError

from features.batch import Batch
from features.catalogue import FAMILIES
from features.sentences import counted
from fraudscore.assessment import (
    BANDS,
    TRAINED_ON,
    Assessment,
    disagrees,
    speaks_against,
    speaks_for,
    where_it_stands,
)
from fraudscore.clearing import points
from fraudscore.drawing import picture_style
from fraudscore.errors import InputError, OutputError
from fraudscore.letter import CLOSING, HELPED, opening
from fraudscore.paper import pdf_of
from fraudscore.pictures import Pictures, line_in_words, pictures_in
from fraudscore.plain import LEVELS, confirmed, findings, level_means, of_little_weight, unasked
from fraudscore.rejected import Rejected, incomplete, report_rejected
from fraudscore.review.settings import QUESTIONS, Answers
from fraudscore.run import chunks, scorer_for
from fraudscore.scorer import Scorer
from fraudscore.screen import console, visible
from fraudscore.whole_file import open_output

Audience = Literal["reviewer", "hr", "applicant"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
PAGES = {"reviewer": "person.html", "hr": "hr.html", "applicant": "applicant.html"}
SHARED_PAGES = ("frame.html", "policy.html", "index.html")
OUR_PAGE = re.compile(r"index\.html|\d{4,}-[A-Za-z0-9_-]+\.(html|pdf)")
"""Names of the pages that a report of everybody writes."""
LOGINS_MAX = 100
"""Most sign-ins in the table below the pictures."""
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
        "little": "Something does not agree, and weighs too little to ask about.",
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


@cache
def _pages() -> jinja2.Environment:
    folder = files("fraudscore") / "pages"
    sources = {
        name: (folder / name).read_text("utf-8") for name in (*PAGES.values(), *SHARED_PAGES)
    }
    pages = jinja2.Environment(
        loader=jinja2.DictLoader(sources), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters |= {
        "shown": visible,
        "picture": Markup,
        "line": line_in_words,
        "where": where_it_stands,
        "counted": counted,
    }
    pages.globals |= {
        "words": WORDS,
        "style": Markup((folder / "style.css").read_text("utf-8") + picture_style()),
        "asks": {family.name: family.asks for family in FAMILIES},
        "logins_max": LOGINS_MAX,
    }
    return pages


def band_means(item: Assessment) -> str:
    """What a band says of this person; "agree" is said of nobody of whom something else is told."""
    little = item.band == "no_concern" and disagrees(item)
    return WORDS["meaning"]["little" if little else item.band]


def person_page(
    item: Assessment,
    *,
    audience: Audience = "reviewer",
    pictures: Pictures | None = None,
    answers: Answers | None = None,
    index: str | None = None,
) -> str:
    """One person in full, as HTML for one reader.

    ``pictures`` are shown to reviewers alone. ``answers``: the team's answers to the four policy
    questions, printed where given (to an applicant without which signals count). ``index``: the
    file that lists everybody, to link to.
    """
    told = {"reviewer": _for_reviewers, "hr": _for_hr, "applicant": _for_applicants}[audience](item)
    given = answers.model_dump() if answers else {}
    hidden = {"which_signals"} if audience == "applicant" else set()
    return _pages().get_template(PAGES[audience]).render(
        item=item,
        pictures=pictures,
        answers=given,
        questions={name: text for name, text in QUESTIONS.items() if name not in hidden},
        index=index,
        caution=_caution(item),
        **told,
    )  # fmt: skip


def _for_reviewers(item: Assessment) -> dict[str, Any]:
    present = [reason for reason in item.reasons if reason.state == "present"]
    return {
        "meaning": band_means(item),
        "against": [reason for reason in item.reasons if speaks_against(reason)],
        "favour": [reason for reason in reversed(item.reasons) if speaks_for(reason)],
        "light": [r for r in present if not (speaks_against(r) or speaks_for(r))],
    }


def _for_hr(item: Assessment) -> dict[str, Any]:
    return {
        "levels": LEVELS,
        "meaning": level_means(item),
        "findings": findings(item),
        "little": of_little_weight(item),
        "confirmed": confirmed(item),
        "unasked": unasked(item),
    }


def _for_applicants(item: Assessment) -> dict[str, Any]:
    raised = () if item.band == "no_concern" else points(item)
    return {
        "points": raised,
        "opening": opening(len(raised)),
        "closing": CLOSING,
        "helped": HELPED[item.trained_on],
    }


def index_page(rows: Iterable[Row], *, audience: Audience = "reviewer") -> str:
    """Everybody, most urgent first, as HTML."""
    people = sorted(
        rows, key=lambda r: (-BANDS.index(r.item.band), -r.item.log_odds, r.item.profile_id)
    )
    caution = _caution(people[0].item) if people else ""
    levels = LEVELS if audience == "hr" else WORDS["band"]
    return _pages().get_template("index.html").render(people=people, caution=caution, levels=levels)


def strongest(item: Assessment, audience: Audience = "reviewer") -> str:
    """What speaks most against a person, in a line."""
    if audience == "hr":
        found = [finding.headline for finding in findings(item)]
    else:
        found = [reason.text for reason in item.reasons if speaks_against(reason)]
    return "; ".join(found[:2]) or "nothing speaks against this person"


def _caution(item: Assessment) -> str:
    return f"Model {TRAINED_ON[item.trained_on]}."


def run_report(
    *,
    out: Path,
    profile_id: str | None = None,
    audience: Audience = "reviewer",
    pdf: bool = False,
    policy: Path | None = None,
    **options: Any,
) -> tuple[int, int]:
    """Write the pages of everybody, or of one; returns how many people were written and rejected."""
    rejected: list[Rejected] = []
    answers = _answers(policy) if policy else None
    alone = profile_id is not None
    listed = not alone and audience != "applicant"
    scorer = scorer_for(options)
    batches = _batches(options, rejected, profile_id)
    ids = [id_ for batch in batches for id_ in batch.ids if profile_id in (None, id_)]
    names = [_file(id_, number, alone) for number, id_ in enumerate(ids, 1)]
    _make_folder(out)
    if names and not alone:
        pages = {
            f"{name}{end}" for name in names for end in ((".html", ".pdf") if pdf else (".html",))
        }
        _without_others(out, pages | ({"index.html"} if listed else set()))
    rows: list[Row] = []
    people = _people(scorer, batches, profile_id, audience)
    for stem, (item, pictures) in zip(names, people, strict=True):
        name = f"{stem}.html"
        index = "index.html" if listed else None
        page = person_page(item, audience=audience, pictures=pictures, answers=answers, index=index)
        _write(out / name, page.encode())
        if pdf:
            _write((out / name).with_suffix(".pdf"), pdf_of(page))
        rows.append(Row(item, name, strongest(item, audience)))
    if listed and rows:
        _write(out / "index.html", index_page(rows, audience=audience).encode())
    _tell(rows, out, listed)
    report_rejected(rejected, None)
    if profile_id is not None and not rows:
        raise InputError(
            f"no usable profile has the id {profile_id!r}; fraudscore check lists errors"
        )
    return len(rows), incomplete(rejected)


def _tell(rows: list[Row], out: Path, listed: bool) -> None:
    if rows:
        number = "1 page" if len(rows) == 1 else f"{len(rows)} pages"
        first = out / ("index.html" if listed else rows[0].file)
        console(error=True).print(f"{number}; open {first}", soft_wrap=True)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror or error}; choose another folder") from error


def _answers(path: Path) -> Answers:
    """The team's answers from a file. Raises InputError telling what to write."""
    form = f"a JSON object with the answers {', '.join(QUESTIONS)}, each of 10 characters or more"
    try:
        return Answers.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; give {form}") from error
    except ValidationError as error:
        where = ", ".join(".".join(map(str, one["loc"])) or "the file" for one in error.errors())
        raise InputError(f"{path}: cannot use {where}; write {form}") from error


def _batches(options: dict[str, Any], rejected: list[Rejected], wanted: str | None) -> list[Batch]:
    """Everybody, or the batch of the one wanted. Raises InputError for too many people."""
    found: list[Batch] = []
    for part in chunks(options):
        rejected.extend(one for one in part.rejected if wanted is None or one.profile_id == wanted)
        if part.batch.n and (wanted is None or wanted in part.batch.ids):
            found.append(part.batch)
        if sum(batch.n for batch in found) > PEOPLE_MAX and wanted is None:
            raise InputError(f"more than {PEOPLE_MAX} people; use fraudscore score -o FILE")
    return found


def _people(
    scorer: Scorer, batches: Sequence[Batch], wanted: str | None, audience: Audience
) -> Iterator[tuple[Assessment, Pictures | None]]:
    """Everybody, or the one wanted, with pictures for reviewers."""
    for batch in batches:
        for row, item in enumerate(scorer.assess(batch).assessments()):
            if wanted in (None, item.profile_id):
                drawn = audience == "reviewer"
                yield item, pictures_in(batch, row, scorer.context) if drawn else None


def _file(profile_id: str, number: int, alone: bool) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", profile_id)[:60] or "person"
    return name if alone else f"{number:04d}-{name}"


def _without_others(out: Path, ours: Set[str]) -> None:
    """Raises InputError if a folder holds pages of another report: they would look like ours."""
    there = sorted(path.name for path in out.iterdir() if OUR_PAGE.fullmatch(path.name))
    others = [name for name in there if name not in ours]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise InputError(
            f"{out} holds pages of another report ({others[0]}{more}); choose another folder, or "
            "delete them"
        )


def _write(path: Path, data: bytes) -> None:
    with open_output(path) as stream:
        stream.write(data)
