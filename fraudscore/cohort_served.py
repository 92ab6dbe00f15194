"""A stored cohort as a server uses it: it may go away and come back, and nobody waits for it long."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from features.keys import People, Uses
from features.links import Links
from fraudscore.cohort_store import CohortStore
from fraudscore.errors import CohortError

WAIT_SECONDS = 3.0
"""How long one question may wait for a server that does not answer."""
REST_SECONDS = 30.0
"""How long a cohort that failed is not asked again: people who come meanwhile are not kept waiting."""
Answer = TypeVar("Answer")


class ServedCohort:
    """A cohort that is opened when it is first needed, and anew whenever it failed.

    ``open`` opens it, ``failed`` is told of every failure. Raises CohortError as the store does.
    """

    def __init__(
        self,
        open: Callable[[], CohortStore],
        failed: Callable[[CohortError], None] = lambda error: None,
    ) -> None:
        self._open = open
        self._failed = failed
        self._lock = Lock()
        self._store: CohortStore | None = None
        self._rests_until = -math.inf

    def links(self, uses: Uses, people: People) -> Links:
        """What is known of these people; at once an error for a while after it failed."""
        return self._answer(lambda store: store.links(uses, people))

    def confirm(self, profile_id: str, at: float | None, *, now: float) -> bool:
        """Note what was decided of a person, as `CohortStore.confirm` does, however it fared before."""
        try:
            return self._opened().confirm(profile_id, at, now=now)
        except CohortError as error:
            self._drop()
            self._failed(error)
            raise

    def size(self) -> int:
        """How many people are known."""
        return self._answer(lambda store: store.size)

    def answers(self) -> bool:
        """Whether it can be asked now."""
        try:
            self.size()
        except CohortError:
            return False
        return True

    def close(self) -> None:
        """Let go of the database."""
        self._drop()

    def _answer(self, ask: Callable[[CohortStore], Answer]) -> Answer:
        if time.monotonic() < self._rests_until:
            raise CohortError("the cohort failed a moment ago and is asked again in a while")
        try:
            found = self._twice(ask)
        except CohortError as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            self._failed(error)
            raise
        return found

    def _twice(self, ask: Callable[[CohortStore], Answer]) -> Answer:
        """Once more over a new connection: those of before a server was started again are dead."""
        new = self._store is None
        try:
            return ask(self._opened())
        except CohortError:
            self._drop()
            if new:
                raise
            return ask(self._opened())

    def _opened(self) -> CohortStore:
        with self._lock:
            if self._store is None:
                self._store = self._open()
            return self._store

    def _drop(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None
