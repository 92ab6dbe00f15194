"""Each team has a cohort of its own: no team hears of another's people, whatever their ids."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from features.keys import people, uses
from features.record_rows import from_profiles
from fraudscore.cli import main
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import PEOPLE
from fraudscore.errors import InputError
from fraudscore.review import heard
from fraudscore.review.tables import CONFIRMED
from fraudscore.web import confirming
from fraudscore.web.api_assessments import Assessor
from fraudscore.web.setting_up import Setting
from tests.desk import KEY, NOW, team
from tests.reviewing import assess, decided, open_case, rented

LATER = NOW + timedelta(days=1)
REFERRED = {"referrals": [{"other": "p1", "direction": "referred"}]}


@pytest.fixture
def ours(store):
    return team(store)


@pytest.fixture
def theirs(store):
    return team(store, "theirs")


@pytest.fixture
def cohorts(tmp_path, ours, theirs):
    with (
        CohortStore(str(tmp_path / "ours.db"), KEY) as one,
        CohortStore(str(tmp_path / "theirs.db"), KEY) as other,
    ):
        yield {ours.tenant: one, theirs.tenant: other}


@pytest.fixture
def both(desk, cohorts, monkeypatch):
    """A desk of two teams with a cohort each."""
    monkeypatch.setattr(confirming, "now", lambda: LATER)
    return replace(desk, cohorts=cohorts)


def learn(desk, members, *profiles):
    batch = from_profiles(profiles)
    own = desk.cohorts[members.tenant]
    return own.learn(uses(batch, desk.scorer.context), people(batch))


def crew(number, **parts):
    """Unrelated people on one device and one phone, who all refer to one person."""
    names = [f"First{k} Last{k}" for k in range(number)]
    return [
        rented(f"p{k}", claims={"name": name}, **parts, **REFERRED) for k, name in enumerate(names)
    ]


def newcomer(profile_id="n1"):
    return rented(profile_id, claims={"name": "Bo Sun"}, as_of=LATER.isoformat(), **REFERRED)


def said(desk, members, person):
    """What a team is told of a person, and what was heard of links, to the byte."""
    ((item, links),) = heard.score(desk.scorer, desk.cohorts.get(members.tenant), [person])
    return item, links


def linked(item):
    return {r.code for r in item.reasons if r.family == "linkage" and r.state == "present"}


def test_no_team_hears_of_the_people_of_another(both, ours, theirs):
    learn(both, theirs, rented("q1", claims={"name": "Ana Ruiz"}, devices=[{"id": "own"}]))
    before = [said(both, theirs, one) for one in (newcomer(), newcomer("p1"), rented("p1"))]
    learn(both, ours, *crew(20))
    for number in range(20):
        both.cohorts[ours.tenant].confirm(f"p{number}", NOW.timestamp())
    assert linked(said(both, ours, newcomer())[0])
    after = [said(both, theirs, one) for one in (newcomer(), newcomer("p1"), rented("p1"))]
    assert after == before


def test_a_team_without_a_cohort_hears_of_nobody(both, ours, theirs):
    learn(both, ours, *crew(5))
    alone = replace(both, cohorts={ours.tenant: both.cohorts[ours.tenant]})
    found = assess(alone, theirs.reviewer, newcomer()).assessment
    (family,) = (part for part in found.families if part.family == "linkage")
    assert family.state == "could_not_check"
    assert linked(assess(alone, ours.reviewer, newcomer()).assessment)


def test_equal_ids_of_two_teams_are_two_people(both, ours, theirs):
    assert learn(both, ours, *crew(2)) == 2
    assert learn(both, theirs, *crew(2)) == 2
    decided(both, theirs.reviewer, open_case(both, theirs))
    assert confirming.tell_cohorts(both) == 1
    assert since(both, theirs) == [None, NOW.timestamp()]
    assert since(both, ours) == [None, None]
    assert "CONFIRMED_CASE_CLOSENESS" in linked(said(both, theirs, newcomer())[0])
    assert "CONFIRMED_CASE_CLOSENESS" not in linked(said(both, ours, newcomer())[0])
    assert both.cohorts[theirs.tenant].forget("p1")
    assert both.cohorts[ours.tenant].size == 2


def since(desk, members):
    with desk.cohorts[members.tenant].database.reading() as connection:
        return [row.confirmed for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.id))]


def test_what_a_team_without_a_cohort_decided_waits_for_one(both, ours, theirs):
    decided(both, theirs.reviewer, open_case(both, theirs))
    alone = replace(both, cohorts={ours.tenant: both.cohorts[ours.tenant]})
    assert confirming.tell_cohorts(alone) == 0
    with both.store.reading() as connection:
        assert connection.execute(select(CONFIRMED.c.attempts)).scalars().all() == [0]
    learn(both, theirs, *crew(2))
    assert confirming.tell_cohorts(both) == 1


# How a server is told whose cohort is whose


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "filled.db"
    CohortStore(str(path), KEY).close()
    return str(path)


def desk_of(tmp_path, scorer, **cohorts):
    return Setting(db=str(tmp_path / "desk.db"), cohorts=cohorts).desk(scorer)


def test_a_cohort_is_the_first_teams_unless_a_team_is_named(tmp_path, scorer, monkeypatch, filled):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = desk_of(tmp_path, scorer, default=filled)
    assert list(found.cohorts) == [1]
    theirs = team(found.store, "theirs").tenant
    found.store.close()
    found = desk_of(tmp_path, scorer, default=filled, theirs=str(tmp_path / "other.db"))
    assert set(found.cohorts) == {1, theirs}
    found.store.close()
    with pytest.raises(InputError, match="there is no team 'nobody'"):
        desk_of(tmp_path, scorer, nobody=filled)


def test_two_teams_cannot_name_one_cohort(tmp_path, filled, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    words = ["serve", "--socket", "s", "--cohort", filled, "--team-cohort", "theirs", "filled.db"]
    for more in ([], ["--check"]):
        done = CliRunner().invoke(main, [*words, *more])
        assert done.exit_code == 2
        assert "give each its own" in done.output


# Who is held against whom


def shares_a_device(said):
    return any(r["code"] == "DEVICE_SHARERS" and r["state"] == "present" for r in said["reasons"])


def test_requests_that_come_together_by_chance_hear_nothing_of_each_other(both, ours):
    learn(both, ours, *crew(1))
    assessor = Assessor(both.scorer, both)
    ana = rented("n2", claims={"name": "Ana Ruiz"}, as_of=NOW.isoformat())
    calm = rented("n3", devices=[], sessions=[], **REFERRED)
    bodies = [
        one.model_dump_json(exclude_defaults=True).encode() for one in (newcomer("n1"), ana, calm)
    ]

    def said(*some):
        answers = assessor.one_each([(ours.reviewer, body, None) for body in some])
        return [json.loads(answer)["assessment"] for answer in answers]

    together = said(*bodies)
    assert together == [said(body)[0] for body in bodies]
    assert [shares_a_device(one) for one in together] == [True, True, False]


def test_the_people_of_one_list_are_held_against_each_other(both, ours):
    first, second = (rented(f"n{k}", claims={"name": f"Name{k} Last{k}"}) for k in range(2))
    sent = [one.model_dump(mode="json", exclude_defaults=True) for one in (first, second)]
    answer = json.loads(Assessor(both.scorer, both).several(ours.reviewer, sent, None))
    said = [shares_a_device(one["assessment"]) for one in answer["assessments"]]
    assert said == [False, True]
