"""The desk's database: opened, brought up to date, and written in transactions that wait in line."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fraudscore.database import address, engine_for, transaction, write_ahead
from fraudscore.errors import ReviewError

LOCK = 0x64657366
"""Names the writers' lock among the advisory locks of a PostgreSQL database."""
PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "cache_size = -32768", "secure_delete = ON")
"""FULL: what was acknowledged survives a loss of power, not only of the process."""
TROUBLES = (
    ("locked", "another program is writing to it; try again"),
    ("lock timeout", "another program is writing to it; try again"),
    ("readonly", "it is read-only; the desk needs to write"),
    ("disk is full", "the disk is full, nothing was kept; make room, try again"),
    ("unable to open", "it cannot be opened; does its folder exist, and may you write there?"),
    ("not a database", "it is damaged or no database; restore a copy"),
    ("malformed", "it is damaged; restore a copy"),
    ("connection", "the server cannot be reached; is it running, and is the address right?"),
)
"""What databases say, and what to say about it."""


def new_id() -> str:
    """A word nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(16)


class Store:
    """One database of the review desk.

    ``url``: a database URL (SQLite, PostgreSQL) or the path of a SQLite file; made and brought up to
    date when opened. Raises ReviewError for everything that can be wrong with it.
    """

    def __init__(self, url: str) -> None:
        where = address(url, ReviewError)
        self.place = where.render_as_string(hide_password=True)
        self.engine = engine_for(where, LOCK, ReviewError, PRAGMAS)
        try:
            with self._plainly():
                if self.engine.dialect.name == "sqlite":
                    write_ahead(self.engine)
                self._upgrade()
        except ReviewError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and writes nothing."""
        with self._plainly(), transaction(self.engine, writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that comes after every other writer's; kept when the block ends well."""
        with self._plainly(), transaction(self.engine, writing=True) as connection:
            yield connection

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with transaction(self.engine, writing=False) as connection:
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
        logging.getLogger("alembic").setLevel(logging.WARNING)
        try:
            with transaction(self.engine, writing=True) as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise ReviewError(
                f"{self.place}: it was written by a newer fraudscore ({error}); use that version"
            ) from error

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn whatever a database says into a ReviewError of one sentence."""
        try:
            yield
        except SQLAlchemyError as error:
            said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
            told = next((tell for sign, tell in TROUBLES if sign in said.lower()), "")
            raise ReviewError(f"{self.place}: {told or said.splitlines()[0]}") from error
