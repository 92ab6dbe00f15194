"""One way to open a database: SQLite by default, PostgreSQL by URL; writers wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from fraudscore.errors import FraudscoreError

WAIT_SECONDS = 10
"""How long to wait for another writer."""
EXAMPLES = "people.db, sqlite:///people.db or postgresql://user@host/name"


def address(url: str, error: type[FraudscoreError]) -> URL:
    """The address of a database: a URL, or the path of a SQLite file."""
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        found = make_url(url)
    except SQLAlchemyError as caught:
        raise error(f"the address of the database is no URL; write {EXAMPLES}") from caught
    if found.drivername in ("postgresql", "postgres"):
        found = found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() not in ("sqlite", "postgresql"):
        raise error(f"databases of {found.drivername} are not supported; write {EXAMPLES}")
    return found


def engine_for(
    url: URL, lock: int, error: type[FraudscoreError], pragmas: tuple[str, ...] = ()
) -> Engine:
    """An engine on which ``writing`` transactions wait for each other from their start.

    ``lock`` names the writers' lock among the advisory locks of a PostgreSQL database.
    """
    sqlite = url.get_backend_name() == "sqlite"
    waiting: dict[str, Any] = {"timeout": WAIT_SECONDS} if sqlite else {"connect_timeout": 10}
    try:
        engine = create_engine(url, connect_args=waiting)
    except ModuleNotFoundError as caught:
        raise error("PostgreSQL needs its driver; pip install 'fraudscore[postgresql]'") from caught
    if not sqlite:
        event.listen(engine, "begin", lambda connection: _postgresql_begins(connection, lock))
        return engine

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_begins(connection: Connection, lock: int) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def transaction(engine: Engine, writing: bool) -> Iterator[Connection]:
    """One transaction: a reader sees one moment, writers come one after the other."""
    connection = engine.connect()
    try:
        with connection.execution_options(writing=writing).begin():
            yield connection
    finally:
        connection.close()


def write_ahead(engine: Engine) -> None:
    """Readers and a writer at once; kept in the file. Whoever is second finds it done."""
    with suppress(Exception), closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
