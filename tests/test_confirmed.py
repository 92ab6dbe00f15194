"""A confirmed case reaches a stored cohort, whatever fails in between, and is taken back there too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from features.keys import people, uses
from features.record_rows import from_profiles
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import PEOPLE
from fraudscore.errors import CohortError
from fraudscore.review import appeals, confirmed, decisions
from fraudscore.review.store import Store
from fraudscore.review.tables import CONFIRMED
from fraudscore.web import confirming
from tests.desk import KEY, NOW, team
from tests.reviewing import WHY, assess, decided, open_case, rented

LATER = NOW + timedelta(days=1)


@pytest.fixture
def members(store):
    return team(store)


@pytest.fixture
def cohort(tmp_path):
    with CohortStore(str(tmp_path / "people.db"), KEY) as opened:
        yield opened


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock to set: what is due then?"""
    told = {"now": LATER}
    monkeypatch.setattr(confirming, "now", lambda: told["now"])
    return told


def learn(desk, cohort, *profiles):
    batch = from_profiles(profiles)
    cohort.learn(uses(batch, desk.scorer.context), people(batch))


def since(cohort):
    with cohort.database.reading() as connection:
        return [row.confirmed for row in connection.execute(select(PEOPLE))]


def waiting(store):
    with store.reading() as connection:
        return connection.execute(select(CONFIRMED)).all()


def undo(desk, members, decision):
    with desk.store.writing() as connection:
        decisions.undo(connection, members.lead, decision.id, WHY, now=NOW + timedelta(hours=1))


def test_a_confirmed_case_is_told_once_and_its_undoing_too(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    assert since(cohort) == [None]
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [NOW.timestamp()]
    assert not waiting(desk.store)
    assert confirming.tell_cohort(desk.store, cohort) == 0
    undo(desk, members, decision)
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [None]


def test_an_appeal_that_overturns_is_told(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    confirming.tell_cohort(desk.store, cohort)
    with desk.store.writing() as connection:
        token = appeals.offer(connection, members.lead, decision.id, now=NOW)
        appeal = appeals.open_appeal(connection, token, "This is not so.", now=NOW)
        appeals.assign_appeal(connection, members.lead, appeal.id, members.lead.id, now=NOW)
    assert confirming.tell_cohort(desk.store, cohort) == 0
    with desk.store.writing() as connection:
        appeals.close_appeal(connection, members.lead, appeal.id, "overturned", WHY, now=NOW)
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [None]


@pytest.mark.parametrize("kind", ["clear", "policy_breach", "ask"])
def test_other_decisions_are_not_told(desk, members, kind):
    decided(desk, members.reviewer, open_case(desk, members), kind)
    assert not waiting(desk.store)


def test_what_fails_is_told_again_later_and_never_given_up(
    desk, members, cohort, clock, monkeypatch
):
    learn(desk, cohort, rented())
    decided(desk, members.reviewer, open_case(desk, members))

    def down(*_, **__):
        raise CohortError("the server cannot be reached")

    with monkeypatch.context() as patch:
        patch.setattr(cohort, "confirm", down)
        for attempt in range(20):
            confirming.tell_cohort(desk.store, cohort)
            (row,) = waiting(desk.store)
            assert row.attempts == attempt + 1
            assert row.due - clock["now"] <= timedelta(seconds=confirmed.LONGEST_SECONDS)
            assert confirming.tell_cohort(desk.store, cohort) == 0
            clock["now"] = row.due
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [NOW.timestamp()]


def test_who_is_not_learned_yet_is_told_once_they_are(desk, members, cohort, clock):
    decision = decided(desk, members.reviewer, open_case(desk, members))
    assert confirming.tell_cohort(desk.store, cohort) == 0
    learn(desk, cohort, rented())
    clock["now"] += timedelta(hours=1)
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [NOW.timestamp()]
    cohort.forget("p1")
    undo(desk, members, decision)
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert not waiting(desk.store)


def test_what_changes_while_it_is_told_is_told_again(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    with desk.store.writing() as connection:
        (old,) = confirmed.take(connection, now=LATER)
        assert not confirmed.take(connection, now=LATER)
    undo(desk, members, decision)
    with desk.store.writing() as connection:
        confirmed.taken(connection, old)
        confirmed.failed(connection, old, now=LATER)
    (row,) = waiting(desk.store)
    assert (row.since, row.attempts) == (None, 0)
    assert confirming.tell_cohort(desk.store, cohort) == 1
    assert since(cohort) == [None]


def test_a_desk_from_before_tells_what_stands(desk, members, url):
    decided(desk, members.reviewer, open_case(desk, members))
    undone = decided(desk, members.reviewer, open_case(desk, members, "p2"))
    undo(desk, members, undone)
    with desk.store.writing() as connection:
        connection.execute(text("DROP TABLE confirmed"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with Store(url) as again:
        assert [row.since for row in waiting(again)] == [NOW]


def test_the_desk_holds_people_against_its_cohort(desk, members, cohort):
    assert desk.cohort is None
    among = replace(desk, scorer=desk.scorer.among(cohort))
    assert among.cohort is cohort
    learn(desk, cohort, rented("someone", claims={"name": "Ana Ruiz"}))
    found = assess(among, members.reviewer, rented("p9", claims={"name": "Bo Sun"}))
    assert any(reason.family == "linkage" for reason in found.assessment.reasons)
