"""What a server is told to serve, told on to its workers by the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Self

from fraudscore.cohort_served import WAIT_SECONDS, ServedCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.connectors.keys import Keys, load_keys
from fraudscore.database import address, file_of
from fraudscore.errors import CohortError, InputError
from fraudscore.review.desk import Desk
from fraudscore.review.store import Store
from fraudscore.review.team import FIRST, first_tenant, tenants
from fraudscore.scorer import Scorer, load
from fraudscore.settings import data_folder, ip_data_folder
from fraudscore.web.clock import now
from fraudscore.web.logs import trouble
from fraudscore.web.metrics import COHORT_FAILURES

PREFIX = "FRAUDSCORE_SERVE_"


def own_database() -> str:
    """The user's own desk, in a folder that is made for it and that nobody else can read."""
    folder = data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder / "desk.db")


def welcome(url: str, token: str) -> str:
    """Where a one-time link leads on the desk that is served at ``url``."""
    return f"{url.rstrip('/')}/setup/{token}"


@dataclass(frozen=True)
class Setting:
    """What to serve. ``db``: address of the desk, None keeps nothing.

    ``key_file``: without a desk the key that callers must send, with one the secret of keyed
    identifiers. ``cohorts``: by name of a team the address of the stored cohort that is asked and told.
    """

    db: str | None = None
    bundle: Path | None = None
    ip_data: Path | None = None
    base_rate: float | None = None
    key_file: Path | None = None
    cohorts: Mapping[str, str] = field(default_factory=dict)

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
        cohorts = json.loads(found["cohorts"] or "{}")
        return cls(db=found["db"], cohorts=cohorts, base_rate=base_rate, **paths)

    def tell(self) -> None:
        """Put it into the environment."""
        for one in fields(self):
            name, value = f"{PREFIX}{one.name.upper()}", getattr(self, one.name)
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = json.dumps(value) if one.name == "cohorts" else str(value)

    def scorer(self) -> Scorer:
        """The scorer. Raises BundleError, LookupDataError, InputError."""
        return load(self.bundle, ip_data=self.ip_data or ip_data_folder(), base_rate=self.base_rate)

    def desk(self, scorer: Scorer, patience: float | None = None) -> Desk | None:
        """The desk, or None; its cohorts are opened when they are needed. ``patience`` as `Store` has
        it. Raises ReviewError, CohortError, InputError (a team that is none, a cohort of two),
        OutputError."""
        if self.db is None:
            return None
        keys = load_keys(self.key_file)
        named_once(self.cohorts)
        store = Store(self.db, patience=patience)
        teams = _teams(store, self.cohorts)
        cohorts = {teams[name]: _served(url, keys) for name, url in self.cohorts.items()}
        return Desk(store, scorer, keys, cohorts)


def named_once(cohorts: Mapping[str, str]) -> None:
    """Raises InputError where two teams name one cohort: each would hear of the other's people."""
    places: dict[str, str] = {}
    for name, url in cohorts.items():
        where = address(url, "cohort", CohortError)
        file = file_of(where)
        place = where.render_as_string() if file is None else str(file.resolve())
        if place in places:
            raise InputError(
                f"teams {places[place]!r} and {name!r} name one cohort; give each its own"
            )
        places[place] = name


def _teams(store: Store, wanted: Collection[str]) -> Mapping[str, int]:
    """The number of each team by name; the first one is made if it is wanted."""
    with store.reading() as connection:
        found = tenants(connection)
    if FIRST in wanted and FIRST not in found:
        with store.writing() as connection:
            found[FIRST] = first_tenant(connection, now=now())
    for name in wanted:
        if name not in found:
            known = ", ".join(map(repr, found))
            raise InputError(f"there is no team {name!r} to have a cohort; there is {known}")
    return found


def _served(url: str, keys: Keys) -> ServedCohort:
    opening = partial(CohortStore, url, keys, create=False, wait=WAIT_SECONDS)
    return ServedCohort(opening, _failed)


def _failed(error: CohortError) -> None:
    COHORT_FAILURES.inc()
    trouble(error)
