"""What a cohort said of one person, kept so that an old assessment can be computed again."""

from __future__ import annotations

import json

import numpy as np

from features.context import Cohort
from features.keys import People, Uses
from features.links import Links

EACH = ("others", "hubs", "identities", "double", "bits", "ring", "closeness")
"""Fields of Links with an entry a person."""


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
