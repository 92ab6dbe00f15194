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
from fraudscore.review import appeals, confirmed, decisions, labels
from fraudscore.review.store import Store
from fraudscore.review.tables import CONFIRMED
from fraudscore.web import confirming
from tests.desk import KEY, NOW, key_actor, team
from tests.reviewing import WHY, a_reason, assess, decided, open_case, rented

LATER = NOW + timedelta(days=1)


@pytest.fixture
def members(store):
    return team(store)


@pytest.fixture
def cohort(tmp_path):
    with CohortStore(str(tmp_path / "people.db"), KEY) as opened:
        yield opened


@pytest.fixture
def desk(desk, members, cohort):
    """A desk whose team has a cohort."""
    return replace(desk, cohorts={members.tenant: cohort})


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
    assert confirming.tell_cohorts(desk) == 1
    assert since(cohort) == [NOW.timestamp()]
    assert not waiting(desk.store)
    assert confirming.tell_cohorts(desk) == 0
    undo(desk, members, decision)
    assert confirming.tell_cohorts(desk) == 1
    assert since(cohort) == [None]


def contest(desk, members, decision):
    """The person contests a decision on the day after; the lead takes the appeal."""
    with desk.store.writing() as connection:
        token = appeals.offer(connection, members.lead, decision.id, now=NOW)
        appeal = appeals.open_appeal(connection, token, "This is not so.", now=LATER)
        appeals.assign_appeal(connection, members.lead, appeal.id, members.lead.id, now=LATER)
    return appeal


def answer(desk, members, appeal, outcome):
    with desk.store.writing() as connection:
        code = a_reason(connection, members.lead, appeal.case)
        decisions.open_evidence(connection, members.lead, appeal.case, code, now=LATER)
        appeals.close_appeal(connection, members.lead, appeal.id, outcome, WHY, now=LATER)


def close_to_a_case(desk, cohort):
    """Whether somebody who comes later on the same account is told of a confirmed case."""
    batch = from_profiles([rented("p9", as_of=LATER.isoformat(), claims={"name": "Bo Sun"})])
    found = cohort.links(uses(batch, desk.scorer.context), people(batch))
    assert found.identities[0] > 0
    return bool(found.closeness[0])


@pytest.mark.parametrize(("outcome", "stands"), [("upheld", True), ("overturned", False)])
def test_what_is_contested_counts_for_nobody_until_it_is_upheld(
    desk, members, cohort, outcome, stands
):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    confirming.tell_cohorts(desk)
    assert close_to_a_case(desk, cohort)
    appeal = contest(desk, members, decision)
    assert confirming.tell_cohorts(desk) == 1
    assert not close_to_a_case(desk, cohort)
    answer(desk, members, appeal, outcome)
    assert confirming.tell_cohorts(desk) == 1
    assert close_to_a_case(desk, cohort) == stands
    assert since(cohort) == [NOW.timestamp() if stands else None]


