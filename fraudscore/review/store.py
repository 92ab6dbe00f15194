"""The desk's database: opened, brought up to date, and written in transactions that wait in line."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from pathlib import Path
from typing import Self

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from fraudscore.database import Database, address, file_of
from fraudscore.errors import NotThere, ReviewError

LOCK = 0x64657366
"""Names the writers' lock among the advisory locks of a PostgreSQL database."""
PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "cache_size = -32768", "secure_delete = ON")
"""FULL: what was acknowledged survives a loss of power, not only of the process."""


def new_id() -> str:
    """A word nobody can guess: 128 random bits, in signs that no command takes for an option."""
    return secrets.token_hex(16)


def next_id(now: datetime) -> str:
    """A word nobody can guess, in order of time: 80 random bits behind the millisecond.

    For rows that come by the thousand: those made together lie together in every index.
    """
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


def migrations() -> Config:
    """How Alembic finds the desk's migrations; ``attributes["connection"]`` is where to apply them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


class Store(Database):
    """One database of the review desk.

    ``url``: a database URL (SQLite, PostgreSQL) or the path of a SQLite file; made and brought up to
    date when opened. ``patience`` as `Database` has it. Raises ReviewError for everything that can be
    wrong with it.
    """

    def __init__(self, url: str, *, patience: float | None = None) -> None:
        super().__init__(
            url, name="desk", error=ReviewError, lock=LOCK, pragmas=PRAGMAS, patience=patience
        )
        try:
            self.write_ahead()
            self._upgrade()
        except ReviewError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _upgrade(self) -> None:
        config = migrations()
        newest = ScriptDirectory.from_config(config).get_current_head()
        with self.reading() as connection:
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
        logging.getLogger("alembic").setLevel(logging.WARNING)
        try:
            with self.writing() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise self.trouble(
                f"it was written by a newer fraudscore ({error}); use that version"
            ) from error


def opened(url: str) -> Store:
    """A desk that is there, never made. Raises NotThere for a file that is none, ReviewError."""
    file = file_of(address(url, "desk", ReviewError))
    if file is not None and not file.exists():
        raise NotThere(f"there is no desk at {file}; `fraudscore serve` makes one")
    return Store(url)
