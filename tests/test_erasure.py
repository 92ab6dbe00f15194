"""What a person may ask of a desk: everything kept of them, and that it be gone; and what time drops."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import answered, audit, erasure, filters, hooks, team
from fraudscore.review.filter import Filter
from fraudscore.review.rights import ROLES, SCOPES
from fraudscore.review.store import new_id
from fraudscore.review.tables import (
    ALL,
    APPEALS,
    ASSESSMENTS,
    CALLED,
    CASES,
    DECISIONS,
    LABELS,
    OPENINGS,
    PROFILES,
    VIEWS,
    WORDS,
)
from fraudscore.review.tables_team import ANSWERED, AUDIT, DELIVERIES, HOOKS, TENANTS
from fraudscore.review.words import keyed
from tests.desk import ANSWERED as SETTINGS
from tests.desk import KEY, NOW, key_actor
from tests.desk import team as made_team

NAME, EMAIL = "Irune Vastel", "irune@acme.example"
WHY = "Their request of 3 June, number 812."
DAYS = timedelta(days=SETTINGS.record_days)
RESULT = {
    "band": "review",
    "prior": -5.8,
    "families": [{"family": "network", "contribution": 1.6}],
    "reasons": [
        {"code": "A", "family": "network", "text": "told", "multiplier": 5.2, "source": ["YG"]},
        {"code": "B", "family": "linkage", "text": "told", "evidence": ["somebody else"]},
    ],
}


def person(store, members, profile_id="p-1", name=NAME, contested=None, changed=NOW):
    """A person about whom everything there can be was written down."""
    own = {"tenant": members.tenant}
    ids = {
        kind: new_id() for kind in ("profile", "assessment", "case", "decision", "appeal", "label")
    }
    record = json.dumps({"profile_id": profile_id, "claims": {"name": name}}).encode()
    about = {"profile": ids["profile"]}
    user = {"user": members.reviewer.id}
    case = {"case": ids["case"]}
    rated = {"band": "review", "score": 60.0, "log_odds": 0.4}
    rows = [
        (PROFILES, own | {"id": ids["profile"], "profile_id": profile_id, "record": record, "name": name,
                          "band": "review", "as_of": NOW, "changed": changed}),
        (CALLED, own | about | {"text": name.lower()}),
        (WORDS, own | about | {"word": keyed(KEY, "email", EMAIL) if profile_id == "p-1" else new_id(),
                               "kind": "email", "shown": "i…@acme.example"}),
        (ASSESSMENTS, own | about | rated | {"id": ids["assessment"], "cause": "asked", "bundle": "b",
                          "policy": "p", "body": json.dumps(RESULT).encode(), "record": record,
                          "digest": b"d", "links": b"l", "at": changed}),
        (CASES, own | about | rated | {"id": ids["case"], "assessment": ids["assessment"], "urgency": 0,
                          "state": "closed", "explores": False, "speaks": " ", "opened": NOW,
                          "changed": NOW}),
        (VIEWS, case | user | {"view": "worried", "note": f"{name} again", "at": NOW,
                               "assessment": ids["assessment"]}),
        (OPENINGS, case | user | {"reason": "A", "at": NOW}),
        (DECISIONS, own | case | user | {"id": ids["decision"], "kind": "clear", "at": NOW,
                          "reason": f"{name} called back", "assessment": ids["assessment"]}),
        (APPEALS, own | case | {"id": ids["appeal"], "decision": ids["decision"], "offer_ends": NOW,
                          "digest": new_id().encode(), "offered": NOW, "opened": contested,
                          "statement": f"I am {name}"}),
        (LABELS, own | about | {"id": ids["label"], "label": "confirmed_genuine", "source": "decision",
                          "void": False, "at": NOW}),
    ]  # fmt: skip
    with store.writing() as connection:
        for table, values in rows:
            connection.execute(table.insert().values(values))
        for kind, id in ids.items():
            detail = {"of": name}
            audit.append(connection, members.lead, "tried", f"{kind}:{id}", detail, now=NOW)
    return ids


def told_to_others(store, members, profile_id):
    """An answer kept for an idempotency key, and a webhook, that name a person."""
    hook, body = new_id(), json.dumps({"profile_id": profile_id, "band": "review"}).encode()
    with store.writing() as connection:
        connection.execute(
            HOOKS.insert().values(
                id=hook, tenant=members.tenant, url="https://x.example", secret="s",
                disabled=False, at=NOW,
            )
        )  # fmt: skip
        connection.execute(
            ANSWERED.insert().values(
                tenant=members.tenant, key=new_id(), digest=b"", body=body, at=NOW
            )
        )
        connection.execute(
            DELIVERIES.insert().values(
                id=new_id(), hook=hook, event="band_changed", body=body, attempts=1, done=NOW
            )
        )


def everything(store):
    with store.reading() as connection:
        return "".join(
            repr(row) for table in ALL.sorted_tables for row in connection.execute(select(table))
        )


def count(store, *tables):
    with store.reading() as connection:
        return [len(connection.execute(select(table)).all()) for table in tables]


def erase(store, actor, profile_id="p-1", why=WHY):
    with store.writing() as connection:
        return erasure.erase_person(connection, actor, profile_id, why, keys=KEY, now=NOW)


def export(store, actor, profile_id="p-1", why=WHY):
    with store.writing() as connection:
        return erasure.export_person(connection, actor, profile_id, why, now=NOW)


def verdict(store, members):
    with store.reading() as connection:
        return audit.verify(connection, members.tenant)


@pytest.fixture
def members(store):
    return made_team(store)


def test_nothing_of_an_erased_person_is_left_and_the_log_is_whole(store, members):
    person(store, members)
    told_to_others(store, members, "p-1")
    erase(store, members.admin)
    kept = everything(store)
    for word in (NAME, NAME.lower(), "p-1", "acme.example"):
        assert word not in kept
    found = verdict(store, members)
    assert (found.whole, found.erased, found.head.entries) == (True, 6, 7)
    with store.reading() as connection:
        newest = audit.entries(connection, members.auditor)[0]
    assert (newest.action, newest.actor) == (audit.ERASED, members.admin.shown)
    assert newest.detail == {"entries": [1, 2, 3, 4, 5, 6], "reason": WHY}


def test_a_kept_filter_that_looks_for_the_person_is_forgotten(store, members):
    person(store, members)
    with store.writing() as connection:
        for name, text in (
            ("a", NAME), ("p-1", ""), ("b", "P-1"), ("c", "p-12"), ("d", "Irune"),
            ("mail", EMAIL), (EMAIL, ""), ("another's", "else@acme.example"),
        ):  # fmt: skip
            filters.save(connection, members.lead, name, Filter(text=text or None), now=NOW)
    erase(store, members.admin)
    with store.reading() as connection:
        left = {one.name for one in filters.saved(connection, members.lead)}
    assert left == {"another's", "c", "d"}


@pytest.mark.parametrize(
    "why",
    [
        "too short",
        f"{NAME} wrote to us today",
        "the man of P-1 asked for it",
        "x@acme.example asked",
    ],
)
def test_a_reason_that_would_name_the_person_for_good_is_refused(store, members, why):
    person(store, members)
    with pytest.raises(NotUsable):
        erase(store, members.admin, why=why)
    assert NAME in everything(store)


def test_an_export_needs_a_reason(store, members):
    person(store, members)
    with pytest.raises(NotUsable):
        export(store, members.admin, why="because")


def test_every_table_about_people_is_erased():
    """A table that is added later and points at a person, a case or an assessment belongs here."""
    about = {PROFILES}
    for table in ALL.sorted_tables:
        if {key.column.table for key in table.foreign_keys} & about:
            about.add(table)
    assert about == {table for table, _ in erasure._theirs("x")}


def test_an_erased_person_may_come_again_and_go_again(store, members):
    for _ in range(2):
        person(store, members)
        erase(store, members.admin)
    assert verdict(store, members).whole
    with pytest.raises(NotThere):
        erase(store, members.admin)


def test_others_stay_as_they_are(store, members):
    other = made_team(store, "other")
    person(store, members, "p-2", "Kerr Odal")
    person(store, other, "p-1", "Theirs")
    told_to_others(store, members, "p-12")
    told_to_others(store, other, "p-1")
    before = everything(store)
    person(store, members)
    erase(store, members.admin)
    assert (
        count(store, PROFILES, ASSESSMENTS, CASES, DECISIONS, APPEALS, LABELS, VIEWS, WORDS)
        == [2] * 8
    )
    assert count(store, ANSWERED, DELIVERIES, OPENINGS) == [2, 2, 2]
    after = everything(store)
    for word in ("Kerr Odal", "Theirs", "p-12"):
        assert after.count(word) == before.count(word)
    assert verdict(store, other).erased == 0


def test_an_open_appeal_is_closed_before_its_person_is_erased(store, members):
    person(store, members, contested=NOW)
    with pytest.raises(Conflict, match="appeal"):
        erase(store, members.admin)
    assert NAME in everything(store)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_an_admin_exports_and_erases(store, members, role):
    person(store, members)
    for action in (erase, export):
        with pytest.raises(NotAllowed):
            action(store, members.of(role))


def test_a_key_exports_and_erases_with_the_scope_for_it(store, members):
    person(store, members)
    others = [scope for scope in SCOPES if scope != "erase"]
    for action in (export, erase):
        with pytest.raises(NotAllowed):
            action(store, key_actor(store, members, *others))
    able = key_actor(store, members, "erase")
    assert export(store, able)["profile_id"] == "p-1"
    assert erase(store, able) == 7


def test_another_teams_person_is_not_there(store, members):
    other = made_team(store, "other")
    person(store, other)
    for action in (erase, export):
        with pytest.raises(NotThere):
            action(store, members.admin)


def test_an_export_holds_all_that_is_kept_and_nobody_else(store, members):
    person(store, members)
    person(store, members, "p-2", "Kerr Odal")
    told = export(store, members.admin)
    assert json.loads(json.dumps(told)) == told
    text = json.dumps(told, ensure_ascii=False)
    assert told["record"]["claims"]["name"] == NAME
    assert told["identifiers"] == [{"kind": "email", "shown": "i…@acme.example"}]
    (case,) = told["cases"]
    assert case["decisions"][0]["reason"] == f"{NAME} called back"
    assert case["views"][0]["note"] == f"{NAME} again"
    assert case["appeals"][0]["statement"] == f"I am {NAME}"
    assert told["labels"][0]["label"] == "confirmed_genuine"
    assert len(told["log"]) == 6
    assert "simulated" in told["trained_on"]
    for word in ("Kerr", "somebody else", members.reviewer.id, members.lead.id):
        assert word not in text


def test_an_export_tells_no_weights_and_no_lists(store, members):
    person(store, members)
    (assessment,) = export(store, members.admin)["assessments"]
    assert assessment["result"]["reasons"][0] == {"code": "A", "family": "network", "text": "told"}
    assert assessment["result"]["families"] == [{"family": "network"}]
    assert "prior" not in assessment["result"]


def test_an_export_is_logged(store, members):
    ids = person(store, members)
    export(store, members.admin)
    with store.reading() as connection:
        newest = audit.entries(connection, members.auditor)[0]
    assert (newest.action, newest.subject) == ("person_exported", f"profile:{ids['profile']}")


# What time drops


def drop(store, now):
    with store.writing() as connection:
        return erasure.drop_old_records(connection, now=now)


def records(store):
    with store.reading() as connection:
        return [
            row.record is not None
            for table in (PROFILES, ASSESSMENTS)
            for row in connection.execute(select(table.c.record).order_by(table.c.id))
        ]


def test_records_go_when_their_days_are_over_and_what_was_derived_stays(store, members):
    person(store, members)
    told_to_others(store, members, "p-1")
    assert drop(store, NOW + DAYS) == 0
    assert records(store) == [True, True]
    assert drop(store, NOW + DAYS + timedelta(seconds=1)) == 2
    assert records(store) == [False, False]
    assert count(store, PROFILES, ASSESSMENTS, CASES, WORDS, DELIVERIES) == [1, 1, 1, 1, 0]
    with store.reading() as connection:
        newest = audit.entries(connection, members.auditor)[0]
    assert newest.action == "records_dropped"
    assert newest.detail == {"profiles": 1, "assessments": 1}
    assert export(store, members.admin)["record"] is None


def test_answers_go_after_a_day_though_nobody_calls_again(store, members):
    told_to_others(store, members, "p-1")
    drop(store, NOW + answered.KEPT)
    assert count(store, ANSWERED) == [1]
    drop(store, NOW + answered.KEPT + timedelta(seconds=1))
    assert count(store, ANSWERED) == [0]


@pytest.mark.parametrize("how", ["given up", "disabled"])
def test_what_was_never_taken_goes_with_the_records(store, members, how):
    with store.writing() as connection:
        hook, _ = hooks.add_hook(connection, members.admin, "https://x.example", now=NOW)
        hooks.tell(connection, members.tenant, "decided", {"profile_id": "p-1"}, now=NOW)
        at = NOW
        while how == "given up" and (due := hooks.take(connection, now=at)):
            hooks.failed(connection, due[0].id, "took too long", now=at)
            at += timedelta(days=1)
        if how == "disabled":
            hooks.disable_hook(connection, members.admin, hook.id, now=at)
        (shown,) = hooks.hooks(connection, members.admin)
    assert (shown.waiting, shown.failed) == (0, 1)
    drop(store, at + DAYS + timedelta(days=1))
    assert count(store, DELIVERIES) == [0]


def test_nothing_to_drop_is_not_logged(store, members):
    person(store, members)
    before = count(store, AUDIT)
    drop(store, NOW)
    assert count(store, AUDIT) == before


def test_each_team_has_days_of_its_own(store, members):
    other = made_team(store, "other", SETTINGS.model_copy(update={"record_days": 1}))
    person(store, members)
    person(store, other)
    assert drop(store, NOW + timedelta(days=2)) == 2
    assert sorted(records(store)) == [False, False, True, True]
    assert verdict(store, members).head.entries == 6


def test_an_open_appeal_keeps_what_it_is_about(store, members):
    person(store, members, contested=NOW)
    person(store, members, "p-2", "Kerr Odal")
    assert drop(store, NOW + 2 * DAYS) == 2
    assert NAME.encode() in b"".join(row.record or b"" for row in _profiles(store))


def _profiles(store):
    with store.reading() as connection:
        return connection.execute(select(PROFILES)).all()


def test_a_desk_without_teams_has_nothing_to_drop(store):
    assert drop(store, NOW) == 0
    assert count(store, TENANTS) == [0]
    with store.reading() as connection:
        assert team.tenants(connection) == {}
