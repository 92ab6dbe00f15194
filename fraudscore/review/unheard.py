"""People who were scored while their team's cohort did not answer: scored again when it does.

So nobody is lost to an outage: whoever is to be looked at for what they share is looked at then. Who is
meant is written with the assessment, in its transaction (`fraudscore.review.keeping`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from features.reading import read_kept
from fraudscore.review.assessing import scored
from fraudscore.review.desk import Desk
from fraudscore.review.heard import UNASKED
from fraudscore.review.keeping import keep
from fraudscore.review.rights import Actor
from fraudscore.review.tables import PROFILES, UNHEARD

AT_ONCE = 20
"""People of a team who are scored again in one go, so that the rest of the work gets its turn."""
WAITING = UNHEARD.join(PROFILES, PROFILES.c.id == UNHEARD.c.profile)


def assess_unheard(desk: Desk, *, now: datetime) -> int:
    """Score some of those again whose cohort answers by now; returns how many were."""
    return sum(_of_team(desk, tenant, now) for tenant in desk.cohorts)


def _of_team(desk: Desk, tenant: int, now: datetime) -> int:
    asked = select(UNHEARD.c.profile).select_from(WAITING).where(PROFILES.c.tenant == tenant)
    with desk.store.reading() as connection:
        people = (
            connection.execute(asked.order_by(UNHEARD.c.profile).limit(AT_ONCE)).scalars().all()
        )
    if not people or not desk.cohorts[tenant].answers():
        return 0
    return sum(_again(desk, tenant, profile, now) for profile in people)


def _again(desk: Desk, tenant: int, profile: str, now: datetime) -> bool:
    """Whether one person could be scored again; whose record was dropped is not asked about any more."""
    own = UNHEARD.c.profile == profile
    with desk.store.writing() as connection:
        row = connection.execute(select(PROFILES.c.record).select_from(WAITING).where(own)).first()
        if row is None:
            return False
        if row.record is None:
            connection.execute(delete(UNHEARD).where(own))
            return False
        actor = Actor(tenant, "", "system", "fraudscore")
        (found,) = scored(desk, actor, [read_kept(row.record)])
        if found.links == UNASKED:
            return False
        keep(desk, connection, actor, [found], "cohort", now)
        return True
