"""How long the queue of a hundred thousand cases takes: `python -m bench.desk [--cases N] [--db URL]`.

Server time of one list with its counts, then of whole pages, with what a browser loads for them; on
SQLite unless told.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from sqlalchemy import text

import fraudscore
from fraudscore.connectors.keys import Keys
from fraudscore.review.desk import Desk
from fraudscore.review.linked import linked
from fraudscore.review.queue import Filter, listed
from fraudscore.review.store import Store
from fraudscore.review.tables import WORDS
from fraudscore.review.words import keyed
from fraudscore.web.app import application
from tests.browsing import Browser
from tests.desk import NOW, Team, team
from tests.reviewing import assess, many_cases, rented

KEYS = Keys(b"k" * 32)
LOADED = re.compile(r'<(?:link rel="stylesheet" href|script src)="(/[^"]+)"')
"""Style and scripts of a page."""
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
    members = team(store, with_passwords=True)
    many_cases(store, members.tenant, number)
    own = {"tenant": members.tenant, "kind": "ip", "shown": "…"}
    few = keyed(KEYS, "ip", "203.0.113.7")
    words = [{"word": few, "profile": f"own-{k * 97}", **own} for k in range(min(40, number // 97))]
    words += [{"word": "crowd", "profile": f"own-{k}", **own} for k in range(number)]
    words += [{"word": f"own {k}", "profile": f"own-{k}", **own} for k in range(number)]
    with store.writing() as connection:
        connection.execute(WORDS.insert(), words)
        if not store.sqlite:
            # PostgreSQL counts its rows by itself within a minute; a bench starts at once.
            connection.execute(text("ANALYZE"))
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
            _pages(desk, members)


def _pages(desk: Desk, members: Team) -> None:
    """Time and weight of the queue and of a case as a signed-in lead gets them."""
    case = assess(desk, members.reviewer, rented("bench"), now=NOW).case
    browser = Browser(application(desk.scorer, desk)).sign_in("lead")
    for name, path in {"queue": "/queue", "case": f"/cases/{case}"}.items():
        timed(f"page: {name}", lambda p=path: browser.get(p))
        loaded = {part: _weight(browser, part) for part in LOADED.findall(browser.page)}
        html = len(browser.page.encode())
        beside = sum(loaded.values())
        click.echo(f"page: {name:36} {html / 1024:8.1f} KiB, {beside / 1024:.1f} KiB beside, once")


def _weight(browser: Browser, path: str) -> int:
    return len(browser.client.get(path).content)


def _page(desk: Desk, members: Team, wanted: dict[str, Any], after: str | None = None) -> Any:
    with desk.store.reading() as connection:
        filter = Filter(**wanted)
        return listed(desk, connection, members.lead, filter, now=NOW, after=after)


def _linked(desk: Desk, members: Team) -> Any:
    with desk.store.reading() as connection:
        return linked(connection, members.lead, "own-0")


if __name__ == "__main__":
    main()
