"""Views, decisions, taking them back, and what is told and learned from them."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import assessing, audit, cases, decisions, hooks, labels
from fraudscore.review.decisions import ADVERSE, DECISIONS
from fraudscore.review.rights import Actor
from fraudscore.review.settings import Settings
from fraudscore.review.tables import CASES
from tests.desk import ANSWERED, NOW, key_actor, team
from tests.reviewing import (
    WHY,
    a_reason,
    assess,
    calm,
    decided,
    looked_at,
    open_case,
    rented,
)


@pytest.fixture
def members(store):
    return team(store)


@pytest.fixture
def case(desk, members):
    return open_case(desk, members)


def decide(desk, actor, case, kind="confirm_impersonation", reason=WHY, now=NOW, **more):
    with desk.store.writing() as connection:
        return decisions.decide(connection, actor, case, kind, reason, now=now, **more)


def undo(desk, actor, decision, reason=WHY):
    with desk.store.writing() as connection:
        return decisions.undo(connection, actor, decision, reason, now=NOW)


def held(desk, actor, case, now=NOW):
    with desk.store.writing() as connection:
        cases.hold(connection, actor, case, now=now)


def known(desk, actor):
    with desk.store.reading() as connection:
        return [(one.profile_id, one.label) for one in labels.labels(connection, actor)]


def state(desk, actor, case):
    with desk.store.reading() as connection:
        found = cases.case(connection, actor, case, now=NOW)
    return found.state, found.outcome


def whole(store, tenant):
    with store.reading() as connection:
        return audit.verify(connection, tenant).whole


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_kind_of_decision_moves_the_case(desk, members, case, kind):
    made = decided(desk, members.reviewer, case, kind)
    assert (made.kind, made.by_name, made.reason) == (kind, members.reviewer.name, WHY)
    expected = {"ask": "asked", "escalate": "escalated"}.get(kind, "closed")
    assert made.state == expected
    assert state(desk, members.viewer, case) == (expected, kind if expected == "closed" else None)
    with desk.store.reading() as connection:
        assert cases.case(connection, members.viewer, case, now=NOW).holder is None
    learned = {
        "clear": "confirmed_genuine",
        "confirm_impersonation": "confirmed_impersonation",
        "policy_breach": "policy_breach",
        "other_misrepresentation": "other_misrepresentation",
    }
    assert known(desk, members.lead) == ([("p1", learned[kind])] if kind in learned else [])
    assert whole(desk.store, members.tenant)


@pytest.mark.parametrize("kind", sorted(ADVERSE))
def test_an_adverse_decision_needs_hold_reason_evidence_and_view(desk, members, case, kind):
    with pytest.raises(Conflict, match="take it again"):
        decide(desk, members.reviewer, case, kind)
    held(desk, members.reviewer, case)
    with pytest.raises(NotUsable, match="evidence"):
        decide(desk, members.reviewer, case, kind)
    with desk.store.writing() as connection:
        code = a_reason(connection, members.reviewer, case)
        with pytest.raises(NotUsable, match="no reason"):
            decisions.open_evidence(connection, members.reviewer, case, "NOTHING", now=NOW)
        for _ in range(2):
            decisions.open_evidence(connection, members.reviewer, case, code, now=NOW)
    with pytest.raises(NotUsable, match="view"):
        decide(desk, members.reviewer, case, kind)
    with desk.store.writing() as connection:
        with pytest.raises(NotUsable, match="no view"):
            decisions.record_view(connection, members.reviewer, case, "guilty", now=NOW)
        seen = decisions.record_view(
            connection, members.reviewer, case, "somebody_else", " odd ", now=NOW
        )
        assert (seen.view, seen.note) == ("somebody_else", "odd")
        with pytest.raises(Conflict):
            decisions.record_view(connection, members.reviewer, case, "cannot_tell", now=NOW)
    with pytest.raises(NotUsable, match="20"):
        decide(desk, members.reviewer, case, kind, " too short           ")
    with pytest.raises(NotUsable, match="one of"):
        decide(desk, members.reviewer, case, "reject")
    assert decide(desk, members.reviewer, case, kind).state == "closed"
    with pytest.raises(Conflict, match="closed"):
        decide(desk, members.reviewer, case, kind)


def test_evidence_and_views_of_others_do_not_count(desk, members, case):
    looked_at(desk, members.other_reviewer, case)
    with desk.store.writing() as connection:
        cases.release(connection, members.other_reviewer, case, now=NOW)
    held(desk, members.reviewer, case)
    with pytest.raises(NotUsable, match="evidence"):
        decide(desk, members.reviewer, case)


def test_clearing_needs_no_reason(desk, members, case):
    held(desk, members.reviewer, case)
    assert decide(desk, members.reviewer, case, "clear", "").state == "closed"


def test_a_view_is_recorded_by_the_holder_only(desk, members, case):
    held(desk, members.reviewer, case)
    with desk.store.writing() as connection:
        with pytest.raises(Conflict):
            decisions.record_view(connection, members.other_reviewer, case, "cannot_tell", now=NOW)
        with pytest.raises(NotAllowed):
            decisions.record_view(connection, members.viewer, case, "cannot_tell", now=NOW)


def test_where_scores_are_always_shown_no_view_is_asked_for(store, desk):
    members = team(store, settings=ANSWERED.model_copy(update={"score_shown": "always"}))
    case = open_case(desk, members)
    held(desk, members.reviewer, case)
    with desk.store.writing() as connection:
        code = a_reason(connection, members.reviewer, case)
        decisions.open_evidence(connection, members.reviewer, case, code, now=NOW)
    assert decide(desk, members.reviewer, case).state == "closed"


def test_nothing_is_decided_before_the_policy_questions_are_answered(store, desk):
    members = team(store, settings=Settings())
    case = open_case(desk, members)
    looked_at(desk, members.reviewer, case)
    for kind in DECISIONS:
        with pytest.raises(Conflict, match="policy questions"):
            decide(desk, members.reviewer, case, kind)


def test_a_hold_that_ran_out_decides_nothing(desk, members, case):
    looked_at(desk, members.reviewer, case)
    with pytest.raises(Conflict):
        decide(desk, members.reviewer, case, now=NOW + timedelta(minutes=31))


def test_a_case_that_was_scored_again_is_looked_at_again(desk, members):
    kept = assess(desk, members.reviewer, rented())
    looked_at(desk, members.reviewer, kept.case)
    newer = assess(desk, members.reviewer, rented())
    with pytest.raises(Conflict, match="scored again"):
        decide(desk, members.reviewer, kept.case, assessment=kept.id)
    made = decide(desk, members.reviewer, kept.case, assessment=newer.id)
    assert made.assessment == newer.id


def test_keys_clear_and_ask_but_never_decide_against_anybody(desk, members, case):
    key = key_actor(desk.store, members, "decide")
    with pytest.raises(NotAllowed):
        decide(desk, key_actor(desk.store, members, "read"), case, "clear")
    for kind in ADVERSE:
        with pytest.raises(NotAllowed, match="reviewer"):
            decide(desk, key, case, kind)
    held(desk, members.reviewer, case)
    with pytest.raises(Conflict):
        decide(desk, key, case, "ask")
    later = NOW + timedelta(hours=1)
    made = decide(desk, key, case, "ask", now=later)
    assert (made.by, made.by_name, made.state) == (key.id, "a key", "asked")


def test_escalated_cases_wait_for_a_lead(desk, members, case):
    decided(desk, members.reviewer, case, "escalate")
    with pytest.raises(NotAllowed, match="lead"):
        held(desk, members.reviewer, case)
    assert decided(desk, members.lead, case, "clear").state == "closed"


def test_an_escalated_case_is_decided_by_nobody_but_a_lead(desk, members, case):
    decided(desk, members.reviewer, case, "escalate")
    with pytest.raises(NotAllowed, match="waits for a lead"):
        decide(desk, key_actor(desk.store, members, "decide"), case, "clear")
    held(desk, members.lead, case)
    demoted = replace(members.lead, role="reviewer")
    with pytest.raises(NotAllowed, match="waits for a lead"):
        decide(desk, demoted, case, "clear")
    made = decide(desk, members.lead, case, "clear", now=NOW + timedelta(minutes=1))
    undo(desk, members.lead, made.id)
    assert state(desk, members.viewer, case) == ("escalated", None)


def test_what_was_asked_comes_in_and_the_case_is_open_again(desk, members, case):
    decided(desk, members.reviewer, case, "ask")
    check = {"stage": "verified", "outcome": "not_checked"}
    moved = assessing.events(desk, members.reviewer, "p1", {"checks": [check]}, now=NOW)
    assert moved.case == case
    assert state(desk, members.viewer, case)[0] == "open"


def test_a_closed_case_opens_again_only_for_something_new(desk, members, case):
    decided(desk, members.reviewer, case, "clear")
    assert assess(desk, members.reviewer, rented()).case is None
    assert assess(desk, members.reviewer, calm("p1", as_of="2026-12-01T00:00:00Z")).case is None
    clear = calm("p2")
    assert assess(desk, members.reviewer, clear).case is None
    later = rented("p2", as_of="2026-12-01T00:00:00Z")
    assert assess(desk, members.reviewer, later).case is not None


def test_a_lead_takes_a_decision_back_and_its_label_is_void(desk, members, case):
    made = decided(desk, members.reviewer, case)
    assert known(desk, members.lead)
    with pytest.raises(NotAllowed):
        undo(desk, members.reviewer, made.id)
    with pytest.raises(NotUsable):
        undo(desk, members.lead, made.id, "no")
    with pytest.raises(NotThere):
        undo(desk, team(desk.store, "other").lead, made.id)
    back = undo(desk, members.lead, made.id)
    assert (back.undone, back.undone_because, back.state) == (NOW, WHY, "open")
    assert known(desk, members.lead) == []
    assert state(desk, members.viewer, case) == ("open", None)
    with pytest.raises(Conflict):
        undo(desk, members.lead, made.id)
    again = decided_anew(desk, members.reviewer, case)
    assert known(desk, members.lead) == [("p1", "policy_breach")]
    assert again.undone is None
    assert whole(desk.store, members.tenant)


def decided_anew(desk, actor, case):
    held(desk, actor, case)
    return decide(desk, actor, case, "policy_breach")


def test_only_the_newest_decision_is_taken_back(desk, members, case):
    first = decided(desk, members.reviewer, case, "escalate")
    held(desk, members.lead, case)
    second = decide(desk, members.lead, case, "clear", now=NOW + timedelta(minutes=1))
    with pytest.raises(Conflict, match="newer"):
        undo(desk, members.lead, first.id)
    undo(desk, members.lead, second.id)
    undo(desk, members.lead, first.id)


def test_a_case_stays_closed_if_a_newer_one_of_the_person_is_open(desk, members):
    first = assess(desk, members.reviewer, calm("p1"), calm("p2"))
    assert first.case is None
    verify = open_case(desk, members)
    made = decided(desk, members.reviewer, verify, "clear")
    with desk.store.writing() as connection:
        connection.execute(update(CASES).values(score=0.001, band="no_concern"))
    newer = assess(desk, members.reviewer, rented()).case
    assert newer not in (None, verify)
    undo(desk, members.lead, made.id)
    assert state(desk, members.viewer, verify) == ("closed", None)
    assert assess(desk, members.reviewer, rented()).case == newer


def test_history_tells_everything_on_the_person(desk, members, case):
    made = decided(desk, members.reviewer, case, now=NOW + timedelta(minutes=1))
    undo(desk, members.lead, made.id)
    with desk.store.writing() as connection:
        labels.add(connection, members.lead, "p1", "unresolved", now=NOW + timedelta(minutes=2))
    with desk.store.reading() as connection:
        told = decisions.history(connection, members.viewer, case)
        mine = decisions.history(connection, members.reviewer, case)
    assert [line.what for line in told[:3]] == ["labelled", "decided", "viewed"]
    assert {line.what for line in told[3:]} == {"assessed", "undone"}
    by = {line.what: line for line in told}
    assert by["decided"].by_name == members.reviewer.name
    assert by["undone"].by_name == members.lead.name
    assert by["assessed"].detail == ""
    assert {line.detail for line in mine if line.what == "assessed"} <= {"review", "verify"}
    assert all(line.detail for line in mine if line.what == "assessed")


def test_labels_from_outside(desk, members, case):
    key = key_actor(desk.store, members, "label")
    with desk.store.writing() as connection:
        kept = labels.add(connection, key, "p1", "confirmed_genuine", now=NOW)
        assert (kept.profile_id, kept.source, kept.explored) == ("p1", "api", False)
        for bad in ("unreviewed", "fraud"):
            with pytest.raises(NotUsable):
                labels.add(connection, key, "p1", bad, now=NOW)
        with pytest.raises(NotThere):
            labels.add(connection, key, "nobody", "unresolved", now=NOW)
        with pytest.raises(NotAllowed):
            labels.add(connection, members.reviewer, "p1", "unresolved", now=NOW)
        with pytest.raises(NotAllowed):
            labels.labels(connection, members.reviewer)
        more = [labels.add(connection, key, "p1", "unresolved", now=NOW).id for _ in range(4)]
        first = labels.labels(connection, key, limit=3)
        rest = labels.labels(connection, key, after=first[-1].id, limit=3)
        assert {one.id for one in (*first, *rest)} == {kept.id, *more}


@pytest.fixture
def hook(desk, members):
    with desk.store.writing() as connection:
        return hooks.add_hook(connection, members.admin, "https://example.org/x", now=NOW)


def take(desk, now=NOW):
    with desk.store.writing() as connection:
        return hooks.take(connection, now=now)


def test_hooks_are_told_of_bands_and_decisions(desk, members, hook):
    made, secret = hook
    assess(desk, members.reviewer, calm("p1"))
    assert take(desk) == ()
    kept = assess(desk, members.reviewer, rented("p1", as_of="2026-12-01T00:00:00Z"))
    decided(desk, members.reviewer, kept.case)
    sent = sorted(take(desk), key=lambda one: one.event)
    assert [one.event for one in sent] == ["band_changed", "decided"]
    body = json.loads(sent[0].body)
    assert (body["event"], body["profile_id"], body["case"]) == ("band_changed", "p1", kept.case)
    assert (body["before"], body["after"]) == (kept.before, kept.assessment.band)
    assert str(kept.assessment.score) not in sent[0].body.decode()
    assert (sent[0].url, sent[0].secret) == (made.url, secret)
    assert take(desk) == ()
    back = assess(desk, members.reviewer, calm("p1", as_of="2026-12-02T00:00:00Z"))
    assert [json.loads(one.body)["after"] for one in take(desk)] == [back.assessment.band]


def test_what_fails_is_tried_again_later_each_time_and_given_up(desk, members, hook):
    decided(desk, members.reviewer, open_case(desk, members), "ask")
    now = NOW
    for attempt in range(1, hooks.ATTEMPTS_MAX + 1):
        (one,) = take(desk, now)
        assert one.attempts == attempt
        with desk.store.writing() as connection:
            hooks.failed(connection, one.id, "x" * 999, now=now)
        now += timedelta(seconds=30 * 2 ** (attempt - 1))
        assert take(desk, now - timedelta(seconds=1)) == ()
    assert take(desk, now + timedelta(days=9)) == ()
    with desk.store.reading() as connection:
        (shown,) = hooks.hooks(connection, members.admin)
    assert (shown.waiting, shown.failed) == (0, 1)


def test_who_took_a_delivery_and_died_leaves_it_to_others(desk, members, hook):
    decided(desk, members.reviewer, open_case(desk, members), "ask")
    (one,) = take(desk)
    late = NOW + timedelta(seconds=hooks.LEASE_SECONDS)
    assert [again.id for again in take(desk, late)] == [one.id]
    with desk.store.writing() as connection:
        hooks.delivered(connection, one.id, now=late)
        hooks.failed(connection, one.id, "late", now=late)
    assert take(desk, late + timedelta(days=1)) == ()


def test_a_disabled_hook_is_told_nothing(desk, members, hook):
    made, _ = hook
    stranger = Actor(999, "x", "user", "Nobody", "admin")
    case = open_case(desk, members)
    decided(desk, members.reviewer, case, "ask")
    with desk.store.writing() as connection:
        for actor in (members.lead, members.auditor):
            with pytest.raises(NotAllowed):
                hooks.disable_hook(connection, actor, made.id, now=NOW)
        with pytest.raises(NotThere):
            hooks.disable_hook(connection, stranger, made.id, now=NOW)
        hooks.disable_hook(connection, members.admin, made.id, now=NOW)
    assert take(desk) == ()
    held(desk, members.reviewer, case)
    decide(desk, members.reviewer, case, "clear")
    assert take(desk) == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "ftp://example.org",
        "example.org",
        "https://u:p@example.org/",
        "",
        "//x",
    ],
)
def test_hooks_that_are_refused(desk, members, address):
    with desk.store.writing() as connection, pytest.raises(NotUsable):
        hooks.add_hook(connection, members.admin, address, now=NOW)


def test_a_receiver_can_check_the_signature():
    said = hooks.signature("secret", NOW, b"body")
    at, made = (part.split("=")[1] for part in said.split(","))
    assert int(at) == int(NOW.timestamp())
    expected = hmac.new(b"secret", f"{at}.body".encode(), hashlib.sha256).hexdigest()
    assert made == expected


def test_a_case_that_opens_again_shows_what_was_said_since(desk, members, case):
    decision = decided(desk, members.reviewer, case, "clear")
    since = assess(desk, members.reviewer, calm("p1"), now=NOW + timedelta(hours=1))
    assert since.case is None
    undo(desk, members.lead, decision.id)
    with desk.store.reading() as connection:
        row = connection.execute(select(CASES).where(CASES.c.id == case)).one()
    assert (row.assessment, row.band, row.state) == (since.id, since.assessment.band, "open")
