"""People on their way in: numbered records become chunks ready to score; nothing is lost."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from features.batch import Batch
from features.problems import Problem
from features.reading import InvalidProfile, read_profile
from features.record_rows import from_profiles
from features.records import Profile
from fraudscore.rejected import Lost, Rejected

CHUNK = 400
"""Profiles scored at a time: few enough that their rows stay in the cache, which is worth 7 %."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some people ready to score, and what was rejected on the way to them."""

    batch: Batch
    rejected: tuple[Rejected, ...] = ()


@dataclass
class Reader:
    """How to read: the moment to score as of, and which ids were already seen."""

    as_of: datetime | None = None
    default_as_of: datetime | None = None
    chunk: int = CHUNK
    seen: set[str] = field(default_factory=set)

    def fresh(self, name: str, file: str, row: int | None) -> Rejected | None:
        """None for an id met for the first time, else why its second record is not scored."""
        if name not in self.seen:
            self.seen.add(name)
            return None
        problem = Problem("profile_id", f"'{name}' was given before", "give each person once")
        return Rejected(file, row, name, (problem,), "part")


def records(
    reader: Reader, rows: Iterable[tuple[int | None, Any] | Rejected], file: str
) -> Iterator[Chunk]:
    """Numbered records, raw or decoded, as chunks."""
    people: list[Profile] = []
    rejected: list[Rejected] = []
    with quiet_gc():
        for item in rows:
            if isinstance(item, Rejected):
                rejected.append(item)
                continue
            row, data = item
            try:
                person = read_profile(data, default_as_of=reader.default_as_of, as_of=reader.as_of)
            except InvalidProfile as error:
                lost: Lost = "part" if error.profile_id in reader.seen else "person"
                rejected.append(Rejected(file, row, error.profile_id, error.problems, lost))
                continue
            again = reader.fresh(person.profile_id, file, row)
            if again:
                rejected.append(again)
            else:
                people.append(person)
            if len(people) >= reader.chunk:
                yield Chunk(from_profiles(people), tuple(rejected))
                people, rejected = [], []
        if people or rejected:
            yield Chunk(from_profiles(people), tuple(rejected))


@contextlib.contextmanager
def quiet_gc() -> Iterator[None]:
    """No cycle collection while millions of acyclic objects come and go (a third of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
