"""The tables of a stored cohort, how they are opened, and what can go wrong with them in words.

Every word is a keyed one (`fraudscore.connectors.keys`): 128 bits of it for ids and keys, 63 for the
name tokens, places and ties that are only held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from fraudscore.errors import CohortError

FORMAT = 1
"""Number of this layout; a store of a higher one was written by a newer program."""
WAIT_SECONDS = 10
"""How long to wait for another writer."""
MAPPED = 1 << 31
"""Bytes of a SQLite file that are read in place, shared with whoever else reads it."""
LOCK = 0x66726175
"""Names the writers' lock among the advisory locks of a PostgreSQL database."""

_ALL = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")

META = Table(
    "cohort_meta",
    _ALL,
    Column("format", SmallInteger, primary_key=True, autoincrement=False),
    Column("key_id", String(32), nullable=False),
    Column("people", BigInteger, nullable=False),
)
PEOPLE = Table(
    "cohort_people",
    _ALL,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("word", LargeBinary, nullable=False, unique=True),
    Column("as_of", Double, nullable=False),
    Column("names", LargeBinary, nullable=False),
    Column("places", LargeBinary, nullable=False),
    Column("ties", LargeBinary, nullable=False),
    Column("ring", BigInteger, index=True),
    Index("cohort_people_came", "as_of", "id"),
)
"""One row a person; ids rise in the order of learning."""
KEYS = Table(
    "cohort_keys",
    _ALL,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("word", LargeBinary, nullable=False, unique=True),
    Column("kind", SmallInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
)
"""One row a key; ``people`` is how many use it, so that a hub need not be counted."""
USES = Table(
    "cohort_uses",
    _ALL,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("as_of", Double, primary_key=True),
    Column("person", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("first", Double, nullable=False),
    Column("last", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""One row a person and key, laid out by arrival, so that the first of a crowd are read at once."""
TIES = Table(
    "cohort_ties",
    _ALL,
    Column("later", BigInteger, primary_key=True, autoincrement=False),
    Column("earlier", BigInteger, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)
"""Strong pairs, which make rings."""
RINGS = Table(
    "cohort_rings",
    _ALL,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False),
    Column("newest", Double, nullable=False),
)
"""Rings of two and more: how many people, and when the newest of them came."""

TROUBLES = (
    (("locked", "lock timeout", "lock_timeout"), "another program is writing to it; try again"),
    (("readonly", "read-only"), "it is read-only; learning and forgetting need to write"),
    (("disk is full", "no space left"), "the disk is full, nothing was kept; make room, try again"),
    (("unable to open",), "it cannot be opened; does its folder exist, and may you read it?"),
    (("not a database", "malformed"), "it is damaged or no cohort; restore a copy or start anew"),
    (
        ("no such table", "does not exist"),
        "it is damaged or no cohort; restore a copy or start anew",
    ),
    (("connection",), "the server cannot be reached; is it running, and is the address right?"),
)
"""What databases say, and what to say about it."""


@contextmanager
def plainly(place: str) -> Iterator[None]:
    """Turn whatever a database says into a CohortError of one sentence."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error)
        lower = said.lower()
        told = (tell for signs, tell in TROUBLES if any(sign in lower for sign in signs))
        first = (said.strip().splitlines() or ["it failed"])[0]
        raise CohortError(f"cohort {place}: {next(told, first)}") from error


def address(url: str) -> URL:
    """The address of a store: a database URL, or the path of a SQLite file."""
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        found = make_url(url)
    except SQLAlchemyError as error:
        raise CohortError(f"cohort: the address is no URL; write {EXAMPLES}") from error
    if found.drivername in ("postgresql", "postgres"):
        found = found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() not in ("sqlite", "postgresql"):
        raise CohortError(f"cohort: {found.drivername} is not supported; write {EXAMPLES}")
    return found


EXAMPLES = "people.db, sqlite:///people.db or postgresql://user@host/name"


def engine_for(url: URL) -> Engine:
    """An engine on which ``writing`` transactions wait for each other from their start."""
    sqlite = url.get_backend_name() == "sqlite"
    waiting: dict[str, Any] = {"timeout": WAIT_SECONDS} if sqlite else {"connect_timeout": 10}
    try:
        engine = create_engine(url, connect_args=waiting)
    except ModuleNotFoundError as error:
        raise CohortError(
            "cohort: PostgreSQL needs its driver; pip install 'fraudscore[postgresql]'"
        ) from error
    if sqlite:
        event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begins if sqlite else _postgresql_begins)
    return engine


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(f"PRAGMA mmap_size = {MAPPED}")
    connection.execute("PRAGMA secure_delete = ON")


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql_begins(connection: Connection) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
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


def prepare(engine: Engine, key_id: str, create: bool, place: str) -> None:
    """Check that a store is whole, of this format and this key; make it where there is none."""
    with transaction(engine, writing=False) as connection:
        found = _present(connection)
    if not found and create:
        if engine.dialect.name == "sqlite":
            _write_ahead(engine)
        with transaction(engine, writing=True) as connection:
            if not _present(connection):
                _ALL.create_all(connection)
                row = {"format": FORMAT, "key_id": key_id, "people": 0}
                connection.execute(insert(META), row)
    with transaction(engine, writing=False) as connection:
        _check(connection, key_id, place)


def _present(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) & set(_ALL.tables)


def _write_ahead(engine: Engine) -> None:
    """Readers and a writer at once; kept in the file. Whoever is second finds it done."""
    connection = engine.raw_connection()
    with suppress(Exception):
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    connection.close()


def _check(connection: Connection, key_id: str, place: str) -> None:
    found = _present(connection)
    if not found:
        raise CohortError(f"cohort {place}: nobody has been learned here; run fraudscore learn")
    rows = (
        connection.execute(select(META.c.format, META.c.key_id)).all() if META.name in found else []
    )
    if len(rows) != 1 or (rows[0].format == FORMAT and found != set(_ALL.tables)):
        raise CohortError(f"cohort {place}: it is half-written; restore a copy or start anew")
    if rows[0].format != FORMAT:
        raise CohortError(
            f"cohort {place}: it has format {rows[0].format} and this program reads {FORMAT}; "
            "use the version of fraudscore that wrote it"
        )
    if rows[0].key_id != key_id:
        raise CohortError(
            f"cohort {place}: it was keyed with key {rows[0].key_id}, and yours is {key_id}; "
            "name its key file"
        )


def emptied(engine: Engine) -> None:
    """Leave nothing of what was erased in SQLite's write-ahead file."""
    if engine.dialect.name == "sqlite":
        with suppress(OperationalError), engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
