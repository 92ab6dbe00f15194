"""Scoring beside a cohort: what it said of each person is kept, so that an old assessment can be
computed again. One that cannot be asked keeps nobody from being scored."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from features.context import Cohort
from features.keys import People, Uses
from features.links import Links
from features.record_rows import from_profiles
from features.records import Profile
from fraudscore.assessment import Assessment
from fraudscore.cohort_unasked import UnaskedCohort
from fraudscore.errors import CohortError
from fraudscore.scorer import Scorer

UNASKED = b"null"
"""What is kept of a person whose cohort could not be asked."""
EACH = ("others", "hubs", "identities", "double", "bits", "ring", "closeness")
"""Fields of Links with an entry a person."""


def score(
    scorer: Scorer, cohort: Cohort | None, profiles: Sequence[Profile]
) -> list[tuple[Assessment, bytes | None]]:
    """The assessment of each person, and what was said of them: None if nobody was asked."""
    batch = from_profiles(profiles)
    if cohort is None:
        return [(item, None) for item in scorer.assess(batch).assessments()]
    listener = Listener(cohort)
    try:
        items = scorer.among(listener).assess(batch).assessments()
    except CohortError:
        items = scorer.among(UnaskedCohort()).assess(batch).assessments()
        return [(item, UNASKED) for item in items]
    return [(item, listener.of(row)) for row, item in enumerate(items)]


def as_then(scorer: Scorer, said: bytes | None) -> Scorer:
    """A scorer that hears of one person what was said then (the second part of `score`)."""
    if said is None:
        return scorer
    return scorer.among(UnaskedCohort() if said == UNASKED else Repeater(said))


class Listener:
    """A cohort that passes questions on and remembers the last answer."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort
        self._said: tuple[Links, Uses] | None = None

    def links(self, uses: Uses, people: People) -> Links:
        """What the cohort says."""
        found = self._cohort.links(uses, people)
        self._said = found, uses
        return found

    def of(self, row: int) -> bytes | None:
        """What was said of one person of the batch, None if nobody asked."""
        if self._said is None:
            return None
        links, uses = self._said
        parts = {name: getattr(links, name)[row].tolist() for name in EACH}
        parts["sharers"] = links.sharers[uses.owner == row].tolist()
        return json.dumps(parts).encode()


class Repeater:
    """A cohort that says of one person what was said then."""

    def __init__(self, said: bytes) -> None:
        self._parts = json.loads(said)

    def links(self, uses: Uses, people: People) -> Links:
        """What was said then, whoever is asked about."""
        each = {name: np.array([self._parts[name]], dtype=np.float64) for name in EACH}
        return Links(sharers=np.array(self._parts["sharers"], dtype=np.int64), **each)
