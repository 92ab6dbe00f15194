"""CVs in JSON Resume form (jsonresume.org, schema 1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.exports import json_document
from fraudscore.connectors.values import day, given, text
from fraudscore.errors import InputError


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """One CV: name and mailbox, positions, education, skills. Photo and free text are left behind."""
    data = json_document(path, options)
    if not isinstance(data, dict):
        raise InputError(f"{path} is not a JSON Resume; write one object with basics, work, ...")
    basics: Any = data.get("basics")
    basics = basics if isinstance(basics, dict) else {}
    mail = text(basics.get("email"), 254)
    who = options.person or mail
    if not who:
        raise InputError(f"{path} names no e-mail; say whose CV it is with --person ID")
    read_part = _Reader(str(path), report)
    work = given(
        positions=[*read_part.rows(data, "work", _position)],
        education=[*read_part.rows(data, "education", _course)],
        skills=[*read_part.rows(data, "skills", _skill)],
    )
    ignored = set(data) - {"basics", "work", "education", "skills", "meta", "$schema"}
    report.ignored.update(ignored)
    part = given(
        claims=given(name=text(basics.get("name")), role=text(basics.get("label"))),
        contact=given(
            emails=[given(address=mail)] if mail else [],
            phones=[given(number=text(basics.get("phone")))] if basics.get("phone") else [],
        ),
        work=work,
    )
    report.used["CV"] += 1
    yield Finding(who, part)


class _Reader:
    """Rows of the lists of a CV; one that cannot be read is reported and left out."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report

    def rows(self, data: Any, name: str, make: Any) -> Iterable[dict[str, Any]]:
        listed = data.get(name)
        if listed is None:
            return
        if not isinstance(listed, list):
            self._report.reject(self._file, None, name, "is not a list", "write [ ... ]")
            return
        for number, item in enumerate(listed):
            where = f"{name}[{number}]"
            try:
                made = make(item)
            except (ValueError, AttributeError, TypeError) as error:
                self._report.reject(
                    self._file, None, where, str(error), "see jsonresume.org/schema"
                )
                continue
            if made:
                self._report.used[name] += 1
                yield made


def _days(item: dict[str, Any]) -> dict[str, str]:
    return {
        ours: day(item[theirs])
        for ours, theirs in (("starts", "startDate"), ("ends", "endDate"))
        if item.get(theirs)
    }


def _position(item: dict[str, Any]) -> dict[str, Any] | None:
    # `company` is what versions before 1.0 wrote.
    employer = text(item.get("name")) or text(item.get("company"))
    if not employer:
        return None
    return given(source="cv", employer=employer, title=text(item.get("position")), **_days(item))


def _course(item: dict[str, Any]) -> dict[str, Any] | None:
    school = text(item.get("institution"))
    if not school:
        return None
    return given(source="cv", school=school, degree=text(item.get("studyType")), **_days(item))


def _skill(item: dict[str, Any]) -> dict[str, Any] | None:
    name = text(item.get("name"))
    return given(source="cv", name=name) if name else None


RESUME = Connector("resume", "a CV in JSON Resume form (jsonresume.org), one file a person", read)
