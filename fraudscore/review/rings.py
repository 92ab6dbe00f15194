"""Rings among the people whose records are kept: tied together by what unrelated people never share."""

from __future__ import annotations

from sqlalchemy import select

from features.reading import read_kept
from features.record_rows import from_profiles
from fraudscore.cohort import MemoryCohort, cohort_of
from fraudscore.errors import NotThere
from fraudscore.review.desk import Desk, allowed
from fraudscore.review.rights import Actor
from fraudscore.review.tables import PROFILES
from fraudscore.rings import Ring, draw, find_rings

PEOPLE_MAX = 20_000
"""People held against each other at once, the newest; a stored cohort takes more."""
CHUNK = 2_000


def rings(desk: Desk, actor: Actor) -> tuple[list[Ring], int]:
    """The rings of a tenant, largest first, and how many people were looked at.

    Raises NotAllowed (right ``see``, scope ``read``).
    """
    cohort, number = _cohort(desk, actor)
    return find_rings(cohort) if number else [], number


def drawn_ring(desk: Desk, actor: Actor, member: str) -> tuple[Ring, str]:
    """The ring that a person (``profile_id``) belongs to, and its picture as SVG.

    Raises NotAllowed, NotThere where the person is in none.
    """
    cohort, number = _cohort(desk, actor)
    for ring in find_rings(cohort) if number else ():
        if member in ring.members:
            return ring, draw(cohort, ring)
    raise NotThere("there is no such ring any more")


def _cohort(desk: Desk, actor: Actor) -> tuple[MemoryCohort, int]:
    """The people of a tenant held against each other, and how many they are."""
    allowed(actor, "see", "read")
    kept = PROFILES.c.record.is_not(None) & (PROFILES.c.tenant == actor.tenant)
    asked = select(PROFILES.c.record).where(kept).order_by(PROFILES.c.changed.desc())
    with desk.store.reading() as connection:
        found = connection.execute(asked.limit(PEOPLE_MAX)).scalars().all()
    people = [read_kept(record) for record in found]
    parts = [people[at : at + CHUNK] for at in range(0, len(people), CHUNK)]
    return cohort_of([from_profiles(part) for part in parts], desk.scorer.context), len(people)
