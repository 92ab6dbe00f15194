"""What reviewers decided about people after they were seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log

from training.world.life import Life


def decide(life: Life, end: datetime) -> None:
    """Some impersonations are confirmed in the end, and once in a while an honest person."""
    if not life.rate("caught" if life.impersonated else "wrongly_confirmed"):
        return
    median, sigma = life.numbers["caught_median"], life.numbers["caught_sigma"]
    at = life.as_of + timedelta(hours=round(24 * life.rng.lognormvariate(log(median), sigma)))
    if at <= end:
        life.claims |= {
            "disposition.kind": "confirmed_impersonation",
            "disposition.decided_at": at,
        }
