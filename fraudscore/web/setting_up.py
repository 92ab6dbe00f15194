"""What a server is told to serve, told on to its workers by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Self

from fraudscore.cohort_served import WAIT_SECONDS, ServedCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.connectors.keys import Keys, load_keys
from fraudscore.errors import CohortError
from fraudscore.review.desk import Desk
from fraudscore.review.store import Store
from fraudscore.scorer import Scorer, load
from fraudscore.settings import data_folder, ip_data_folder
from fraudscore.web.logs import trouble
from fraudscore.web.metrics import COHORT_FAILURES

PREFIX = "FRAUDSCORE_SERVE_"


def own_database() -> str:
    """The user's own desk, in a folder that is made for it and that nobody else can read."""
    folder = data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder / "desk.db")


@dataclass(frozen=True)
class Setting:
    """What to serve. ``db``: address of the desk, None keeps nothing.

    ``key_file``: without a desk the key that callers must send, with one the secret of keyed
    identifiers. ``cohort``: address of a stored cohort that the desk asks and tells.
    """

    db: str | None = None
    bundle: Path | None = None
    ip_data: Path | None = None
    base_rate: float | None = None
    key_file: Path | None = None
    cohort: str | None = None

    @classmethod
    def told(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """What the environment says."""
        found = {f.name: variables.get(f"{PREFIX}{f.name.upper()}") for f in fields(cls)}
        paths = {
            name: None if found[name] is None else Path(str(found[name]))
            for name in ("bundle", "ip_data", "key_file")
        }
        rate = found["base_rate"]
        base_rate = None if rate is None else float(rate)
        return cls(db=found["db"], cohort=found["cohort"], base_rate=base_rate, **paths)

    def tell(self) -> None:
        """Put it into the environment."""
        for field in fields(self):
            name, value = f"{PREFIX}{field.name.upper()}", getattr(self, field.name)
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = str(value)

    def scorer(self) -> Scorer:
        """The scorer. Raises BundleError, LookupDataError, InputError."""
        return load(self.bundle, ip_data=self.ip_data or ip_data_folder(), base_rate=self.base_rate)

    def desk(self, scorer: Scorer) -> Desk | None:
        """The desk, or None; a cohort is opened when it is needed. Raises ReviewError, InputError,
        OutputError."""
        if self.db is None:
            return None
        keys = load_keys(self.key_file)
        cohort = None if self.cohort is None else _served(self.cohort, keys)
        return Desk(Store(self.db), scorer, keys, cohort)


def _served(url: str, keys: Keys) -> ServedCohort:
    opening = partial(CohortStore, url, keys, create=False, wait=WAIT_SECONDS)
    return ServedCohort(opening, _failed)


def _failed(error: CohortError) -> None:
    COHORT_FAILURES.inc()
    trouble(error)
