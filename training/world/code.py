"""Published code: an account, its repositories and their commits.

How many repositories and commits there are, whether any were made on the site and whether others
took part is drawn alike for everybody; only whose clock and whose work it is differs.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from training.world.clocks import Clocks
from training.world.commits import Writer
from training.world.life import Life, invent_name, pick
from training.world.projects import Project, projects
from training.world.rates import ACCOUNT_NUMBERS, HOSTS

YEAR, MONTH = 365.25, 30
GITHUB = "github"


def code(life: Life) -> None:
    """Everything on the code host, or nothing: many careers are private."""
    if not life.rate("publishes"):
        return
    created = _account(life)
    some = projects(life, created)
    clocks = Clocks(life, min(project.starts for project in some))
    writer = Writer(life, clocks)
    for project in some:
        commits = writer.history(project)
        _repository(life, project, commits)
        for row in commits:
            life.add("commits", **row)
    if "code_activity" in life.sees:
        _activity(life, created)
        _renames(life, created)
    if "code_visits" in life.sees:
        _visits(life)


def _account(life: Life) -> datetime:
    span = "account_years"
    if "account_revived" in life.tells:
        span = "account_aged"
    elif "new_account" in life.tells:
        span = "account_young"
    created = (life.as_of - timedelta(days=life.between(span) * YEAR)).replace(microsecond=0)
    life.claims |= {
        "code.host": pick(life.rng, HOSTS),
        "code.login": _login(life.rng, life.name),
        "code.last_seen_at": life.as_of,
    }
    if "code_twins" in life.sees:
        life.claims["code.twins_searched"] = True
    if "code_created" in life.sees:
        life.claims["code.created_at"] = created
        if life.claims["code.host"] == GITHUB:
            life.claims["code.account_id"] = _number(created)
    return created


def _login(rng: random.Random, name: str) -> str:
    return f"{name.lower().replace(' ', rng.choice(('', '-')))}{rng.choice(('', '', 'dev', '7'))}"


def _number(created: datetime) -> int:
    """The account number of the day, between published ones."""
    year = created.year + created.timetuple().tm_yday / YEAR
    years = [float(name) for name in ACCOUNT_NUMBERS]
    return int(np.interp(year, years, list(ACCOUNT_NUMBERS.values())))


def _repository(life: Life, project: Project, commits: list[dict[str, Any]]) -> None:
    life.add(
        "repositories",
        name=project.name,
        created_at=project.made.replace(microsecond=0),
        first_commit_at=min(row["authored_at"] for row in commits),
        fork=False,
        stars=int(life.rng.expovariate(1 / life.numbers["stars"])),
        contributors=len({row["author_name"] for row in commits}) + _crowd(life),
    )


def _crowd(life: Life) -> int:
    """Others who wrote in a project before, as in one that was copied."""
    return life.whole("crowd") if "crowded_project" in life.tells else 0


def _activity(life: Life, created: datetime) -> None:
    """Public events month by month; some accounts lay still for years and came back."""
    months = min(int((life.as_of - created).days / MONTH), int(life.numbers["activity_months"]))
    awake = months
    if "account_revived" in life.tells:
        awake = min(months, life.whole("awake_months"))
    for back in range(months, 0, -1):
        quiet = back > awake or life.rate("quiet_month")
        events = 0 if quiet else 1 + int(life.rng.expovariate(1 / life.numbers["events"]))
        day = (life.as_of - timedelta(days=back * MONTH)).date().replace(day=1)
        life.add("activity", month=day, events=events)


def _renames(life: Life, created: datetime) -> None:
    if "code_renamed" in life.tells:
        for _ in range(life.whole("renames")):
            at = created + (life.as_of - created) * life.rng.uniform(0.1, 0.95)
            names = {"old": _login(life.rng, invent_name(life.rng))}
            life.add(
                "renames", at=at.replace(microsecond=0), new=life.claims["code.login"], **names
            )


def _visits(life: Life) -> None:
    asked = life.as_of - life.days("code_contacted")
    life.claims["code.contacted_at"] = asked
    if "code_gone" in life.tells:
        gone = min(life.as_of, asked + life.days("code_gone_after"))
        life.claims |= {"code.gone_at": gone, "code.last_seen_at": asked}
