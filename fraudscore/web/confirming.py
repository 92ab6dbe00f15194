"""Tells a stored cohort which cases were confirmed, and which are none any more."""

from __future__ import annotations

from fraudscore.cohort_served import ServedCohort
from fraudscore.errors import CohortError
from fraudscore.review import confirmed
from fraudscore.review.confirmed import Confirmed
from fraudscore.review.store import Store
from fraudscore.web.clock import now


def tell_cohort(store: Store, cohort: ServedCohort) -> int:
    """Tell a cohort what is due now; returns how much of it was taken."""
    with store.writing() as connection:
        due = confirmed.take(connection, now=now())
    return sum(_tell(store, cohort, one) for one in due)


def _tell(store: Store, cohort: ServedCohort, one: Confirmed) -> bool:
    took = _took(cohort, one)
    with store.writing() as connection:
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
