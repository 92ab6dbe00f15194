"""Commands on a stored cohort: open it under the user's key, learn, confirm a case, forget a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from features.context import Context
from features.keys import people, uses
from fraudscore.cohort_store import CohortStore
from fraudscore.connectors.keys import load_keys
from fraudscore.errors import CohortError
from fraudscore.intake import Chunk
from fraudscore.rejected import Rejected, incomplete, report_rejected


def open_cohort(url: str, key_file: Path | None = None, *, create: bool = False) -> CohortStore:
    """The cohort at a database URL or path; made where there is none only if asked to."""
    return CohortStore(url, load_keys(key_file), create=create)


def learn(
    parts: Iterable[Chunk], context: Context, cohort: CohortStore, rejected: list[Rejected]
) -> tuple[int, int]:
    """Learn an input; returns how many people it held and how many of them were new.

    What the input rejected is added to ``rejected``.
    """
    total = new = 0
    for part in parts:
        rejected.extend(part.rejected)
        if part.batch.n:
            new += cohort.learn(uses(part.batch, context), people(part.batch))
            total += part.batch.n
    return total, new


def forget(cohort: CohortStore, profile_id: str) -> None:
    """Erase one person; raises CohortError if nobody has that id."""
    if not cohort.forget(profile_id):
        raise _unknown(profile_id)


def confirm(cohort: CohortStore, profile_id: str, at: datetime | None, *, now: datetime) -> None:
    """Note a confirmed impersonation, or with no moment that from now on it was none after all.

    Raises CohortError if nobody has that id.
    """
    since = None if at is None else at.timestamp()
    if not cohort.confirm(profile_id, since, now=now.timestamp()):
        raise _unknown(profile_id)


def _unknown(profile_id: str) -> CohortError:
    return CohortError(f"nobody with the id {profile_id!r} is known; ids are compared exactly")


def run_learn(**options: Any) -> tuple[int, int, int]:
    """Learn the input; returns how many people it held, how many were new, how much was rejected."""
    from fraudscore.run import chunks, context_for

    rejected: list[Rejected] = []
    with open_cohort(options["cohort"], options["key_file"], create=True) as store:
        total, new = learn(chunks(options), context_for(options["ip_data"]), store, rejected)
    report_rejected(rejected, None)
    return total, new, incomplete(rejected)
