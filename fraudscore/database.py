"""One way to open a database: SQLite by default, PostgreSQL by URL; writers wait for each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError, SQLAlchemyError

from fraudscore.errors import FraudscoreError
from fraudscore.patience import answered_within

WAIT_SECONDS = 10
"""How long to wait for another writer, or for a server that does not answer."""
EXAMPLES = "people.db, sqlite:///people.db or postgresql://user@host/name"
DAMAGED = "it is damaged or no {name}; restore a copy or start anew"
GONE = "the file is gone"
TROUBLES = (
    ((GONE,), f"{GONE}; put it back, or a copy of it"),
    (("locked", "lock timeout", "lock_timeout"), "another program is writing to it; try again"),
    (("readonly", "read-only"), "it is read-only, and this needs to write"),
    (("disk is full", "no space left"), "the disk is full, nothing was kept; make room, try again"),
    (("unable to open",), "it cannot be opened; does its folder exist, and may you use it?"),
    (("not a database", "malformed", "no such table", "does not exist"), DAMAGED),
    (
        ("connection", "timeout expired"),
        "the server cannot be reached; is it running, and is the address right?",
    ),
)
"""What databases say, and what to say about it."""


def address(url: str, name: str, error: type[FraudscoreError]) -> URL:
    """The address of a database: a URL, or the path of a SQLite file."""
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        found = make_url(url)
    except SQLAlchemyError as caught:
        raise error(f"{name}: the address is no URL; write {EXAMPLES}") from caught
    if found.drivername in ("postgresql", "postgres"):
        found = found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() not in ("sqlite", "postgresql"):
        raise error(f"{name}: {found.drivername} is not supported; write {EXAMPLES}")
    return found


class Database:
    """One database and the words for what goes wrong with it.

    ``url``: a database URL (SQLite, PostgreSQL) or the path of a SQLite file. ``name`` is what messages
    call it, ``error`` what they are raised as. ``lock`` names its writers' lock among the advisory locks
    of PostgreSQL; ``pragmas`` are set on each connection to SQLite. ``wait``: seconds to wait for
    others, WAIT_SECONDS if not given. ``patience``: seconds after which a server that leaves a question
    without an answer is given up; None waits for ever, as whoever asks for much must.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        error: type[FraudscoreError],
        lock: int,
        pragmas: tuple[str, ...] = (),
        wait: float | None = None,
        patience: float | None = None,
    ) -> None:
        self.name, self._error = name, error
        where = address(url, name, error)
        self.place = where.render_as_string(hide_password=True)
        seconds = WAIT_SECONDS if wait is None else wait
        self.engine = self._engine(where, seconds)
        self.file = file_of(where)
        if self.sqlite:
            event.listen(self.engine, "connect", lambda raw, _: _connected(raw, pragmas))
            event.listen(self.engine, "begin", _sqlite_begins)
            if self.file is not None:
                _stay_with(self.engine, self.file)
        else:
            event.listen(self.engine, "connect", lambda raw, _: _settle(raw, seconds))
            event.listen(self.engine, "begin", lambda begun: _postgresql_begins(begun, lock))
            if patience is not None:
                answered_within(patience, self.engine)

    @property
    def sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and writes nothing."""
        with self._transaction(writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that comes after every other writer's; kept when the block ends well."""
        with self._transaction(writing=True) as connection:
            yield connection

    @contextmanager
    def _transaction(self, writing: bool) -> Iterator[Connection]:
        with (
            self._plainly(),
            closing(self.engine.connect()) as connection,
            connection.execution_options(writing=writing).begin(),
        ):
            yield connection

    def write_ahead(self) -> None:
        """Readers and a writer at once; kept in the file. Whoever is second finds it done."""
        if self.sqlite:
            with suppress(Exception), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA journal_mode = WAL")

    def wipe(self) -> None:
        """Leave nothing of what was erased in SQLite's write-ahead file."""
        if self.sqlite:
            with self._plainly(), suppress(OperationalError), self.engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def trouble(self, said: str) -> FraudscoreError:
        """The error to raise: this database, and what is wrong with it."""
        return self._error(f"{self.name} {self.place}: {said}")

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn whatever a database says into one sentence."""
        try:
            yield
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error) as caught:
            said = str(getattr(caught, "orig", None) or caught)
            lower = said.lower()
            told = (tell for signs, tell in TROUBLES if any(sign in lower for sign in signs))
            first = (said.strip().splitlines() or ["it failed"])[0]
            raise self.trouble(next(told, first).format(name=self.name)) from caught

    def _engine(self, where: URL, seconds: float) -> Engine:
        waiting: dict[str, Any] = {"timeout": seconds}
        server = where.get_backend_name() == "postgresql"
        if server:
            whole = max(2, round(seconds))
            # Of a network that is cut nobody says so: what was sent must be heard within the time.
            heard = {"keepalives_idle": whole, "tcp_user_timeout": whole * 1000}
            waiting = {"connect_timeout": whole, **heard}
        try:
            # Connections of before a server was started again are dead.
            return create_engine(where, connect_args=waiting, pool_pre_ping=server)
        except ModuleNotFoundError as caught:
            raise self._error(
                f"{self.name}: PostgreSQL needs its driver; pip install 'fraudscore[postgresql]'"
            ) from caught


def file_of(where: URL) -> Path | None:
    """The file that an address names plainly; None for a server, for memory and for a file's URI."""
    named = where.database or ""
    plain = where.get_backend_name() == "sqlite" and not named.startswith((":memory:", "file:"))
    return Path(named) if plain and named else None


def _stay_with(engine: Engine, file: Path) -> None:
    """Follow the name of a file: a connection outlives a file that was deleted or put in its place,
    and would read and write what nobody will find again. One that is gone is not made anew."""
    made = False

    def connecting(*_: Any) -> None:
        if made and not file.exists():
            raise sqlite3.OperationalError(GONE)

    def connected(raw: Any, record: Any) -> None:
        nonlocal made
        made = True
        record.info["file"] = _which(file)

    def taken(raw: Any, record: Any, _: Any) -> None:
        if record.info["file"] != _which(file):
            raise DisconnectionError(GONE)

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    event.listen(engine, "checkout", taken)


def _which(file: Path) -> tuple[int, int] | None:
    """Which file bears a name now, None for none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _settle(raw: Any, seconds: float) -> None:
    """How long to wait for locks; and that who reads has a plan for what is asked, for one for whatever
    may be asked walks a whole index to find nothing."""
    with raw.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{int(seconds * 1000)}ms'")
        cursor.execute("SET plan_cache_mode = force_custom_plan")
    raw.commit()


def _connected(raw: Any, pragmas: tuple[str, ...]) -> None:
    raw.isolation_level = None
    for pragma in pragmas:
        raw.execute(f"PRAGMA {pragma}")


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_begins(connection: Connection, lock: int) -> None:
    from psycopg import IsolationLevel

    writes = connection.get_execution_options().get("writing")
    raw: Any = connection.connection.dbapi_connection
    # The driver begins with the first statement, in these words.
    raw.isolation_level = None if writes else IsolationLevel.REPEATABLE_READ
    raw.read_only = None if writes else True
    if writes:
        # Rows are written by the hundred: each would be planned anew.
        plans = "set_config('plan_cache_mode', 'auto', true)"
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock}), {plans}")
