"""A stored cohort that cannot be reached keeps nobody from being scored, and comes back by itself."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import event, select, text, update

from features.keys import people, uses
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore import cohort_served
from fraudscore.cli import main
from fraudscore.cohort_served import ServedCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import PEOPLE
from fraudscore.cohort_unasked import NOTICE
from fraudscore.database import Database
from fraudscore.errors import CohortError
from fraudscore.review import audit, erasure, replay, unheard
from fraudscore.review.tables import ASSESSMENTS, CASES, PROFILES, UNHEARD
from fraudscore.web import clock, confirming, pages_hires, pages_sign_in, setting_up
from fraudscore.web.app import application
from fraudscore.web.logs import JsonLine
from fraudscore.web.showing import sentence
from tests.away import File, Server
from tests.browsing import Browser, served
from tests.desk import BASES, KEY, NOW, team
from tests.reviewing import RENTED, WHY, assess, decided, open_case, rented
from tests.test_rest_desk import Caller

SENT = RENTED | {"profile_id": "p9", "claims": {"name": "Bo Sun"}}
"""Somebody on the device of somebody the cohort knows."""


WAYS = {
    "sqlite": ("gone", "newer", "damaged"),
    "postgresql": ("gone", "newer", "locked", "frozen"),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(cohort_served, "REST_SECONDS", 0)


@pytest.fixture(params=BASES)
def place(request, bases, tmp_path):
    if request.param == "sqlite":
        yield File(tmp_path)
        return
    found = Server(bases.bare("postgresql"))
    yield found
    found.drop()


@pytest.fixture
def store(bases):
    """A desk; which database it is on makes no difference here."""
    return bases.emptied("sqlite")


@pytest.fixture
def members(store):
    return team(store, with_passwords=True)


@pytest.fixture
def among(desk, place, members):
    """A desk with a cohort in which somebody is known, and how often that cohort failed."""
    with CohortStore(place.url, KEY) as cohort:
        batch = from_profiles([rented()])
        cohort.learn(uses(batch, desk.scorer.context), people(batch))
    opening = partial(CohortStore, place.url, KEY, create=False, wait=0.2)
    cohort = ServedCohort(opening, setting_up._failed)
    yield replace(desk, cohorts={members.tenant: cohort})
    cohort.close()


@pytest.fixture
def client(among, monkeypatch):
    # The chores would do by themselves what a test wants to see undone first.
    monkeypatch.setattr("fraudscore.web.chores.SEND_SECONDS", 3600.0)
    with TestClient(application(among.scorer, among), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def caller(client, among, members):
    return Caller(client, among, members)


def happens(place, what):
    getattr(place, what)()


def state(said):
    (found,) = (part for part in said["families"] if part["family"] == "linkage")
    return found["state"]


def linked(said):
    """Whether it says that somebody else uses the device."""
    return any(r["family"] == "linkage" and r["state"] == "present" for r in said["reasons"])


def told(said):
    return any(notice["text"] == NOTICE for notice in said["notices"])


def ready(client):
    answer = client.get("/ready")
    assert answer.status_code == 200
    return answer.json()


def failures(caller):
    answer = caller._client.get("/metrics", headers=caller.headers)
    return float(re.search(r"^fraudscore_cohort_failures_total (\S+)$", answer.text, re.M)[1])


def assessed(caller):
    """The same person through every way in of the API."""
    one = caller.post("assessments", SENT)
    several = caller.post("assessments", {"profiles": [SENT]})
    more = {"as_of": SENT["as_of"], "checks": [{"stage": "verified", "outcome": "same"}]}
    event = caller.post("profiles/p9/events", more)
    assert [one.status_code, several.status_code, event.status_code] == [200, 200, 200]
    return [one.json(), several.json()["assessments"][0], event.json()]


@pytest.mark.parametrize(
    ("place", "way"),
    [(base, way) for base, ways in WAYS.items() for way in ways],
    indirect=["place"],
)
def test_people_are_scored_without_it_and_with_it_again(
    caller, client, among, place, way, caplog, members
):
    assert ready(client) == {"status": "ready", "cohort": "ready"}
    before = assessed(caller)
    for one in before:
        assert linked(one["assessment"])
        assert not told(one["assessment"])
    so_far = failures(caller)
    caplog.set_level(logging.INFO, "fraudscore")
    happens(place, way)
    away = assessed(caller)
    for one in away:
        assert state(one["assessment"]) == "could_not_check"
        assert told(one["assessment"])
        assert one["case"] == before[0]["case"] is not None
        assert not linked(one["assessment"])
    assert ready(client) == {"status": "ready", "cohort": "does not answer"}
    assert failures(caller) > so_far
    lines = [json.loads(JsonLine().format(record)) for record in caplog.records]
    assert "CohortError" in {line.get("kind") for line in lines}
    assert not re.search("Bo Sun|p9|pc-7", json.dumps(lines))
    happens(place, f"{way}_mended")
    after = assessed(caller)
    for one in after:
        assert linked(one["assessment"])
        assert not told(one["assessment"])
    assert ready(client) == {"status": "ready", "cohort": "ready"}
    with among.store.reading() as connection:
        for one in (*before, *away, *after):
            again = replay.replay(among, connection, one["id"])
            assert json.loads(again) == one["assessment"]


def test_the_hr_door_tells_so(among, place, members):
    hr = Browser(served(among, pages_hires, pages_sign_in)).sign_in("reviewer")
    hires = b"ID,Full name,Email\na-1,Irune Vastel,irune@example.org\n"

    def page():
        hr.get("/hires")
        answer = hr.send("/hires", files={"file": ("hires.csv", hires)})
        assert answer.status_code == 200
        return answer.text

    assert sentence(NOTICE) not in page()
    place.gone()
    assert sentence(NOTICE) in page()
    place.gone_mended()
    assert sentence(NOTICE) not in page()


def test_a_decision_made_meanwhile_is_told_afterwards(among, place, members, monkeypatch):
    at = {"now": NOW}
    monkeypatch.setattr(confirming, "now", lambda: at["now"])
    decided(among, members.reviewer, open_case(among, members))
    place.gone()
    assert confirming.tell_cohorts(among) == 0
    place.gone_mended()
    at["now"] += timedelta(hours=1)
    assert confirming.tell_cohorts(among) == 1
    assert standing(place) == [NOW.timestamp()]


def standing(place):
    """Since when each person of a cohort is a confirmed case there."""
    with CohortStore(place.url, KEY) as cohort, cohort.database.reading() as connection:
        return connection.execute(select(PEOPLE.c.confirmed)).scalars().all()


def assessments(desk):
    """Every assessment that is kept, the newest last."""
    with desk.store.reading() as connection:
        return connection.execute(select(ASSESSMENTS).order_by(ASSESSMENTS.c.id)).all()


def sent(**parts):
    return read_profile(SENT | parts)


def test_who_was_scored_meanwhile_is_scored_again_when_it_answers(among, place, members):
    place.gone()
    assess(among, members.reviewer, sent(), sent(profile_id="p8"))
    assert unheard.assess_unheard(among, now=NOW) == 0
    assert len(assessments(among)) == 2
    place.gone_mended()
    later = NOW + timedelta(minutes=1)
    assert unheard.assess_unheard(among, now=later) == 2
    assert unheard.assess_unheard(among, now=later) == 0
    *away, one, other = assessments(among)
    assert len(away) == 2
    for kept in (one, other):
        assert (kept.cause, kept.at) == ("cohort", later)
        assert linked(json.loads(kept.body))
        assert not told(json.loads(kept.body))
    with among.store.reading() as connection:
        assert replay.replay(among, connection, one.id) == one.body
        assert audit.verify(connection, members.tenant).whole
        cases = connection.execute(select(CASES.c.assessment, CASES.c.state)).all()
    assert {case.assessment for case in cases} == {one.id, other.id}
    assert {case.state for case in cases} == {"open"}


def test_who_was_heard_of_meanwhile_is_not_scored_again(among, place, members):
    place.gone()
    assess(among, members.reviewer, sent(), sent(profile_id="p8"), sent(profile_id="p7"))
    place.gone_mended()
    assess(among, members.reviewer, sent())
    with among.store.writing() as connection:
        dropped = PROFILES.c.profile_id == "p8"
        connection.execute(update(PROFILES).where(dropped).values(record=None))
        erasure.erase_person(connection, members.admin, "p7", WHY, keys=KEY, now=NOW)
    before = len(assessments(among))
    assert unheard.assess_unheard(among, now=NOW) == 0
    assert len(assessments(among)) == before
    with among.store.reading() as connection:
        assert connection.execute(select(UNHEARD)).all() == []


def test_the_chores_score_them_again_by_themselves(among, place, members):
    place.gone()
    assess(among, members.reviewer, sent(), now=clock.now())
    place.gone_mended()
    with TestClient(application(among.scorer, among)):
        for _ in range(100):
            if len(assessments(among)) == 2:
                break
            time.sleep(0.05)
    assert linked(json.loads(assessments(among)[-1].body))


def test_a_database_that_goes_while_it_is_told_is_told_the_rest_later(
    among, place, members, monkeypatch
):
    at = {"now": NOW}
    monkeypatch.setattr(confirming, "now", lambda: at["now"])
    (cohort,) = among.cohorts.values()
    with CohortStore(place.url, KEY) as opened:
        batch = from_profiles([rented("p2"), rented("p3")])
        opened.learn(uses(batch, among.scorer.context), people(batch))
    for person in ("p1", "p2", "p3"):
        decided(among, members.reviewer, open_case(among, members, person))
    confirm, times = cohort.confirm, []

    def goes_before_the_second(*given, **more):
        times.append(given)
        if len(times) == 2:
            place.gone()
        return confirm(*given, **more)

    monkeypatch.setattr(cohort, "confirm", goes_before_the_second)
    assert confirming.tell_cohorts(among) == 1
    place.gone_mended()
    at["now"] += timedelta(hours=1)
    assert confirming.tell_cohorts(among) == 2
    assert confirming.tell_cohorts(among) == 0
    assert {profile_id for profile_id, _ in times} == {"p1", "p2", "p3"}
    assert standing(place) == [NOW.timestamp()] * 3


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_server_that_says_nothing(among, place, members):
    (cohort,) = among.cohorts.values()
    assert cohort.size() == 1
    place.frozen()
    start = time.monotonic()
    for _ in range(2):  # over the connection of before, and over a new one
        with pytest.raises(CohortError, match="cannot be reached"):
            cohort.size()
    assert time.monotonic() - start < 8
    place.frozen_mended()
    assert cohort.size() == 1


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_an_answer_that_comes_in_time_is_waited_for(place):
    base = Database(place.url, name="cohort", error=CohortError, lock=1, patience=0.6)
    with closing(base):
        with base.reading() as connection:
            for _ in range(5):
                connection.execute(text("SELECT pg_sleep(0.3)"))
        start = time.monotonic()
        with pytest.raises(CohortError, match="cannot be reached"), base.reading() as connection:
            connection.execute(text("SELECT pg_sleep(30)"))
        assert time.monotonic() - start < 3


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_what_was_not_kept_in_the_end_was_not_told(among, place, members, monkeypatch):
    monkeypatch.setattr(confirming, "now", lambda: NOW)
    decided(among, members.reviewer, open_case(among, members))
    (cohort,) = among.cohorts.values()
    engine = cohort._opened().database.engine
    event.listen(engine, "commit", lambda _: place.disconnected(), once=True)
    assert confirming.tell_cohorts(among) == 0
    assert standing(place) == [None]
    monkeypatch.setattr(confirming, "now", lambda: NOW + timedelta(hours=1))
    assert confirming.tell_cohorts(among) == 1
    assert standing(place) == [NOW.timestamp()]


def test_nobody_waits_for_a_cohort_that_failed_a_moment_ago(scorer, monkeypatch):
    monkeypatch.setattr(cohort_served, "REST_SECONDS", 3600)
    batch = from_profiles([rented("p9")])
    asked = uses(batch, scorer.context), people(batch)
    tries = []

    def down():
        tries.append("")
        raise CohortError("down")

    cohort = ServedCohort(down)
    for _ in range(5):
        with pytest.raises(CohortError):
            cohort.links(*asked)
    assert len(tries) == 1  # a new connection that fails is not tried twice
    with pytest.raises(CohortError):
        cohort.confirm("p1", None, now=0.0)
    assert len(tries) == 2


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_file_that_was_put_in_its_place_is_read(among, place, tmp_path):
    (cohort,) = among.cohorts.values()
    assert cohort.size() == 1
    with CohortStore(str(tmp_path / "other.db"), KEY) as other:
        batch = from_profiles([rented("p2"), rented("p3")])
        other.learn(uses(batch, among.scorer.context), people(batch))
    place.gone()
    with pytest.raises(CohortError, match="nobody has been learned"):
        cohort.size()
    assert not Path(place.url).exists()
    os.rename(tmp_path / "other.db", place.url)
    assert cohort.size() == 2


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_a_server_that_was_started_again_is_asked_as_before(caller, place):
    assert linked(assessed(caller)[0]["assessment"])
    place.disconnected()
    assert linked(caller.post("assessments", SENT).json()["assessment"])


def test_a_server_does_not_start_beside_a_cohort_that_is_not_there(tmp_path, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    missing = tmp_path / "nowhere.db"
    done = CliRunner().invoke(main, ["serve", "--socket", "s", "--cohort", str(missing)])
    assert done.exit_code == 2
    assert "nobody has been learned here" in done.stderr
    assert not missing.exists()
