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
from features.segments import Ints, true_rows
from fraudscore.assessment import Assessment
from fraudscore.cohort_unasked import UnaskedCohort
from fraudscore.errors import CohortError
from fraudscore.scorer import Scorer

UNASKED = b"null"
"""What is kept of a person whose cohort could not be asked."""
EACH = ("others", "hubs", "identities", "double", "bits", "ring", "closeness")
"""Fields of Links with an entry a person."""


def score(
    scorer: Scorer, cohort: Cohort | None, profiles: Sequence[Profile], *, apart: bool = False
) -> list[tuple[Assessment, bytes | None]]:
    """The assessment of each person, and what was said of them: None if nobody was asked.

    They are held against each other too, unless they are ``apart``: there at once by chance.
    """
    batch = from_profiles(profiles)
    if cohort is None:
        return [(item, None) for item in scorer.assess(batch).assessments()]
    listener = Listener(Apart(cohort) if apart and len(profiles) > 1 else cohort)
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


class Apart:
    """A cohort that is asked about each person as if nobody else were asked about."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort

    def links(self, uses: Uses, people: People) -> Links:
        """What the cohort says of each."""
        sharers = np.zeros(uses.owner.size, dtype=np.int64)
        each = []
        for person in range(len(people.ids)):
            rows = true_rows(uses.owner == person)
            each.append(self._cohort.links(_of_one(uses, rows), _one(people, person)))
            sharers[rows] = each[-1].sharers
        whole = {name: np.concatenate([getattr(one, name) for one in each]) for name in EACH}
        return Links(sharers=sharers, **whole)


def _of_one(uses: Uses, rows: Ints) -> Uses:
    return Uses(
        owner=np.zeros(rows.size, dtype=np.int64),
        kind=uses.kind[rows],
        key=[uses.key[row] for row in rows.tolist()],
        first=uses.first[rows],
        last=uses.last[rows],
        tables=uses.tables,
        table=uses.table[rows],
        row=uses.row[rows],
    )


def _one(people: People, row: int) -> People:
    own = slice(row, row + 1)
    return People(
        ids=people.ids[own],
        as_of=people.as_of[own],
        names=people.names[own],
        places=people.places[own],
        ties=people.ties[own],
        confirmed=people.confirmed[own],
    )


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
