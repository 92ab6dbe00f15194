"""Tells each team's stored cohort which cases were confirmed, and which are none any more."""

from __future__ import annotations

from fraudscore.cohort_served import ServedCohort
from fraudscore.errors import CohortError
from fraudscore.review import confirmed
from fraudscore.review.confirmed import Confirmed
from fraudscore.review.desk import Desk
from fraudscore.web.clock import now


def tell_cohorts(desk: Desk) -> int:
    """Tell every team's cohort what is due now; returns how much of it was taken."""
    with desk.store.writing() as connection:
        due = confirmed.take(connection, desk.cohorts.keys(), now=now())
    return sum(_tell(desk, one) for one in due)


def _tell(desk: Desk, one: Confirmed) -> bool:
    took = _took(desk.cohorts[one.tenant], one)
    with desk.store.writing() as connection:
        if took:
            confirmed.taken(connection, one)
        else:
            confirmed.failed(connection, one, now=now())
    return took


def _took(cohort: ServedCohort, one: Confirmed) -> bool:
    """Whether the cohort took it; whom it does not know has nothing to take back."""
    since = None if one.since is None else one.since.timestamp()
    try:
        known = cohort.confirm(one.profile_id, since, now=one.at.timestamp())
    except CohortError:
        return False
    return known or since is None
