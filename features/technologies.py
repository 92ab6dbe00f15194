"""When a technology first became public, and skills claimed from before.

The shipped table names what it knows; a skill it does not name cannot be judged.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

import numpy as np

from features.batch import Batch
from features.fixed import fixed
from features.segments import Floats
from features.tables import rows

YEAR = 365.25 * 86_400
SLACK_YEARS = 1.0
"""Years of a skill are worded loosely (assumed)."""
_VERSION = re.compile(r"[\s_-]*v?\d+(\.(\d+|x))*\+?$")


@dataclass(frozen=True, slots=True)
class Technology:
    """One technology: its name, and its first public release, month and seconds since 1970."""

    name: str
    month: str
    released: float


@fixed
class Early:
    """Skills claimed from before their technology was public.

    ``years``: by how many, for each row of ``skills``, NaN where it cannot be told. ``names`` and
    ``months``: the earliest claimed of each profile, and when it became public.
    """

    years: Floats
    names: list[str | None]
    months: list[str | None]


def ahead_of_release(batch: Batch) -> Early:
    """Hold every skill with a date against the table."""
    skills = batch.table("skills")
    names = skills.text("name")
    known = [technology(name) for name in names.values]
    released = names.spread(np.array([one.released if one else np.nan for one in known]), np.nan)
    told = batch.as_of[skills.owner] - skills.number("years") * YEAR
    claimed = np.fmax(skills.number("since"), told)  # the kinder of the two
    years = np.maximum((released - claimed) / YEAR - SLACK_YEARS, 0)
    worst = skills.first(years == skills.largest(years)[skills.owner])
    which = [known[code] if code >= 0 else None for code in names.take(worst).codes.tolist()]
    return Early(years, [one and one.name for one in which], [one and one.month for one in which])


def technology(skill: str) -> Technology | None:
    """The technology a skill names as a whole, a version left aside; None for anything else.

    A skill that names several (`JavaScript / TypeScript`) may mean the oldest: it names none.
    """
    return _find(skill.strip())


@lru_cache(maxsize=100_000)
def _find(skill: str) -> Technology | None:
    known = _known()
    return known.get(key(skill)) or known.get(key(_VERSION.sub("", skill)))


def key(name: str) -> str:
    """A name as looked up: its letters and digits, and the signs that tell names apart."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if c.isalnum() or c in "+#/,&")


@cache
def _known() -> dict[str, Technology]:
    found: dict[str, Technology] = {}
    for row in rows("technologies"):
        month = datetime.strptime(row["released"], "%Y-%m").replace(tzinfo=UTC)
        one = Technology(row["name"], row["released"], month.timestamp())
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            found[key(name)] = one
    return found