def test_what_is_contested_before_it_was_told_is_told_as_what_stands(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    contest(desk, members, decision)
    confirming.tell_cohorts(desk)
    assert not close_to_a_case(desk, cohort)


def test_an_appeal_that_is_not_kept_tells_nothing(desk, members):
    decision = decided(desk, members.reviewer, open_case(desk, members))
    before = waiting(desk.store)

    def breaks_off():
        with desk.store.writing() as connection:
            token = appeals.offer(connection, members.lead, decision.id, now=NOW)
            appeals.open_appeal(connection, token, "This is not so.", now=LATER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert waiting(desk.store) == before


def test_an_appeal_against_another_decision_tells_nothing(desk, members):
    decision = decided(desk, members.reviewer, open_case(desk, members), "policy_breach")
    answer(desk, members, contest(desk, members, decision), "upheld")
    assert not waiting(desk.store)


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
            confirming.tell_cohorts(desk)
            (row,) = waiting(desk.store)
            assert row.attempts == attempt + 1
            assert row.due - clock["now"] <= timedelta(seconds=confirmed.LONGEST_SECONDS)
            assert confirming.tell_cohorts(desk) == 0
            clock["now"] = row.due
    assert confirming.tell_cohorts(desk) == 1
    assert since(cohort) == [NOW.timestamp()]


def test_who_is_not_learned_yet_is_told_once_they_are(desk, members, cohort, clock):
    decision = decided(desk, members.reviewer, open_case(desk, members))
    assert confirming.tell_cohorts(desk) == 0
    learn(desk, cohort, rented())
    clock["now"] += timedelta(hours=1)
    assert confirming.tell_cohorts(desk) == 1
    assert since(cohort) == [NOW.timestamp()]
    cohort.forget("p1")
    undo(desk, members, decision)
    assert confirming.tell_cohorts(desk) == 1
    assert not waiting(desk.store)


def test_what_changes_while_it_is_told_is_told_again(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    with desk.store.writing() as connection:
        (old,) = confirmed.take(connection, [members.tenant], now=LATER)
        assert not confirmed.take(connection, [members.tenant], now=LATER)
    undo(desk, members, decision)
    with desk.store.writing() as connection:
        confirmed.taken(connection, old)
        confirmed.failed(connection, old, now=LATER)
    (row,) = waiting(desk.store)
    assert (row.since, row.attempts) == (None, 0)
    assert confirming.tell_cohorts(desk) == 1
    assert since(cohort) == [None]


def taken_back(store, version):
    """Leave a desk as the program of an earlier migration would have, with nothing told yet."""
    newer = [
        table
        for table, since in (("confirmed", "0003"), ("unheard", "0006"), ("called", "0007"))
        if version < since
    ]
    with store.writing() as connection:
        connection.execute(CONFIRMED.delete())
        for table in newer:
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX ix_cases_counted"))
        connection.execute(text("ALTER TABLE answered_requests ADD COLUMN status SMALLINT"))
        connection.execute(text("ALTER TABLE profiles ADD COLUMN sought VARCHAR(400)"))
        connection.execute(text("CREATE INDEX ix_profiles_sought ON profiles (tenant, sought)"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))


def test_a_desk_from_before_tells_what_stands(desk, members, url):
    decided(desk, members.reviewer, open_case(desk, members))
    undone = decided(desk, members.reviewer, open_case(desk, members, "p2"))
    undo(desk, members, undone)
    taken_back(desk.store, "0002")
    with Store(url) as again:
        assert [row.since for row in waiting(again)] == [NOW]


def test_a_desk_from_before_takes_back_what_is_contested(desk, members, url, cohort):
    learn(desk, cohort, rented(), rented("p2"))
    first, second = (
        decided(desk, members.reviewer, open_case(desk, members, person)) for person in ("p1", "p2")
    )
    contest(desk, members, first)
    answer(desk, members, contest(desk, members, second), "upheld")
    cohort.confirm("p1", NOW.timestamp())
    taken_back(desk.store, "0003")
    with Store(url) as again:
        assert confirming.tell_cohorts(replace(desk, store=again)) == 2
    assert since(cohort) == [None, NOW.timestamp()]


def label(desk, members, word, at, profile_id="p1"):
    """What a system outside says of a person."""
    key = key_actor(desk.store, members, "label")
    with desk.store.writing() as connection:
        labels.add(connection, key, profile_id, word, now=at)


def told_since(desk, cohort):
    """What a cohort holds of the one it knows, once it was told whatever waits."""
    confirming.tell_cohorts(desk)
    (found,) = since(cohort)
    return found


def test_a_label_from_outside_is_told_and_withdrawn_by_a_newer_one(desk, members, cohort):
    learn(desk, cohort, rented())
    assess(desk, members.reviewer, rented())
    day = timedelta(days=1)
    for number, other in enumerate(("confirmed_genuine", "unresolved", "policy_breach")):
        at = NOW - (9 - 2 * number) * day
        label(desk, members, "confirmed_impersonation", at)
        assert told_since(desk, cohort) == at.timestamp()
        label(desk, members, "confirmed_impersonation", at + timedelta(hours=1))
        assert told_since(desk, cohort) == at.timestamp()
        label(desk, members, other, at + day)
        assert told_since(desk, cohort) is None


def test_other_labels_are_not_told(desk, members):
    assess(desk, members.reviewer, rented())
    for word in set(labels.LABELS) - {"confirmed_impersonation"}:
        label(desk, members, word, NOW)
    assert not waiting(desk.store)


def test_of_a_label_and_a_decision_the_newest_counts(desk, members, cohort):
    learn(desk, cohort, rented())
    case = open_case(desk, members)
    label(desk, members, "confirmed_impersonation", NOW - timedelta(hours=1))
    cleared = decided(desk, members.reviewer, case, "clear")
    assert told_since(desk, cohort) is None
    undo(desk, members, cleared)
    assert told_since(desk, cohort) == (NOW - timedelta(hours=1)).timestamp()


def test_what_else_stands_of_a_person_stands_while_a_decision_is_contested(desk, members, cohort):
    learn(desk, cohort, rented())
    decision = decided(desk, members.reviewer, open_case(desk, members))
    label(desk, members, "confirmed_impersonation", NOW + timedelta(hours=1))
    assert told_since(desk, cohort) == NOW.timestamp()
    contest(desk, members, decision)
    assert told_since(desk, cohort) == (NOW + timedelta(hours=1)).timestamp()


def test_contesting_another_finding_brings_nothing_older_back(desk, members, cohort):
    learn(desk, cohort, rented())
    case = open_case(desk, members)
    label(desk, members, "confirmed_impersonation", NOW - timedelta(hours=1))
    contest(desk, members, decided(desk, members.reviewer, case, "policy_breach"))
    assert told_since(desk, cohort) is None


def test_a_desk_from_before_tells_its_labels(desk, members, url, cohort):
    learn(desk, cohort, *(rented(f"p{k}") for k in range(4)))
    for k in range(4):
        assess(desk, members.reviewer, rented(f"p{k}"))
    label(desk, members, "confirmed_impersonation", NOW, "p0")
    label(desk, members, "confirmed_impersonation", NOW, "p1")
    label(desk, members, "unresolved", LATER, "p1")
    label(desk, members, "confirmed_genuine", NOW, "p2")
    contest(desk, members, decided(desk, members.reviewer, open_case(desk, members, "p3")))
    with desk.store.reading() as connection:
        now_told = {
            row.profile: (row.since, row.at) for row in connection.execute(CONFIRMED.select())
        }
    taken_back(desk.store, "0004")
    with Store(url) as again:
        assert {row.profile: (row.since, row.at) for row in waiting(again)} == now_told
        assert len(now_told) == 3


def test_the_desk_holds_people_against_its_cohort(desk, members, cohort):
    learn(desk, cohort, rented("someone", claims={"name": "Ana Ruiz"}))
    found = assess(desk, members.reviewer, rented("p9", claims={"name": "Bo Sun"}))
    assert any(reason.family == "linkage" for reason in found.assessment.reasons)
