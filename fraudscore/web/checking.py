"""`fraudscore serve --check`: what is configured, and what is not, before anybody relies on it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from fraudscore.assessment import TRAINED_ON
from fraudscore.cohorts import open_cohort
from fraudscore.errors import FraudscoreError
from fraudscore.review.standing import Standing, standing
from fraudscore.review.store import Store
from fraudscore.scorer import Scorer
from fraudscore.shell import INVALID, SCORED
from fraudscore.web.access import load_key
from fraudscore.web.serving import private
from fraudscore.web.setting_up import Setting, named_once, own_database

Line = tuple[bool, str, str]
"""Whether it is configured, what, and in words."""
FASTER = ("uvloop", "httptools")


def run_check_of_server(
    *, host: str, stateless: bool, db: str | None, key_file: Path | None, **options: Any
) -> int:
    """Print one line a thing; returns the exit code: 0 if a server would start, else 2."""
    rest = {name: options[name] for name in ("bundle", "ip_data", "base_rate", "cohorts")}
    setting = Setting(db=None if stateless else db or own_database(), key_file=key_file, **rest)
    try:
        for line in _lines(setting, host):
            _print(line)
    except FraudscoreError as error:
        _print((False, "cannot start", str(error)))
        return INVALID
    return SCORED


def _print(line: Line) -> None:
    good, what, told = line
    click.echo(f"{'yes' if good else 'no':4}{what:24}{told}")


def _lines(setting: Setting, host: str) -> Iterator[Line]:
    yield from _of_scorer(setting.scorer())
    if setting.db is None:
        yield from _without_desk(setting, host)
    else:
        yield from _of_desk(setting, host)
    missing = [name for name in FASTER if find_spec(name) is None]
    yield not missing, "fast HTTP", "pip install 'uvicorn[standard]'" if missing else "httptools"
    pdf = find_spec("weasyprint") is not None
    yield pdf, "PDF", "reports can be PDF" if pdf else "pip install 'fraudscore[pdf]'"


def _of_scorer(scorer: Scorer) -> Iterator[Line]:
    manifest = scorer.bundle.manifest
    yield True, "model", f"{scorer.bundle.id}, {TRAINED_ON[manifest.trained_on]}"
    yield scorer.local, "probabilities", "local outcomes" if scorer.local else "none; scores rank"
    bases = ", ".join(base.name for base in scorer.context.networks.databases)
    yield True, "address databases", bases


def _without_desk(setting: Setting, host: str) -> Iterator[Line]:
    yield False, "desk", "nothing is kept (--stateless)"
    if setting.key_file is not None:
        load_key(setting.key_file)
        yield True, "key", "callers must send it"
    else:
        whose = "only this machine may call" if private(host) else "give --key-file FILE"
        yield False, "key", whose


def _of_desk(setting: Setting, host: str) -> Iterator[Line]:
    with Store(setting.db or "") as store:
        with store.reading() as connection:
            found = standing(connection)
        yield True, "desk", store.place
        sqlite = store.sqlite
    yield from _of_cohorts(setting)
    yield not sqlite, "several machines", "SQLite is one machine's" if sqlite else "PostgreSQL"
    yield from _of_team(found)
    own = private(host)
    yield own, "this machine only", host if own else f"{host}: put a proxy with TLS in front"


def _of_cohorts(setting: Setting) -> Iterator[Line]:
    named_once(setting.cohorts)
    if not setting.cohorts:
        yield False, "cohort", "none; nobody is held against people of `fraudscore learn`"
    for team, url in setting.cohorts.items():
        with open_cohort(url, setting.key_file) as cohort:
            told = f"{cohort.database.place}, {cohort.size} people"
        yield True, "cohort", f"of team {team}: {told}" if len(setting.cohorts) > 1 else told


def _of_team(found: Standing) -> Iterator[Line]:
    waits = "nobody may sign in; `fraudscore serve` prints the admin's link"
    yield found.users > 0, "people", f"{found.users} may sign in" if found.users else waits
    done = found.tenants > 0 and found.tenants == found.answered
    late = "unanswered: no decisions until an admin answers the four questions"
    yield done, "policy questions", "answered" if done else late
    yield found.keys > 0, "API keys", str(found.keys or "none; `fraudscore key NAME` makes one")
    yield found.hooks > 0, "webhooks", str(found.hooks or "none")
    yield found.people > 0, "people known", f"{found.people}, {found.open_cases} open cases"
