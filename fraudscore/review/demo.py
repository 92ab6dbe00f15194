"""People to look at on a new desk: invented, shipped with the program."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from features.reading import read_profile
from fraudscore.errors import ReviewError
from fraudscore.review.assessing import assess
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor, program
from fraudscore.review.tables import PROFILES
from fraudscore.review.tables_team import TENANTS

PEOPLE = Path(__file__).with_name("demo.jsonl")
"""Written by scripts/build_demo.py out of data/samples."""


def system(connection: Connection) -> Actor:
    """The program itself, for the first tenant. Raises ReviewError on a desk that has none."""
    tenant = connection.execute(select(func.min(TENANTS.c.id))).scalar()
    if tenant is None:
        raise ReviewError("this desk is new; start it once with `fraudscore serve`")
    return program(tenant)


def load_demo(desk: Desk, *, now: datetime) -> int:
    """Assess the invented people; how many there are, or 0 on a desk that knows somebody."""
    with desk.store.reading() as connection:
        actor = system(connection)
        if connection.execute(select(PROFILES.c.id).limit(1)).first() is not None:
            return 0
    people = [read_profile(line) for line in PEOPLE.read_bytes().splitlines()]
    return len(assess(desk, actor, people, cause="import", now=now))
