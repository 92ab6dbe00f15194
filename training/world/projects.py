"""The projects on an account: when each was written, when it came to the site, and by whom."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from training.world.clocks import owner_zone
from training.world.life import Life, invent_name, pick
from training.world.parameters import SPANS
from training.world.rates import PROJECTS

YEAR = 365.25
FEWEST, MOST = 6, 120
"""Commits of a life, at least and at most."""
EACH = 4
"""Commits of a project, at least."""
WORDS = (
    "api",
    "app",
    "bot",
    "shop",
    "chat",
    "data",
    "web",
    "map",
    "auth",
    "sync",
    "feed",
    "ledger",
)


@dataclass
class Project:
    """A project. ``owner`` is who really wrote it, in which zone, if it was taken from somebody.

    ``rng`` makes its moments and subjects, so that two personas with one source have the same.
    """

    name: str
    starts: datetime
    ends: datetime
    made: datetime
    commits: int
    rng: random.Random
    owner: str = ""
    zone: str = ""


def projects(life: Life, created: datetime) -> list[Project]:
    """The projects of one life, between the start of its history and now."""
    count = int(pick(life.rng, PROJECTS))
    numbers = life.numbers
    usual = life.rng.lognormvariate(log(numbers["commits_median"]), numbers["commits_sigma"])
    total = max(FEWEST, count * EACH, min(MOST, int(usual)))
    weights = [life.rng.uniform(0.3, 1.0) for _ in range(count)]
    since = _since(life, created)
    found = []
    for place, weight in enumerate(weights):
        commits = max(EACH, round(total * weight / sum(weights)))
        found.append(_project(life, place, commits, since, created))
    return found


def _since(life: Life, created: datetime) -> datetime:
    """Where the history starts: with the account, or before it for those who moved to it."""
    if life.tells & {"old_identity", "migrated"}:
        return created - timedelta(days=life.between("years_before") * YEAR)
    return created


def _project(life: Life, place: int, commits: int, since: datetime, created: datetime) -> Project:
    name = f"{life.rng.choice(WORDS)}-{life.rng.choice(WORDS)}-{place + 1}"
    if "laundered" in life.tells and life.rate("laundered_project"):
        return _taken(life, name, commits, created)
    starts, ends = _window(life.rng, since, life.as_of)
    made = max(starts, created)
    if "migrated" in life.tells:
        made = max(made, ends - timedelta(days=1))
    return Project(name, starts, ends, made, commits, life.rng)


def _taken(life: Life, name: str, commits: int, created: datetime) -> Project:
    """Somebody else's project, brought to the site in one go with its dates as they were."""
    key, until = _source(life)
    source = random.Random(key)
    old = source.random() < life.numbers["taken_old"]
    span = SPANS["taken_years_old" if old else "taken_years"]
    since = until - timedelta(days=source.uniform(span.low, span.high) * YEAR)
    starts, ends = _window(source, since, until)
    room = (life.as_of - created).total_seconds()
    made = created + timedelta(seconds=life.rng.uniform(0.3, 1.0) * room)
    owner, zone = invent_name(source), owner_zone(source)
    return Project(name, starts, ends, made, commits, source, owner, zone)


def _source(life: Life) -> tuple[str, datetime]:
    """A project of many personas of the operator or of this one, and when it was found."""
    if life.ring is not None and life.rate("source_shared"):
        number = life.whole("sources")
        return f"{life.ring.key}/{number}", life.ring.since
    return f"{life.profile_id}/{life.rng.random()}", life.as_of


def _window(rng: random.Random, since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Some months between two moments."""
    span, room = SPANS["project_days"], (until - since).total_seconds()
    length = min(room, rng.uniform(span.low, span.high) * 86_400)
    starts = since + timedelta(seconds=rng.uniform(0, room - length))
    return starts, starts + timedelta(seconds=length)
