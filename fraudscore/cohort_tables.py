"""The tables of a stored cohort, and how to tell that they are whole.

Every word is a keyed one (`fraudscore.connectors.keys`): 128 bits of it for ids and keys, 63 for the
name tokens, places and ties that are only held against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
    update,
)

from fraudscore.cohort_ask import ask
from fraudscore.database import Database

FORMAT = 3
"""Number of this layout; a store of a higher one was written by a newer program."""
OLD = 2
"""A layout that is brought up to this one when it is opened: it had no withdrawals."""
NOBODY = "nobody has been learned here; run fraudscore learn"
HALF = "it is half-written; restore a copy or start anew"
PRAGMAS = (f"cache_size = {-512 * 1024}", "secure_delete = ON")
"""The cache in KiB: a file that is mapped instead and then cut short would end the process."""
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
    Column("confirmed", Double),
    Column("withdrawn", Double),
    Column("ring", BigInteger, index=True),
    Index("cohort_people_came", "as_of", "id"),
)
"""One row a person; ids rise in the order of learning. ``confirmed``: an impersonation since then;
``withdrawn``: when that was last taken back, so that records decided earlier do not bring it back."""
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
_META = select(META)


def prepare(database: Database, key_id: str, create: bool) -> None:
    """Check that a store is whole, of this format and this key; make it where there is none.

    Raises CohortError, with what to do.
    """
    with database.reading() as connection:
        found = _present(connection)
    if not found and create:
        database.write_ahead()
        with database.writing() as connection:
            if not _present(connection):
                _ALL.create_all(connection)
                row = {"format": FORMAT, "key_id": key_id, "people": 0}
                connection.execute(insert(META), row)
    _renew(database)
    with database.reading() as connection:
        wrong = _wrong(connection, key_id)
    if wrong:
        raise database.trouble(wrong)


def _renew(database: Database) -> None:
    """Bring a store of the layout before up to this one."""
    with database.reading() as connection:
        if not _is_old(connection):
            return
    with database.writing() as connection:
        if _is_old(connection):
            connection.execute(
                text("ALTER TABLE cohort_people ADD COLUMN withdrawn DOUBLE PRECISION")
            )
            connection.execute(update(META).values(format=FORMAT))


def _is_old(connection: Connection) -> bool:
    whole = _present(connection) == set(_ALL.tables)
    return whole and connection.execute(select(META.c.format)).scalars().all() == [OLD]


def _present(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) & set(_ALL.tables)


def _wrong(connection: Connection, key_id: str) -> str:
    """What keeps a store from being used, and what to do about it; empty if nothing does."""
    found = _present(connection)
    if not found:
        return NOBODY
    rows = connection.execute(select(META)).all() if META.name in found else []
    if len(rows) == 1 and rows[0].format == FORMAT and found != set(_ALL.tables):
        return HALF
    return _unusable(rows, key_id)


def known(connection: Connection, key_id: str) -> tuple[int, str]:
    """How many people a store knows, and what keeps it from being used since it was opened; empty if
    nothing does: another program may have renewed it, or put another one in its place."""
    rows = ask(connection, _META)
    return (rows[0].people if rows else 0), _unusable(rows, key_id)


def _unusable(rows: Sequence[Any], key_id: str) -> str:
    if len(rows) != 1:
        return HALF
    if rows[0].format != FORMAT:
        return (
            f"it has format {rows[0].format} and this program reads {FORMAT}; "
            "use the version of fraudscore that wrote it"
        )
    if rows[0].key_id != key_id:
        return f"it was keyed with key {rows[0].key_id}, and yours is {key_id}; name its key file"
    return ""
