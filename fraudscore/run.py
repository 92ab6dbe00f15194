"""What the commands do: read, score, write, and tell what was left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from features.catalogue import FAMILIES
from features.context import Context
from features.lookups import load_networks, load_phones
from fraudscore.assessment import Assessment
from fraudscore.check import check_inputs
from fraudscore.cohort import cohort_of
from fraudscore.cohorts import open_cohort
from fraudscore.errors import InputError
from fraudscore.intake import Chunk
from fraudscore.io import read_inputs
from fraudscore.output import Format, writer
from fraudscore.policy import Standing
from fraudscore.rejected import Rejected, incomplete, report_rejected
from fraudscore.scorer import Scored, Scorer, load
from fraudscore.screen import console
from fraudscore.settings import ip_data_folder
from fraudscore.terminal import People, person
from fraudscore.whole_file import open_output, spare

Progress = Callable[[int, int | None], None]
"""Told how many are done, of how many."""
CHANGED = "the input changed while it was read; score it again"
SUFFIXES: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".txt": "table",
    "": "table",
}
"""The format that the end of a file's name asks for; a table is text to read."""


def context_for(ip_data: Path | None) -> Context:
    """Look-ups from the folder given, else the one chosen with `ipdata use`, else embedded."""
    return Context(load_networks(ip_data or ip_data_folder()), load_phones())


def scorer_for(options: dict[str, Any]) -> Scorer:
    """The scorer that the shared options describe; with ``link``, among the people of the input."""
    scorer = load(
        options["bundle"],
        ip_data=options["ip_data"] or ip_data_folder(),
        base_rate=options["base_rate"],
    )
    if options["cohort"] is not None:
        if options["link"]:
            raise InputError("give --link or --cohort, not both")
        store = open_cohort(options["cohort"], options["key_file"])
        click.get_current_context().call_on_close(store.close)
        return scorer.among(store)
    if not options["link"]:
        return scorer
    if _there_once(options["inputs"]):
        raise InputError("--link reads the input twice; give a file in place of a stream")
    return scorer.among(cohort_of((part.batch for part in chunks(options)), scorer.context))


def chunks(options: dict[str, Any]) -> Iterator[Chunk]:
    """The input in chunks. Records without ``as_of`` are taken as of now, or of --as-of.

    ``options["now"]``: the moment that stands for now, for a command that reads more than once.
    """
    as_of = options["as_of"]
    default = as_of or options.get("now") or moment()
    return read_inputs(options["inputs"], as_of=as_of, default_as_of=default)


def moment() -> datetime:
    """Now, for a command that was told no other time."""
    return datetime.now(UTC)


def run_score(*, progress: Progress, **options: Any) -> tuple[int, int]:
    """Score everything; returns how many people were scored and what makes that partial.

    ``progress`` is told how many are scored, of None: how many there are nobody knows before the end.
    """
    form = _format(options["form"], options["out"])
    spare(options["inputs"], options["out"], options["rejected"])
    options["now"] = moment()
    scorer = scorer_for(options)
    rejected: list[Rejected] = []
    scored = _scored(scorer, chunks(options), rejected, progress)
    if options["budget"] is None and options["alert_rate"] is None:
        batches: Iterable[list[Assessment]] = (
            part.assessments(options["reasons"]) for part in scored
        )
    else:
        batches = _within_budget(scorer, scored, options, progress)
    total = (
        _to_screen(batches, options["out"])
        if form == "table"
        else _to_stream(batches, form, options["out"])
    )
    report_rejected(rejected, options["rejected"])
    if not total and not incomplete(rejected):
        raise InputError("the input holds no people; give at least one profile")
    return total, incomplete(rejected)


def _format(form: Format | None, out: Path | None) -> Format:
    if form:
        if form == "parquet" and out is None:
            raise InputError("parquet needs a file; add -o people.parquet")
        return form
    if out is None:
        return "table"
    if out.suffix.lower() not in SUFFIXES:
        known = ", ".join(suffix for suffix in SUFFIXES if suffix)
        raise InputError(
            f"{out}: {out.suffix} is not written; end the name in one of {known}, or give --format"
        )
    return SUFFIXES[out.suffix.lower()]


def _scored(
    scorer: Scorer, parts: Iterable[Chunk], rejected: list[Rejected], progress: Progress
) -> Iterator[Scored]:
    done = 0
    for part in parts:
        rejected.extend(part.rejected)
        if part.batch.n:
            yield scorer.assess(part.batch)
            done += part.batch.n
            progress(done, None)


def _within_budget(
    scorer: Scorer, scored: Iterable[Scored], options: dict[str, Any], progress: Progress
) -> Iterator[list[Assessment]]:
    """Assessments in batches, their bands chosen among everybody.

    Files are scored twice, so that memory does not grow with them; a stream is there only once and is
    held.
    """
    once = _there_once(options["inputs"])
    held: list[Scored] = []
    seen: list[Standing] = []
    ids: list[str] = []
    for part in scored:
        seen.append(part.seen)
        ids += part.batch.ids
        if once:
            held.append(part)
    if not ids:
        return
    budget: int | None = options["budget"]
    limit = int(options["alert_rate"] * len(ids)) if budget is None else budget
    given = scorer.choose(seen, ids, limit)
    start = 0
    for part in held if once else _scored(scorer, chunks(options), [], progress):
        end = start + part.batch.n
        if list(part.batch.ids) != ids[start:end]:
            raise InputError(CHANGED)
        yield part.assessments(options["reasons"], given[start:end])
        start = end
    if start < len(ids):
        raise InputError(CHANGED)


def _there_once(inputs: Sequence[str]) -> bool:
    """Whether an input is a stream (standard input, a pipe), which nobody can read twice."""
    return any(name == "-" or Path(name).is_fifo() for name in inputs)


def _to_screen(batches: Iterable[list[Assessment]], out: Path | None) -> int:
    everybody = People()
    for batch in batches:
        everybody.add(batch)
    shown = everybody.text()
    if out is None:
        console().print(shown)
    else:
        with open_output(out) as stream:
            plain = console()
            with plain.capture() as capture:
                plain.print(shown)
            stream.write(capture.get().encode())
    return everybody.total


def _to_stream(batches: Iterable[list[Assessment]], form: Format, out: Path | None) -> int:
    total = 0
    with open_output(out) as stream:
        target = writer(form, stream)
        for batch in batches:
            target.write(batch)
            total += len(batch)
        target.close()
    return total


def run_check(**options: Any) -> tuple[int, int]:
    """Report whether the input can be used; nothing is scored."""
    report = check_inputs(chunks(options), FAMILIES)
    if options["as_json"]:
        click.echo(json.dumps(report.data(), indent=1))
    else:
        console().print(report.text(), soft_wrap=True)
    return report.usable, incomplete(report.rejected)


def run_explain(**options: Any) -> None:
    """Print one person in full."""
    scorer = scorer_for(options)
    wanted = options["profile_id"]
    rejected: list[Rejected] = []
    for part in chunks(options):
        rejected.extend(item for item in part.rejected if item.profile_id == wanted)
        if wanted in part.batch.ids:
            scored = scorer.assess(part.batch)
            item = scored.assessments()[part.batch.ids.index(wanted)]
            if options["as_json"]:
                click.echo(item.model_dump_json(indent=1))
            else:
                console().print(person(item))
            return
    report_rejected(rejected, None)
    raise InputError(f"no usable profile has the id {wanted!r}; fraudscore check lists errors")
