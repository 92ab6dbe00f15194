"""How a published case is kept: its source, its day, and which parts of the record are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scripts.personas_base import Diary, Json, Story

NAME = "Placeholder Name"
"""The claimed name of every case; nobody's real name is kept."""
OTHER = "Somebody Else"
"""Any second person of a case."""


@dataclass(frozen=True)
class Case:
    """A published case: who told it, as of when, and what of the record is told.

    Dotted paths of the record: ``known`` is published, ``assumed`` drawn because a record needs
    such a value, ``unknown`` left out because the source does not say it.
    """

    made: Story
    source: tuple[str, ...]
    as_of: datetime
    known: tuple[str, ...]
    assumed: tuple[str, ...]
    unknown: tuple[str, ...]


CASES: dict[str, Case] = {}
"""Every case by id, in the order told."""


def case(
    id_: str, *source: str, on: str, known: str, unknown: str, assumed: str = ""
) -> Callable[[Story], Story]:
    """Keep the story below under its case id; paths are given as words."""
    as_of = datetime.fromisoformat(on).replace(tzinfo=UTC)
    told = (tuple(known.split()), tuple(assumed.split()), tuple(unknown.split()))

    def keep(made: Story) -> Story:
        CASES[id_] = Case(made, source, as_of, *told)
        return made

    return keep


def signins(
    t: Diary, weeks: int, lines: str | Sequence[str], *, until: int = 0, per_week: int = 2,
    hours: tuple[float, float] = (9, 17), **more: Any,
) -> list[Json]:  # fmt: skip
    """Sign-ins of which nothing but the address is told, on drawn days at hours in UTC."""
    rows = t.weeks(weeks, "UTC", lines, until=until, per_week=per_week, hours=hours)
    return [{"at": row["at"], "ip": row["ip"], "kind": "login", **more} for row in rows]


def remote(name: str) -> Json:
    """Remote-access software that the employer did not put there."""
    return {"kind": "remote_access", "name": name, "sanctioned": False}


def stolen(t: Diary) -> Json:
    """What came out later: the named person knew nothing of it."""
    return {"stage": "verified", "outcome": "different", "owner_unaware": True, "at": t.ago(1)}
