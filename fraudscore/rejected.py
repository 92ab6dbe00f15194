"""What could not be used, where it stands and why; and how it is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from features.problems import Problem
from features.sentences import counted
from fraudscore.screen import console
from fraudscore.whole_file import open_output

REJECTED_SHOWN = 20
Lost = Literal["person", "part", "column"]
"""What an error costs: a person who is not scored; a part of the input that may have said something
of people who are (a table, a second record); or a column nobody knows, which is never read."""


@dataclass(frozen=True)
class Rejected:
    """Something that was not used, and why. ``row`` counts lines or rows from 1."""

    file: str
    row: int | None
    profile_id: str | None
    problems: tuple[Problem, ...]
    lost: Lost = "person"

    def __str__(self) -> str:
        place = self.file + (f":{self.row}" if self.row else "")
        who = f" ({self.profile_id})" if self.profile_id else ""
        return "\n".join(f"{place}{who}: {problem}" for problem in self.problems)

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "file": self.file,
            "row": self.row,
            "profile_id": self.profile_id,
            "problems": [problem.data() for problem in self.problems],
        }


def incomplete(rejected: Iterable[Rejected]) -> int:
    """How many errors cost a person or a part of the input: what makes a result a partial one."""
    return sum(item.lost != "column" for item in rejected)


def left_out(rejected: Sequence[Rejected], done: str = "scored") -> str:
    """How many people were not ``done``, each counted once, and what else was not used."""
    people = {
        item.profile_id or (item.file, item.row) for item in rejected if item.lost == "person"
    }
    parts = sum(item.lost == "part" for item in rejected)
    columns = sum(item.lost == "column" for item in rejected)
    said = [f"{counted(len(people), 'person', 'people')} not {done}"] if people else []
    said += [f"{counted(parts, 'part')} of the input not used"] if parts else []
    said += [f"{counted(columns, 'column')} not used"] if columns else []
    return ", ".join(said)


def report_rejected(
    rejected: Sequence[Rejected], out: Path | None, lost: int | None = None, done: str = "scored"
) -> None:
    """Tell what was not ``done`` and why; with ``out``, write all of it there as JSON lines."""
    errors = console(error=True)
    for item in rejected[:REJECTED_SHOWN]:
        errors.print(str(item), soft_wrap=True)
    if len(rejected) > REJECTED_SHOWN:
        errors.print(f"... and {len(rejected) - REJECTED_SHOWN} more; --rejected FILE writes all")
    if rejected:
        errors.print(left_out(rejected, done) if lost is None else f"{lost} not {done}")
    if out is not None:
        with open_output(out) as stream:
            for item in rejected:
                stream.write(json.dumps(item.data()).encode() + b"\n")
