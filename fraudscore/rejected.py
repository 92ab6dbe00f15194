"""What could not be used, where it stands and why; and how it is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.problems import Problem
from fraudscore.screen import console
from fraudscore.whole_file import open_output

REJECTED_SHOWN = 20


@dataclass(frozen=True)
class Rejected:
    """Something that was not scored, and why. ``row`` counts lines or rows from 1."""

    file: str
    row: int | None
    profile_id: str | None
    problems: tuple[Problem, ...]

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
        errors.print(f"{len(rejected) if lost is None else lost} not {done}")
    if out is not None:
        with open_output(out) as stream:
            for item in rejected:
                stream.write(json.dumps(item.data()).encode() + b"\n")
