"""Appeals: by link, to somebody else, in time, with the score put away; what is overturned stays so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import appeals, assessing, audit, cases, decisions, labels, people, seen
from fraudscore.review.appealed import is_appealed
from fraudscore.review.linked import linked
from fraudscore.review.tables import CASES
from tests.desk import ANSWERED, NOW, key_actor, team
from tests.reviewing import WHY, a_reason, assess, decided, looked_at, open_case, rented

STATEMENT = "I was on holiday in Porto and my sister used the laptop."
ANSWER = "The travel was declared; the laptop was at home all along."


@pytest.fixture
def members(store):
    return team(store)


@pytest.fixture
def decision(desk, members):
    return decided(desk, members.reviewer, open_case(desk, members))


def offered(desk, actor, decision, now=NOW):
    with desk.store.writing() as connection:
        return appeals.offer(connection, actor, decision.id, now=now)


def opened(desk, token, now=NOW, statement=STATEMENT):
    with desk.store.writing() as connection:
        return appeals.open_appeal(connection, token, statement, now=now)


def assigned(desk, actor, appeal, user=None):
    with desk.store.writing() as connection:
        whom = (user or actor).id
        return appeals.assign_appeal(connection, actor, appeal.id, whom, now=NOW)


def closed(desk, actor, appeal, outcome="overturned", answer=ANSWER, looked=True):
    with desk.store.writing() as connection:
        if looked:
            code = a_reason(connection, actor, appeal.case)
            decisions.open_evidence(connection, actor, appeal.case, code, now=NOW)
        return appeals.close_appeal(connection, actor, appeal.id, outcome, answer, now=NOW)


def known(desk, actor):
    with desk.store.reading() as connection:
        return [one.label for one in labels.labels(connection, actor)]


def case_of(desk, actor, id):
    with desk.store.reading() as connection:
        return cases.case(connection, actor, id, now=NOW)


def visible(desk, actor, case):
    with desk.store.reading() as connection:
        return bool(seen.visible(connection, actor, [case]))


def contested(desk, members, decision):
    return opened(desk, offered(desk, members.reviewer, decision))


def test_an_appeal_is_given_on_its_own_page_and_never_to_the_decider(desk, members, decision):
    appeal = contested(desk, members, decision)
    with desk.store.writing() as connection, pytest.raises(NotUsable, match="appeal"):
        cases.assign(connection, members.lead, [appeal.case], members.reviewer.id, now=NOW)
    assert case_of(desk, members.lead, appeal.case).assignee is None


def test_an_appeal_of_who_reviews_no_more_is_nobodys(desk, members, decision):
    appeal = contested(desk, members, decision)
    assigned(desk, members.lead, appeal, members.other_reviewer)
    with desk.store.writing() as connection:
        people.set_disabled(connection, members.admin, members.other_reviewer.id, True, now=NOW)
        assert appeals.appeal(connection, members.lead, appeal.id, now=NOW).reviewer is None
    assert case_of(desk, members.lead, appeal.case).assignee is None


def test_only_standing_decisions_against_a_person_are_contested(desk, members, decision):
    other = decided(desk, members.reviewer, open_case(desk, members, "p2"), "clear")
    with pytest.raises(Conflict):
        offered(desk, members.reviewer, other)
    with pytest.raises(NotAllowed):
        offered(desk, members.viewer, decision)
    with pytest.raises(NotThere):
        offered(desk, team(desk.store, "other").lead, decision)
    token = offered(desk, members.reviewer, decision)
    with desk.store.writing() as connection:
        decisions.undo(connection, members.lead, decision.id, WHY, now=NOW)
    with pytest.raises(Conflict, match="taken back"):
        opened(desk, token)
    with pytest.raises(Conflict):
        offered(desk, members.reviewer, decision)


def test_a_link_opens_one_appeal_once(desk, members, decision):
    first = offered(desk, members.reviewer, decision)
    second = offered(desk, members.reviewer, decision)
    for bad in (first, "", "x" * 500, second[:-1]):
        with pytest.raises(NotThere):
            opened(desk, bad)
    for bad in ("", "   ", "x" * 4001):
        with pytest.raises(NotUsable):
            opened(desk, second, statement=bad)
    with desk.store.reading() as connection:
        assert appeals.of_token(connection, second, now=NOW).state == "offered"
        late = NOW + timedelta(days=appeals.OFFER_DAYS)
        assert appeals.of_token(connection, second, now=late).state == "expired"
    with pytest.raises(Conflict, match="expired"):
        opened(desk, second, now=NOW + timedelta(days=appeals.OFFER_DAYS))
    found = opened(desk, second)
    assert (found.state, found.statement) == ("open", STATEMENT)
    assert found.due == NOW + timedelta(days=14)
    with pytest.raises(Conflict, match="already"):
        opened(desk, second)
    with pytest.raises(Conflict, match="already"):
        offered(desk, members.reviewer, decision)


def test_no_token_is_kept(desk, members, decision):
    token = offered(desk, members.reviewer, decision)
    with desk.store.reading() as connection:
        rows = connection.execute(appeals.APPEALS.select()).all()
        entries = audit.entries(connection, members.auditor)
    assert token not in repr(rows)
    assert token not in repr(entries)


def test_the_score_is_put_away_for_everybody_while_an_appeal_is_open(desk, members, decision):
    readers = (members.reviewer, members.lead, members.auditor, members.viewer)
    assert visible(desk, members.reviewer, decision.case)
    found = contested(desk, members, decision)
    for actor in readers:
        assert not visible(desk, actor, decision.case)
        assert case_of(desk, actor, decision.case).score is None
        with desk.store.reading() as connection:
            assert seen.seen(connection, actor, decision.case).numbers is None
            with pytest.raises(NotAllowed):
                assessing.assessment(connection, actor, decision.assessment)
    with desk.store.reading() as connection:
        assert is_appealed(connection, decision.case)
    assigned(desk, members.other_reviewer, found)
    closed(desk, members.other_reviewer, found, "upheld")
    assert visible(desk, members.auditor, decision.case)


def test_an_appeal_puts_away_the_score_of_a_later_case_too(desk, members, decision):
    with desk.store.writing() as connection:
        connection.execute(update(CASES).values(score=1.0))
    later = assess(desk, members.reviewer, rented(), now=NOW + timedelta(days=1)).case
    assert later != decision.case
    assert visible(desk, members.auditor, later)
    contested(desk, members, decision)
    assert not visible(desk, members.auditor, later)
    assert not visible(desk, members.auditor, decision.case)


def test_the_setting_always_does_not_show_it_either(store, desk):
    members = team(store, settings=ANSWERED.model_copy(update={"score_shown": "always"}))
    decision = decided(desk, members.reviewer, open_case(desk, members))
    contested(desk, members, decision)
    assert not visible(desk, members.reviewer, decision.case)


def test_whoever_decided_does_not_hear_the_appeal(desk, members, decision):
    found = contested(desk, members, decision)
    with pytest.raises(Conflict, match="somebody else"):
        assigned(desk, members.reviewer, found)
    with pytest.raises(Conflict, match="somebody else"):
        assigned(desk, members.lead, found, members.reviewer)
    with pytest.raises(NotUsable):
        assigned(desk, members.lead, found, members.admin)
    with pytest.raises(NotAllowed), desk.store.writing() as connection:
        cases.hold(connection, members.reviewer, decision.case, now=NOW)
    for actor in (members.reviewer, members.other_reviewer, members.lead):
        with pytest.raises(NotAllowed):
            closed(desk, actor, found)
    assigned(desk, members.lead, found, members.other_reviewer)
    with pytest.raises(Conflict), desk.store.writing() as connection:
        cases.hold(connection, members.lead, decision.case, now=NOW)
    with desk.store.writing() as connection:
        cases.hold(connection, members.other_reviewer, decision.case, now=NOW)
        with pytest.raises(Conflict, match="appeal"):
            decisions.decide(connection, members.other_reviewer, decision.case, "clear", now=NOW)
        with pytest.raises(Conflict, match="appeal"):
            decisions.undo(connection, members.lead, decision.id, WHY, now=NOW)
    assert case_of(desk, members.lead, decision.case).assignee == members.other_reviewer.id


def test_one_reviewer_does_not_take_anothers_appeal(desk, members, decision):
    found = contested(desk, members, decision)
    assert assigned(desk, members.lead, found, members.lead).reviewer == members.lead.id
    with pytest.raises(Conflict):
        assigned(desk, members.other_reviewer, found)


def test_what_is_overturned_is_void_for_ever(desk, members, decision):
    assert known(desk, members.lead) == ["confirmed_impersonation"]
    found = contested(desk, members, decision)
    assert known(desk, members.lead) == []
    assigned(desk, members.other_reviewer, found)
    with pytest.raises(NotUsable):
        closed(desk, members.other_reviewer, found, answer="no")
    with pytest.raises(NotUsable):
        closed(desk, members.other_reviewer, found, outcome="perhaps")
    done = closed(desk, members.other_reviewer, found)
    assert (done.state, done.outcome, done.answer) == ("closed", "overturned", ANSWER)
    assert known(desk, members.lead) == []
    after = case_of(desk, members.lead, decision.case)
    assert (after.state, after.outcome) == ("closed", "overturned")
    with pytest.raises(Conflict):
        closed(desk, members.other_reviewer, found, "upheld")
    with pytest.raises(Conflict), desk.store.writing() as connection:
        decisions.undo(connection, members.lead, decision.id, WHY, now=NOW)
    assert assess(desk, members.reviewer, rented()).case is None
    assert known(desk, members.lead) == []


def test_what_is_upheld_stands(desk, members, decision):
    found = contested(desk, members, decision)
    assigned(desk, members.other_reviewer, found)
    closed(desk, members.other_reviewer, found, "upheld")
    assert known(desk, members.lead) == ["confirmed_impersonation"]
    after = case_of(desk, members.lead, decision.case)
    assert (after.state, after.outcome) == ("closed", "confirm_impersonation")
    with desk.store.reading() as connection:
        told = [line.what for line in decisions.history(connection, members.lead, decision.case)]
        assert {"appeal_offered", "appeal_opened", "appeal_closed"} <= set(told)
        assert audit.verify(connection, members.tenant).whole


def test_upholding_takes_evidence_that_the_reviewer_opened(desk, members, decision):
    found = contested(desk, members, decision)
    assigned(desk, members.other_reviewer, found)
    with pytest.raises(NotUsable, match="open the evidence of at least one reason"):
        closed(desk, members.other_reviewer, found, "upheld", looked=False)
    closed(desk, members.other_reviewer, found, "overturned", looked=False)


def test_the_log_says_that_the_person_opened_the_appeal(desk, members, decision):
    found = contested(desk, members, decision)
    with desk.store.reading() as connection:
        entry = audit.entries(connection, members.auditor, subject=f"case:{found.case}")[0]
    assert (entry.action, entry.actor) == ("appeal_opened", "person")


def test_why_a_score_is_not_shown_is_the_appeal(desk, members, decision):
    contested(desk, members, decision)
    reading = key_actor(desk.store, members, "read")
    with desk.store.reading() as connection, pytest.raises(NotAllowed, match="an appeal is open"):
        assessing.assessment(connection, reading, decision.assessment)


def test_what_is_contested_is_no_outcome_beside_linked_people(desk, members, decision):
    other = assess(desk, members.reviewer, rented("p2"))
    with desk.store.reading() as connection:
        profile = cases.case(connection, members.lead, other.case, now=NOW).profile
        (before,) = linked(connection, members.lead, profile).others
    found = contested(desk, members, decision)
    with desk.store.reading() as connection:
        (while_open,) = linked(connection, members.lead, profile).others
    assert (before.outcome, while_open.outcome) == ("confirm_impersonation", None)
    assigned(desk, members.other_reviewer, found)
    closed(desk, members.other_reviewer, found, "upheld")
    with desk.store.reading() as connection:
        (after,) = linked(connection, members.lead, profile).others
    assert after.outcome == "confirm_impersonation"


def test_open_appeals_by_when_they_are_due(desk, members, decision):
    stranger = team(desk.store, "other").lead
    second = decided(desk, members.reviewer, open_case(desk, members, "p2"))
    later = opened(desk, offered(desk, members.reviewer, second), NOW + timedelta(days=1))
    first = contested(desk, members, decision)
    with desk.store.reading() as connection:
        found = appeals.appeals(connection, members.reviewer, now=NOW)
        assert [one.id for one in found] == [first.id, later.id]
        assert found[0].profile_id == "p1"
        assert found[0].decider == members.reviewer.id
        assert appeals.appeals(connection, members.reviewer, now=NOW, closed=True) == ()
        assert appeals.appeals(connection, stranger, now=NOW) == ()
        with pytest.raises(NotThere):
            appeals.appeal(connection, stranger, first.id, now=NOW)


def test_the_reviewer_of_an_appeal_records_no_view_to_see_a_score(desk, members, decision):
    found = contested(desk, members, decision)
    assigned(desk, members.other_reviewer, found)
    looked_at(desk, members.other_reviewer, decision.case)
    assert not visible(desk, members.other_reviewer, decision.case)
