"""`fraudscore import`: exports of other systems become profiles, or are merged into those there are."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.reading import InvalidProfile, read_profile
from features.sentences import counted
from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.connector import Connector, Options, Report
from fraudscore.connectors.keys import load_keys
from fraudscore.connectors.people import People, Person
from fraudscore.connectors.values import instant
from fraudscore.errors import InputError
from fraudscore.rejected import Rejected, report_rejected
from fraudscore.screen import console
from fraudscore.whole_file import open_output, spare

SHOWN = 12
"""Most kinds of ignored things named in the summary."""


def run_import(
    kind: str,
    inputs: Sequence[str],
    *,
    out: Path,
    into: Path | None,
    as_of: datetime | None,
    person: str | None,
    mapping: Path | None,
    key_file: Path | None,
    token_env: str | None,
    cache: Path | None,
    rejected: Path | None,
    progress: Callable[[int, int | None], None],
) -> tuple[int, int]:
    """Read exports, merge, write; returns how many profiles were written and how much was rejected.

    Nothing is written when nothing could be read.
    """
    connector = CONNECTORS[kind]
    spare(() if connector.live else inputs, out, rejected)
    report = Report()
    options = Options(
        keys=load_keys(key_file),
        person=person,
        mapping=None if mapping is None else _mapping(mapping),
        token=_token(token_env),
        cache=cache,
        progress=progress,
    )
    people = People(latest=instant(datetime.now(UTC).isoformat()))
    existing = into if into is not None else out if out.exists() else None
    if existing is not None:
        _load(existing, people)
    before = len(people)
    for path in _inputs(connector, inputs):
        for finding in connector.read(path, options, report):
            people.add(finding)
    if not report.used and not report.lost:
        raise InputError(
            f"nothing in {', '.join(inputs)} could be used; is it an export of kind {kind}?"
        )
    known, written = len(people), 0
    if report.used:
        with open_output(out) as stream:
            for line in _profiles(people, as_of, report):
                stream.write(line + b"\n")
                written += 1
    profiles = counted(written, "profile")
    _tell(report, f"{profiles} in {out}, {known - before} of them new" if written else None)
    report_rejected(report.rejected, rejected, report.lost, "imported")
    return written, report.lost


def _inputs(connector: Connector, inputs: Sequence[str]) -> Iterator[Path]:
    for name in inputs:
        path = Path(name)
        if not connector.live and not path.exists():
            raise InputError(f"{name}: no such file; name the export to read")
        yield path


def _mapping(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a mapping file: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is not a mapping file; write one with import --suggest FILE")
    return found


def _token(variable: str | None) -> str | None:
    if variable is None:
        return None
    token = os.environ.get(variable)
    if not token:
        raise InputError(f"the environment variable {variable} is not set; put the token there")
    return token


def _load(path: Path, people: People) -> None:
    """Profiles that are there already; one that cannot be read stops the import: nothing is lost."""
    with path.open("rb") as stream:
        for row, written in enumerate(stream, 1):
            line = written.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                profile = read_profile(line)
            except InvalidProfile as error:
                raise InputError(
                    f"{path}:{row} is not a profile ({error.problems[0]}); mend it or choose "
                    "another file with -o"
                ) from error
            people.load(profile.model_dump(mode="json", exclude_unset=True))


def _profiles(people: People, as_of: datetime | None, report: Report) -> Iterator[bytes]:
    """Every profile that the record accepts, as JSON; the rest are rejected with pointers."""
    for person in people.drain():
        data = person.data()
        data["as_of"] = _dated(person, as_of)
        if not data["as_of"]:
            report.reject(person.profile_id, None, "as_of", "nothing is dated", "give --as-of TIME")
            continue
        try:
            profile = read_profile(data)
        except InvalidProfile as error:
            report.lost += 1
            report.rejected.append(Rejected("", None, person.profile_id, error.problems))
            continue
        yield profile.model_dump_json(exclude_unset=True).encode()


def _dated(person: Person, as_of: datetime | None) -> str:
    if as_of is not None:
        return instant(as_of.astimezone(UTC).isoformat())
    return (
        max(instant(moment) for moment in (person.as_of, person.newest) if moment)
        if (person.as_of or person.newest)
        else ""
    )


def _tell(report: Report, outcome: str | None) -> None:
    shown = console(error=True)
    used = ", ".join(f"{number:,} {name}" for name, number in report.used.most_common(SHOWN))
    shown.print(f"used: {used or 'nothing'}", soft_wrap=True)
    if report.ignored:
        rest = len(report.ignored) - SHOWN
        named = ", ".join(
            f"{number:,} {name}" for name, number in report.ignored.most_common(SHOWN)
        )
        shown.print(f"ignored: {named}" + (f" and {rest} more" if rest > 0 else ""), soft_wrap=True)
    shown.print(outcome or "nothing was written", soft_wrap=True)
