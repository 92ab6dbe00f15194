"""Short builders of working lives, for tests of what several sources tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from features.records import Profile
from tests.fakes import profile

NORTH = ("Northpine GmbH", "2016-03-01", "2020-05-31")
KESTREL = ("Kestrel Systems", "2020-06-15", "2024-02-28")
VEXIN = ("Vexin Bank", "2024-03-15")
Row = dict[str, Any]


def job(source: str, employer: str, starts: Any = None, ends: Any = None, **more: Any) -> Row:
    """One job as one source tells it."""
    return {"source": source, "employer": employer, "starts": starts, "ends": ends, **more}


def study(source: str, school: str, starts: Any = None, ends: Any = None, **more: Any) -> Row:
    """One course of study as one source tells it."""
    return {"source": source, "school": school, "starts": starts, "ends": ends, **more}


def cv(*spans: tuple[str, ...]) -> list[Row]:
    """Jobs as the CV tells them."""
    return [job("cv", *span) for span in spans]


def linkedin(*spans: tuple[str, ...]) -> list[Row]:
    """Jobs as the public profile tells them."""
    return [job("linkedin", *span) for span in spans]


def paid(*spans: tuple[str, ...]) -> list[Row]:
    """Jobs as a payroll knows them."""
    return [job("payroll", *span) for span in spans]


def jobs(*positions: Row, **claims: Any) -> Profile:
    """Somebody with these jobs."""
    return profile(work={"positions": positions}, claims=claims)


def studies(*education: Row) -> Profile:
    """Somebody with these studies."""
    return profile(work={"education": education})


def equals(found: float, expected: float | None) -> bool:
    """Whether a value is as told, to the first decimal; None: not assessed."""
    return np.isnan(found) if expected is None else found == pytest.approx(expected, abs=0.05)
