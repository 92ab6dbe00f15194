"""A database and what can happen to it: put away, replaced, damaged, locked, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


class File:
    """A cohort in a file, and what can happen to it."""

    def __init__(self, folder: Path) -> None:
        self.url = str(folder / "people.db")
        self._away = folder / "away.db"

    def gone(self) -> None:
        with closing(sqlite3.connect(self.url)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.rename(self.url, self._away)

    def gone_mended(self) -> None:
        shutil.copyfile(self._away, self.url)

    def newer(self) -> None:
        self._run("UPDATE cohort_meta SET format = 99")

    def newer_mended(self) -> None:
        self._run("UPDATE cohort_meta SET format = 3")

    def damaged(self) -> None:
        self.gone()
        Path(self.url).write_bytes(b"no database at all, but some text " * 999)

    def damaged_mended(self) -> None:
        os.replace(self._away, self.url)

    def _run(self, statement: str) -> None:
        with closing(sqlite3.connect(self.url)) as connection:
            connection.execute(statement)
            connection.commit()


class Server:
    """A cohort on PostgreSQL, and what can happen to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        own = make_url(url).set(drivername="postgresql+psycopg")
        self._name = own.database
        self._own = create_engine(own)
        around = own.set(database="postgres")
        self._around = create_engine(around, isolation_level="AUTOCOMMIT")
        self._holder = None
        self._stopped = []

    def drop(self) -> None:
        self.frozen_mended()
        self._own.dispose()
        with self._around.connect() as connection:
            connection.execute(text(f"DROP DATABASE {self._name} WITH (FORCE)"))
        self._around.dispose()

    def disconnected(self) -> None:
        """Every connection is dead, as when the server was started again."""
        self._own.dispose()
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        with self._around.connect() as connection:
            connection.execute(text(ended), {"name": self._name})

    def gone(self) -> None:
        self.disconnected()
        self._rename(self._name, f"{self._name}_away")

    def gone_mended(self) -> None:
        self._rename(f"{self._name}_away", self._name)

    def newer(self) -> None:
        self._run("UPDATE cohort_meta SET format = 99")

    def newer_mended(self) -> None:
        self._run("UPDATE cohort_meta SET format = 3")

    def locked(self) -> None:
        self._holder = self._own.connect()
        self._holder.execute(text("LOCK TABLE cohort_meta IN ACCESS EXCLUSIVE MODE"))

    def locked_mended(self) -> None:
        self._holder.close()

    def frozen(self) -> None:
        """The machine takes every packet and nobody answers any."""
        mine = "SELECT pid FROM pg_stat_activity WHERE datname = :name"
        with self._around.connect() as connection:
            ours = connection.execute(text(mine), {"name": self._name}).scalars().all()
            folder = connection.execute(text("SHOW data_directory")).scalar_one()
        first = int(Path(folder, "postmaster.pid").read_text().split()[0])
        self._stopped = [first, *ours]
        for process in self._stopped:
            os.kill(process, signal.SIGSTOP)

    def frozen_mended(self) -> None:
        for process in self._stopped:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def _rename(self, old: str, new: str) -> None:
        with self._around.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {old} RENAME TO {new}"))

    def _run(self, statement: str) -> None:
        with self._own.begin() as connection:
            connection.execute(text(statement))
