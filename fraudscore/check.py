"""Is an input usable: what can be assessed, what is missing, and every error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.batch import Batch
from features.family import Family
from fraudscore.intake import Chunk
from fraudscore.rejected import Rejected

REJECTED_SHOWN = 50
"""Most problems listed in the text; the data lists all."""


@dataclass(frozen=True)
class CheckReport:
    """``usable`` people; per family how many can be assessed; per needed column who lacks it."""

    usable: int
    assessable: dict[str, int]
    missing: dict[str, dict[str, int]]
    rejected: tuple[Rejected, ...]

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "usable": self.usable,
            "families": {
                name: {"assessable": number, "missing": self.missing[name]}
                for name, number in self.assessable.items()
            },
            "rejected": [item.data() for item in self.rejected],
        }

    def text(self) -> str:
        """For a person to read."""
        lines = [f"{self.usable} {'person' if self.usable == 1 else 'people'} can be scored"]
        width = max((len(name) for name in self.assessable), default=0)
        lines += [f"  {name:{width}}  {self._family(name)}" for name in self.assessable]
        if any(any(gaps.values()) for gaps in self.missing.values()):
            lines.append("  in brackets: how many people a column was not supplied by")
        return "\n".join([*lines, *self._errors()])

    def _family(self, name: str) -> str:
        gaps = [f"{need} ({lack})" for need, lack in self.missing[name].items() if lack]
        said = f"{self.assessable[name]} of {self.usable} can be assessed"
        return f"{said}; missing: {', '.join(gaps)}" if gaps else said

    def _errors(self) -> list[str]:
        told = [line for item in self.rejected for line in str(item).splitlines()]
        if not told:
            return ["no errors"]
        lines = [f"{len(told)} {'thing' if len(told) == 1 else 'things'} to mend:"]
        lines += told[:REJECTED_SHOWN]
        if len(told) > REJECTED_SHOWN:
            lines.append(f"... and {len(told) - REJECTED_SHOWN} more; --json lists all")
        return lines


def check_inputs(chunks: Iterable[Chunk], families: Sequence[Family]) -> CheckReport:
    """Read everything and score nothing."""
    usable = 0
    assessable: Counter[str] = Counter({family.name: 0 for family in families})
    missing: dict[str, Counter[str]] = {family.name: Counter() for family in families}
    rejected: list[Rejected] = []
    for chunk in chunks:
        usable += chunk.batch.n
        rejected.extend(chunk.rejected)
        for family in families:
            assessable[family.name] += _assess(chunk.batch, family, missing[family.name])
    found = {name: dict(sorted(counts.items())) for name, counts in missing.items()}
    return CheckReport(usable, dict(assessable), found, tuple(rejected))


def _assess(batch: Batch, family: Family, missing: Counter[str]) -> int:
    needs = sorted({need for feature in family.features for need in feature.needs})
    supplied = {need: batch.supplied(need) for need in needs}
    for need, mask in supplied.items():
        missing[need] += int((~mask).sum())
    any_feature = [
        np.logical_and.reduce([supplied[need] for need in feature.needs])
        for feature in family.features
    ]
    return int(np.logical_or.reduce(any_feature).sum())
