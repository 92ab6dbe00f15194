"""Several processes at one desk: one holds a case, nothing acknowledged is lost, the log stays whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fraudscore.review import assessing, audit, cases
from fraudscore.review.tables import CASES, DECISIONS, LABELS, PROFILES
from tests.desk import NOW, team
from tests.reviewing import assess, calm, many_cases

ROOT = Path(__file__).parent.parent
HEAD = """
import sys
from datetime import datetime
from fraudscore.errors import Conflict
from fraudscore.review import cases, decisions
from fraudscore.review.rights import Actor
from fraudscore.review.store import Store
url, tenant, user, number = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
NOW = datetime.fromisoformat(sys.argv[5])
actor = Actor(tenant, user, "user", "R", "reviewer")
print("ready", flush=True)
sys.stdin.readline()
"""
HOLDING = """
with Store(url) as store:
    for k in range(number):
        try:
            with store.writing() as connection:
                cases.hold(connection, actor, f"case-{k:06}", now=NOW)
            print(k, flush=True)
        except Conflict:
            pass
"""
DECIDING = """
with Store(url) as store:
    for k in range(number):
        id = f"case-{k:06}"
        with store.writing() as connection:
            cases.hold(connection, actor, id, now=NOW)
            made = decisions.decide(connection, actor, id, "clear", "", now=NOW)
        print(made.id, flush=True)
"""
NEXT = """
with Store(url) as store:
    while True:
        with store.writing() as connection:
            case = cases.next_case(connection, actor, now=NOW)
            if case is None:
                break
            decisions.decide(connection, actor, case.id, "clear", "", now=NOW)
        print(case.id, flush=True)
"""
ADDING = """
import fraudscore
from fraudscore.review import assessing
from fraudscore.review.desk import Desk
from tests.desk import KEY
with Store(url) as store:
    desk = Desk(store, fraudscore.load(), KEY)
    for k in range(number):
        parts = {"devices": [{"id": f"{user} {k}"}]}
        assessing.events(desk, actor, "p1", parts, now=NOW)
        print(k, flush=True)
"""


def process(what, store_url, actor, number):
    command = [
        sys.executable,
        "-c",
        HEAD + what,
        store_url,
        str(actor.tenant),
        actor.id,
        str(number),
        NOW.isoformat(),
    ]
    started = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert started.stdout.readline() == "ready\n", started.stderr.read()
    return started


def together(what, url, actors, number):
    """What each process said, all of them let go at once."""
    started = [process(what, url, actor, number) for actor in actors]
    for one in started:
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120) for one in started]
    assert all(one.returncode == 0 for one in started), said
    return [out.split() for out, _ in said]


@pytest.fixture
def members(store):
    return team(store)


def whole(store, tenant):
    with store.reading() as connection:
        found = audit.verify(connection, tenant)
    assert found.whole, found.why
    return found.head.entries


def test_of_two_who_want_a_case_exactly_one_gets_it(url, store, members):
    made = many_cases(store, members.tenant, 40)
    both = (members.reviewer, members.other_reviewer)
    first, second = together(HOLDING, url, both, len(made))
    assert sorted(map(int, first + second)) == list(range(len(made)))
    with store.reading() as connection:
        for actor, won in zip(both, (first, second), strict=True):
            for k in won:
                found = cases.case(connection, actor, made[int(k)], now=NOW)
                assert found.holder == actor.id
    assert whole(store, members.tenant) == len(made)


def test_two_who_take_the_next_case_never_meet(url, store, members):
    made = many_cases(store, members.tenant, 30)
    both = (members.reviewer, members.other_reviewer)
    first, second = together(NEXT, url, both, 0)
    assert sorted(first + second) == made


@pytest.mark.parametrize("after", [1, 4, 9])
def test_what_was_acknowledged_survives_a_kill(url, store, members, after):
    many_cases(store, members.tenant, 400)
    running = process(DECIDING, url, members.reviewer, 400)
    running.stdin.write("\n")
    running.stdin.flush()
    acknowledged = [running.stdout.readline().strip() for _ in range(after)]
    time.sleep(0.003 * after)
    os.kill(running.pid, signal.SIGKILL)
    rest, _ = running.communicate(timeout=60)
    lines = [line for line in rest.split("\n") if len(line) == len(acknowledged[0])]
    acknowledged += lines
    assert running.returncode == -signal.SIGKILL
    with store.reading() as connection:
        kept = set(connection.execute(select(DECISIONS.c.id)).scalars())
        closed = select(func.count()).select_from(CASES).where(CASES.c.state == "closed")
        labelled = select(func.count()).select_from(LABELS)
        assert connection.execute(closed).scalar() == len(kept)
        assert connection.execute(labelled).scalar() == len(kept)
    assert set(acknowledged) <= kept
    assert len(kept) - len(acknowledged) in (0, 1)
    entries = whole(store, members.tenant)
    assert entries == 3 * len(kept)
    made = [k for k in range(400) if k >= len(kept)][:1]
    with store.writing() as connection:
        cases.hold(connection, members.reviewer, f"case-{made[0]:06}", now=NOW)
    assert whole(store, members.tenant) == entries + 1


def test_events_of_one_person_from_two_sides_are_all_kept(url, desk, members):
    assess(desk, members.reviewer, calm("p1"))
    both = (members.reviewer, members.other_reviewer)
    together(ADDING, url, both, 6)
    with desk.store.reading() as connection:
        own = connection.execute(select(PROFILES.c.id)).scalar()
        record = assessing.record(connection, members.reviewer, own)
    expected = {f"{actor.id} {k}" for actor in both for k in range(6)}
    assert {device.id for device in record.devices} == expected
    whole(desk.store, members.tenant)
