"""How long the queue of a hundred thousand cases takes: `python -m bench.desk [--cases N] [--db URL]`.

Server time of one page with its counts, on SQLite unless told.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

import fraudscore
from fraudscore.connectors.keys import Keys
from fraudscore.review.desk import Desk
from fraudscore.review.linked import linked
from fraudscore.review.queue import Filter, listed
from fraudscore.review.store import Store
from fraudscore.review.tables import WORDS
from fraudscore.review.words import keyed
from tests.desk import NOW, Team, team
from tests.reviewing import many_cases

KEYS = Keys(b"k" * 32)
FILTERS = {
    "first page": {},
    "all states": {"state": ""},
    "mine": {"mine": True},
    "a family": {"speaks": "network"},
    "a family nobody has": {"speaks": "payment"},
    "oldest first": {"sort": "oldest"},
    "identifier shared by 40": {"text": "203.0.113.7"},
    "profile id": {"text": "acct-77777"},
    "beginning of a name": {"text": "ana777"},
    "nobody of that name": {"text": "zzz"},
    "drawn at random": {"explores": True},
    "snoozed": {"snoozed": True},
}


def filled(store: Store, number: int) -> Team:
    """A team with many cases, whose people share addresses: 40 one, everybody another."""
    members = team(store)
    many_cases(store, members.tenant, number)
    own = {"tenant": members.tenant, "kind": "ip", "shown": "…"}
    few = keyed(KEYS, "ip", "203.0.113.7")
    words = [{"word": few, "profile": f"own-{k * 97}", **own} for k in range(40)]
    words += [{"word": "crowd", "profile": f"own-{k}", **own} for k in range(number)]
    words += [{"word": f"own {k}", "profile": f"own-{k}", **own} for k in range(number)]
    with store.writing() as connection:
        connection.execute(WORDS.insert(), words)
    return members


def timed(name: str, work: Any) -> None:
    """One line: medians of 20 in milliseconds, by the clock and of this process's processor."""
    times = []
    for _ in range(20):
        before = time.perf_counter(), time.process_time()
        work()
        after = time.perf_counter(), time.process_time()
        times.append([(b - a) * 1e3 for a, b in zip(before, after, strict=True)])
    clock, processor = np.median(times, axis=0)
    click.echo(f"{name:42} {clock:8.1f} ms, processor {processor:.1f} ms")


@click.command()
@click.option("--cases", "number", default=100_000, show_default=True)
@click.option("--db", default=None, help="a new database; SQLite by default")
def main(number: int, db: str | None) -> None:
    """Print one figure a line."""
    with tempfile.TemporaryDirectory() as folder:
        url = db or str(Path(folder) / "desk.db")
        with Store(url) as store:
            members = filled(store, number)
            desk = Desk(store, fraudscore.load(), KEYS)
            for name, wanted in FILTERS.items():
                timed(f"queue of {number}: {name}", lambda w=wanted: _page(desk, members, w))
            after = _page(desk, members, {}).after
            timed(f"queue of {number}: second page", lambda: _page(desk, members, {}, after))
            timed("linked people", lambda: _linked(desk, members))


def _page(desk: Desk, members: Team, wanted: dict[str, Any], after: str | None = None) -> Any:
    with desk.store.reading() as connection:
        filter = Filter(**wanted)
        return listed(desk, connection, members.lead, filter, now=NOW, after=after)


def _linked(desk: Desk, members: Team) -> Any:
    with desk.store.reading() as connection:
        return linked(connection, members.lead, "own-0")


if __name__ == "__main__":
    main()
