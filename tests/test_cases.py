"""From a person to a case: what is kept, when a case opens, who sees what, whose turn it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from features.catalogue import FAMILIES
from features.reading import InvalidProfile
from fraudscore.cohort import cohort_of
from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import (
    assessing,
    audit,
    cases,
    filters,
    linked,
    people,
    queue,
    replay,
    whatif,
)
from fraudscore.review.decisions import record_view
from fraudscore.review.opening import FLAGGED
from fraudscore.review.queue import Filter
from fraudscore.review.seen import seen
from fraudscore.review.seen import visible as shown_to
from fraudscore.review.settings import Settings
from fraudscore.review.tables import CASES, PROFILES
from tests.desk import ANSWERED, KEY, NOW, key_actor, team
from tests.reviewing import assess, calm, decided, looked_at, many_cases, open_case, rented

EVERYBODY = ANSWERED.model_copy(update={"exploration": 0.05})


@pytest.fixture
def members(store):
    return team(store)


def case_of(desk, actor, id, now=NOW):
    with desk.store.reading() as connection:
        return cases.case(connection, actor, id, now=now)


def page(desk, actor, now=NOW, **more):
    after, limit = more.pop("after", None), more.pop("limit", 50)
    with desk.store.reading() as connection:
        wanted = Filter(**more)
        return queue.listed(desk, connection, actor, wanted, now=now, after=after, limit=limit)


def ids(page):
    return [case.id for case in page.cases]


def visible(desk, actor, case):
    with desk.store.reading() as connection:
        return bool(shown_to(connection, actor, [case]))


def links_of(desk, actor, profile):
    with desk.store.reading() as connection:
        return linked.linked(connection, actor, profile)


def held(desk, actor, case, now=NOW):
    with desk.store.writing() as connection:
        return cases.hold(connection, actor, case, now=now)


def test_a_case_opens_for_who_should_be_looked_at_and_for_nobody_else(desk, members):
    flagged, quiet = assessing.assess(desk, members.reviewer, [rented(), calm()], now=NOW)
    assert flagged.before is None
    assert flagged.assessment.band in ("review", "verify")
    assert quiet.case is None
    found = case_of(desk, members.reviewer, flagged.case)
    assert (found.profile_id, found.state, found.opened) == ("p1", "open", NOW)
    assert not found.families  # a case drawn at random would be known by having none
    assert case_of(desk, members.lead, flagged.case).families
    again = assess(desk, members.reviewer, rented())
    assert (again.case, again.before) == (flagged.case, flagged.assessment.band)


def test_who_may_not_assess_keeps_nothing(desk, members):
    with pytest.raises(NotAllowed):
        assess(desk, members.viewer, rented())
    with pytest.raises(NotAllowed):
        assess(desk, key_actor(desk.store, members, "read"), rented())
    assert assess(desk, key_actor(desk.store, members, "assess"), rented()).case


def test_the_same_person_twice_in_one_request_is_taken_in_order(desk, members):
    first, second = assessing.assess(desk, members.reviewer, [calm("p1"), rented("p1")], now=NOW)
    assert (first.case, first.before) == (None, None)
    assert second.before == first.assessment.band
    assert second.case


def test_an_older_record_changes_nothing_but_is_answered(desk, members):
    case = open_case(desk, members)
    old = assess(desk, members.reviewer, calm("p1", as_of="2020-01-01T00:00:00Z"))
    assert old.assessment.profile_id == "p1"
    with desk.store.reading() as connection:
        found = cases.case(connection, members.reviewer, case, now=NOW)
        kept = assessing.record(connection, members.reviewer, found.profile)
    assert kept == rented()
    assert found.state == "open"


def test_what_was_kept_replays_to_the_same_bytes_alone_or_in_a_batch(desk, members):
    people = [rented("p1"), calm("c1"), rented("p2"), calm("c2")]
    kept = assessing.assess(desk, members.reviewer, people, now=NOW)
    with desk.store.reading() as connection:
        for one in kept:
            body = replay.replay(desk, connection, one.id)
            assert body == one.assessment.model_dump_json().encode()
        with pytest.raises(NotThere):
            replay.replay(desk, connection, "nothing")
    with desk.store.writing() as connection:
        person = PROFILES.c.profile_id == "p1"
        connection.execute(update(PROFILES).where(person).values(record=None))
        other = replace(desk, scorer=replace_policy(desk.scorer))
        assert "policy" in replay.replay(other, connection, kept[0].id)


def replace_policy(scorer):
    policy = scorer.policy.model_copy(update={"review": scorer.policy.review + 1})
    return type(scorer)(scorer.bundle, scorer.context, policy=policy)


def test_what_a_cohort_said_then_is_replayed_too(desk, members):
    from features.record_rows import from_profiles

    account = [{"method": "bank", "account": "ES91 2100 0418 4502 0005 1332"}]
    people = [rented(f"p{k}", payouts=account, claims={"name": f"N{k} L{k}"}) for k in range(4)]
    cohort = cohort_of([from_profiles(people)], desk.scorer.context)
    among = replace(desk, cohorts={members.tenant: cohort})
    kept = assessing.assess(among, members.reviewer, people, now=NOW)
    assert any(reason.family == "linkage" for one in kept for reason in one.assessment.reasons)
    with desk.store.reading() as connection:
        for one in kept:
            same = replay.replay(desk, connection, one.id)
            assert same == one.assessment.model_dump_json().encode()


def test_events_are_added_to_the_record_and_move_the_case(desk, members):
    kept = assess(desk, members.reviewer, calm("p1"))
    events = {
        name: json.loads(rented().model_dump_json(exclude_defaults=True))[name]
        for name in rented().model_dump(exclude_defaults=True)
        if name not in ("profile_id", "as_of", "claims")
    }
    moved = assessing.events(desk, members.reviewer, "p1", events, now=NOW)
    assert moved.before == kept.assessment.band
    assert moved.assessment.as_of == NOW
    more = {"contact": {"phones": [{"number": "+34 600 123 456"}]}, "devices": [{"id": "d9"}]}
    assessing.events(desk, members.reviewer, "p1", more, now=NOW)
    assessing.events(desk, members.reviewer, "p1", {"devices": [{"id": "d9"}]}, now=NOW)
    with desk.store.reading() as connection:
        profile = connection.execute(select(PROFILES.c.id)).scalar()
        record = assessing.record(connection, members.reviewer, profile)
    assert len(record.sessions) == len(rented().sessions)
    assert [phone.number for phone in record.contact.phones][-1:] == ["+34 600 123 456"]
    assert [device.id for device in record.devices].count("d9") == 1
    assert record.claims == calm().claims


def test_events_that_cannot_be_used_point_into_what_was_sent(desk, members):
    assess(desk, members.reviewer, rented("p1"))
    with pytest.raises(InvalidProfile) as caught:
        assessing.events(desk, members.reviewer, "p1", {"sessions": [{"ip": "1"}]}, now=NOW)
    assert caught.value.problems[0].where == "sessions[0].at"
    with pytest.raises(NotThere):
        assessing.events(desk, members.reviewer, "nobody", {}, now=NOW)
    with desk.store.writing() as connection:
        connection.execute(update(PROFILES).values(record=None))
    with pytest.raises(Conflict, match="dropped"):
        assessing.events(desk, members.reviewer, "p1", {}, now=NOW)


def test_other_tenants_cases_are_not_there(desk, members):
    case = open_case(desk, members)
    stranger = team(desk.store, "other").lead
    with desk.store.writing() as connection:
        person = connection.execute(select(CASES.c.profile)).scalar()
        for ask in (
            lambda: cases.case(connection, stranger, case, now=NOW),
            lambda: cases.hold(connection, stranger, case, now=NOW),
            lambda: cases.release(connection, stranger, case, now=NOW),
            lambda: cases.snooze(connection, stranger, case, None, now=NOW),
            lambda: cases.assign(connection, stranger, [case], stranger.id, now=NOW),
            lambda: seen(connection, stranger, case),
            lambda: linked.linked(connection, stranger, person),
            lambda: assessing.record(connection, stranger, person),
            lambda: whatif.whatif_case(desk, connection, stranger, case, []),
        ):
            with pytest.raises(NotThere):
                ask()
    assert page(desk, stranger).cases == ()
    assert page(desk, stranger, text="p1").cases == ()


def test_the_score_is_hidden_until_a_view_is_recorded(desk, members):
    kept = assess(desk, members.reviewer, rented())
    case, score = kept.case, kept.assessment.score
    for actor in (members.reviewer, members.lead, members.viewer, members.admin):
        assert not visible(desk, actor, case)
        assert case_of(desk, actor, case).score is None
        assert page(desk, actor).cases[0].score is None
        with desk.store.reading() as connection:
            shown = seen(connection, actor, case)
            assert shown.numbers is None
            assert {line.contribution for line in shown.against} == {None}
            assert not gives_away(repr((shown, page(desk, actor))), kept.assessment)
            with pytest.raises(NotAllowed):
                assessing.assessment(connection, actor, kept.id)
            with pytest.raises(NotAllowed):
                whatif.whatif_case(desk, connection, actor, case, [])
    assert visible(desk, members.auditor, case)
    assert visible(desk, key_actor(desk.store, members, "read"), case)
    looked_at(desk, members.reviewer, case)
    assert case_of(desk, members.reviewer, case).score == score
    assert not visible(desk, members.other_reviewer, case)
    with desk.store.reading() as connection:
        shown = seen(connection, members.reviewer, case)
        assert shown.numbers.score == score
        assert shown.against[0].contribution == max(line.contribution for line in shown.against)
        assert any(line.opened for line in shown.against)
        body = assessing.assessment(connection, members.reviewer, kept.id)
    assert body == kept.assessment.model_dump_json().encode()


def gives_away(text, assessment):
    """Whether a number of the score stands in a text, written in full."""
    numbers = [assessment.score, assessment.log_odds]
    numbers += [reason.contribution for reason in assessment.reasons if reason.contribution]
    return any(str(number) in text for number in numbers if len(str(number)) > 6)


def test_teams_that_must_see_it_see_the_score(store, desk):
    open_to_all = ANSWERED.model_copy(update={"score_shown": "always"})
    members = team(store, settings=open_to_all)
    assert visible(desk, members.reviewer, open_case(desk, members))


def test_one_holds_a_case_and_the_other_waits(desk, members):
    case = open_case(desk, members)
    first = held(desk, members.reviewer, case)
    assert (first.holder, first.holder_name, first.held) == (
        members.reviewer.id, members.reviewer.name, True,
    )  # fmt: skip
    with pytest.raises(Conflict, match=members.reviewer.name):
        held(desk, members.other_reviewer, case)
    with pytest.raises(NotAllowed):
        held(desk, members.viewer, case)
    later = NOW + timedelta(minutes=31)
    assert held(desk, members.other_reviewer, case, later).holder == members.other_reviewer.id
    with desk.store.writing() as connection:
        cases.release(connection, members.reviewer, case, now=later)
        still = cases.case(connection, members.reviewer, case, now=later)
        assert still.holder == members.other_reviewer.id
        cases.release(connection, members.other_reviewer, case, now=later)
    assert held(desk, members.reviewer, case, later).held


def test_a_case_that_was_closed_meanwhile_is_given_to_nobody(desk, members):
    first, second = open_case(desk, members), open_case(desk, members, "p2")
    decided(desk, members.reviewer, first, "clear")
    with desk.store.writing() as connection, pytest.raises(Conflict, match="closed meanwhile"):
        cases.assign(connection, members.lead, [first, second], members.reviewer.id, now=NOW)


def test_snoozed_cases_leave_the_queue_until_their_day(desk, members):
    case, until = open_case(desk, members), NOW + timedelta(days=3)
    with desk.store.writing() as connection:
        with pytest.raises(Conflict):
            cases.snooze(connection, members.reviewer, case, until, now=NOW)
        cases.hold(connection, members.reviewer, case, now=NOW)
        for bad in (NOW, NOW + timedelta(days=91)):
            told = (
                f"{bad.date()} is too early or too late; write a day from 2026-07-02 to 2026-09-29"
            )
            with pytest.raises(NotUsable, match=told):
                cases.snooze(connection, members.reviewer, case, bad, now=NOW)
        assert cases.snooze(connection, members.reviewer, case, until, now=NOW).snoozed
    assert ids(page(desk, members.reviewer)) == []
    assert ids(page(desk, members.reviewer, snoozed=True)) == [case]
    assert page(desk, members.reviewer).snoozed == {"open": 1}
    assert ids(page(desk, members.reviewer, now=until)) == [case]
    with desk.store.writing() as connection:
        assert cases.next_case(connection, members.reviewer, now=NOW) is None
        cases.snooze(connection, members.reviewer, case, None, now=NOW)
    assert ids(page(desk, members.reviewer)) == [case]


def test_who_holds_a_case_keeps_it_when_somebody_puts_it_back(desk, members):
    case, mine, theirs = open_case(desk, members), members.reviewer, members.other_reviewer
    with desk.store.writing() as connection:
        cases.hold(connection, mine, case, now=NOW)
        cases.snooze(connection, mine, case, NOW + timedelta(days=3), now=NOW)
        cases.hold(connection, mine, case, now=NOW)
        with pytest.raises(Conflict, match=mine.name):
            cases.snooze(connection, theirs, case, None, now=NOW)
        back = cases.snooze(connection, mine, case, None, now=NOW)
    assert (back.holder, back.held, back.snoozed) == (mine.id, True, False)


@pytest.mark.parametrize("leaves", ["disabled", "viewer"])
def test_the_cases_of_who_reviews_no_more_are_nobodys(desk, members, leaves):
    made, gone = many_cases(desk.store, members.tenant, 4), members.reviewer
    with desk.store.writing() as connection:
        cases.assign(connection, members.lead, made[:2], gone.id, now=NOW)
        cases.hold(connection, gone, made[2], now=NOW)
        cases.assign(connection, members.lead, made[3:], members.other_reviewer.id, now=NOW)
        if leaves == "disabled":
            people.set_disabled(connection, members.admin, gone.id, True, now=NOW)
        else:
            people.set_role(connection, members.admin, gone.id, "viewer", now=NOW)
    assert set(ids(page(desk, members.lead, assignee="none"))) == set(made[:3])
    with desk.store.writing() as connection:
        assert cases.hold(connection, members.other_reviewer, made[2], now=NOW).held
        assert cases.case(connection, members.lead, made[3], now=NOW).assignee
        told = [one.subject for one in audit.entries(connection, members.auditor)]
    assert {f"case:{id}" for id in made[:3]} <= set(told)


def test_leads_give_work_and_reviewers_take_what_is_nobodys(desk, members):
    made = many_cases(desk.store, members.tenant, 4)
    with desk.store.writing() as connection:
        other, lead, own = members.other_reviewer, members.lead, members.reviewer
        assert cases.assign(connection, lead, made[:2], other.id, now=NOW) == 2
        assert cases.assign(connection, own, made[3:], own.id, now=NOW) == 1
        with pytest.raises(NotAllowed):
            cases.assign(connection, own, made[2:3], other.id, now=NOW)
        with pytest.raises(Conflict):
            cases.assign(connection, own, made[:1], own.id, now=NOW)
        with pytest.raises(NotUsable, match="may not review"):
            cases.assign(connection, lead, made, members.admin.id, now=NOW)
        with pytest.raises(NotThere):
            cases.assign(connection, lead, made, "nobody", now=NOW)
        with pytest.raises(NotUsable, match="at most"):
            cases.assign(connection, lead, ["x"] * 501, own.id, now=NOW)
    assert set(ids(page(desk, other, mine=True))) == set(made[:2])
    assert page(desk, own).mine == 1
    assert ids(page(desk, own, assignee="none")) == [made[2]]
    assert set(ids(page(desk, own, assignee=other.id))) == set(made[:2])


def test_the_next_case_is_ones_own_then_the_first_free_one(desk, members):
    made = many_cases(desk.store, members.tenant, 6)
    order = [made[k] for k in (5, 3, 1, 4, 2, 0)]
    with desk.store.writing() as connection:
        cases.assign(connection, members.lead, [order[4]], members.reviewer.id, now=NOW)
        cases.hold(connection, members.other_reviewer, order[0], now=NOW)

        def following(after=None):
            return cases.next_case(connection, members.reviewer, now=NOW, after=after).id

        assert following() == order[4]
        assert following(after=order[4]) == order[1]
        assert cases.case(connection, members.reviewer, order[1], now=NOW).held


def test_who_passes_cases_over_sees_each_before_one_comes_again(desk, members):
    made, own = many_cases(desk.store, members.tenant, 6), members.reviewer
    order = [made[k] for k in (5, 3, 1, 4, 2, 0)]
    with desk.store.writing() as connection:
        cases.assign(connection, members.lead, [order[2], order[4]], own.id, now=NOW)
        met, last = [], None
        for _ in range(7):
            last = cases.next_case(connection, own, now=NOW, after=last).id
            met.append(last)
        assert met == [order[k] for k in (2, 4, 0, 1, 3, 5, 2)]
        held = [id for id in made if cases.case(connection, own, id, now=NOW).held]
    assert held == [met[-1]]  # those that were passed over are free for others


def test_pages_hold_every_case_once_in_order(desk, members):
    made = many_cases(desk.store, members.tenant, 23)
    place = {id: (2 + k % 2, k) for k, id in enumerate(made)}
    for sort, expected in (
        ("urgency", sorted(made, key=place.get, reverse=True)),
        ("oldest", made[::-1]),
        ("newest", made),
    ):
        for state in ("open", ""):
            found, after = [], None
            while True:
                part = page(desk, members.reviewer, sort=sort, state=state, after=after, limit=5)
                found += ids(part)
                after = part.after
                if after is None:
                    break
            assert found == expected
    with pytest.raises(NotUsable):
        page(desk, members.reviewer, after="nothing")


def test_counts_and_age_of_the_queue(desk, members):
    many_cases(desk.store, members.tenant, 5)
    found = page(desk, members.reviewer, limit=1)
    assert found.counts["open"] == {"verify": 3, "review": 2}
    assert found.counts["asked"] == {}
    assert found.oldest == NOW - timedelta(minutes=4)


def test_the_weeks_budget_marks_the_first_of_the_queue(store, desk):
    members = team(store, settings=ANSWERED.model_copy(update={"weekly_budget": 3}))
    many_cases(store, members.tenant, 8)
    found = page(desk, members.reviewer)
    assert [case.within_budget for case in found.cases] == [True] * 3 + [False] * 5
    assert found.budget_left == 3
    lowest = page(desk, members.reviewer, sort="oldest")
    assert sum(case.within_budget for case in lowest.cases) == 3


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"band": "review"}, {1, 3, 5}),
        ({"speaks": "network"}, {0, 1, 2, 3, 4, 5}),
        ({"speaks": "VPN_SHARE"}, {0, 1, 2, 3, 4, 5}),
        ({"speaks": "net"}, set()),
        ({"speaks": "%"}, set()),
        ({"text": "acct-3"}, {3}),
        ({"text": "ACCT-3"}, {3}),
        ({"text": "ana3"}, {3}),
        ({"text": "Ruiz"}, {0, 1, 2, 3, 4, 5}),
        ({"text": "%"}, set()),
        ({"text": "na3"}, set()),
        ({"state": "closed"}, set()),
        ({"since": NOW}, {0}),
        ({"until": NOW - timedelta(days=1, minutes=2)}, {3, 4, 5}),
        ({"assignee": "none"}, {0, 1, 2, 3, 4, 5}),
    ],
)
def test_filters(desk, members, wanted, expected):
    made = many_cases(desk.store, members.tenant, 6)
    assert set(ids(page(desk, members.reviewer, **wanted))) == {made[k] for k in expected}


def test_a_filter_and_its_address_are_the_same():
    query = {
        "state": "", "band": "review", "mine": "1", "assignee": "none", "speaks": "network",
        "q": "a-1", "since": "2026-06-01", "until": "2026-06-30", "explores": "0", "snoozed": "1",
        "sort": "oldest",
    }  # fmt: skip
    assert Filter.of(query).query == query
    assert Filter.of({"page": "3", "q": " ", "band": ""}) == Filter()
    for bad in (
        {"speaks": "?network"},
        {"state": "x"},
        {"band": "bad"},
        {"mine": "yes"},
        {"since": "June"},
        {"q": "x" * 201},
    ):
        with pytest.raises(NotUsable, match=next(iter(bad))):
            Filter.of(bad)


def test_filters_are_kept_under_a_name_by_each_for_themselves(desk, members):
    wanted = Filter(band="review", text="zoë 🎈")
    with desk.store.writing() as connection:
        own = members.reviewer
        filters.save(connection, own, " mine ", wanted, now=NOW)
        kept = filters.save(connection, own, "mine", wanted, now=NOW)
        assert filters.saved(connection, own) == (kept,)
        assert Filter.of(kept.query) == wanted
        assert filters.saved(connection, members.lead) == ()
        with pytest.raises(NotThere):
            filters.drop(connection, members.lead, kept.id)
        with pytest.raises(NotUsable):
            filters.save(connection, own, " ", wanted, now=NOW)
        filters.drop(connection, own, kept.id)
        assert filters.saved(connection, own) == ()


@pytest.mark.parametrize(
    ("parts", "typed"),
    [
        ({"contact": {"emails": [{"address": "Ana.Ruiz+x@gmail.com"}]}}, "anaruiz@googlemail.com"),
        ({"contact": {"phones": [{"number": "+34 600 123 457"}]}}, "0034600123457"),
        ({"contact": {"handles": [{"service": "t", "handle": "@Ana"}]}}, "ana"),
        ({"payouts": [{"account": "ES91 2100 0418"}]}, "es9121000418"),
        ({"devices": [{"id": "Laptop-9"}]}, " laptop-9 "),
        ({"devices": [{"id": "x", "mfa_key": "factor-9"}]}, "factor-9"),
        ({"sessions": [{"at": "2026-05-01T00:00:00Z", "ip": "2001:db8:0::1"}]}, "2001:DB8::1"),
        ({"shipments": [{"address": "12 Long Street"}]}, "12, long st."),
        ({"code": {"login": "anar"}}, "AnaR"),
    ],
)
def test_any_identifier_finds_everyone_who_shares_it(desk, members, parts, typed):
    both = [assess(desk, members.reviewer, rented(f"p{k}", **parts)).case for k in (1, 2)]
    alone = assess(desk, members.reviewer, rented("p3", payouts=[], devices=[], sessions=[]))
    assert set(ids(page(desk, members.reviewer, text=typed, state=""))) >= set(both)
    assert alone.case not in ids(page(desk, members.reviewer, text=typed, state=""))
    with desk.store.reading() as connection:
        profile = cases.case(connection, members.reviewer, both[0], now=NOW).profile
        found = linked.linked(connection, members.reviewer, profile)
    assert [other.profile_id for other in found.others][:1] == ["p2"]
    assert found.others[0].case == both[1]
    shown = {found.keys[place].shown for place in found.others[0].keys}
    assert typed.strip().lower() not in {text.lower() for text in shown}


def test_a_crowds_key_is_shown_without_its_people(desk, members, monkeypatch):
    monkeypatch.setattr(linked, "HUB", 3)
    device = {"devices": [{"id": "kiosk"}]}
    own = {"payouts": [{"account": "shared by two"}]}
    crowd = [calm(f"c{k}", **device) for k in range(3)]
    people = [*crowd, calm("a", **device, **own), calm("b", **own)]
    assessing.assess(desk, members.reviewer, people, now=NOW)
    with desk.store.reading() as connection:
        profile = connection.execute(
            select(PROFILES.c.id).where(PROFILES.c.profile_id == "a")
        ).scalar()
        found = linked.linked(connection, members.viewer, profile)
    assert [(key.kind, key.people, key.hub) for key in found.keys] == [
        ("account", 1, False),
        ("device", 3, True),
    ]
    assert [other.profile_id for other in found.others] == ["b"]
    assert found.others[0].keys == (0,)


def test_a_share_of_the_unflagged_is_drawn_and_only_leads_know(store, desk):
    members = team(store, settings=EVERYBODY)
    assess(desk, members.reviewer, rented("p1"), rented("p2"))
    people = [calm(f"c{k}") for k in range(300)]
    drawn = [one.case for one in assessing.assess(desk, members.reviewer, people, now=NOW)]
    chosen = [case for case in drawn if case]
    assert 3 <= len(chosen) <= 35
    again = [one.case for one in assessing.assess(desk, members.reviewer, people, now=NOW)]
    assert again == drawn
    case = chosen[0]
    for actor in (members.reviewer, members.viewer, members.admin):
        shown = case_of(desk, actor, case)
        assert (shown.explores, shown.band) == (None, "review")
        with pytest.raises(NotAllowed):
            page(desk, actor, explores=True)
    for actor in (members.lead, members.auditor):
        shown = case_of(desk, actor, case)
        assert shown.explores is True
        assert shown.band in ("no_concern", "insufficient_evidence")
    assert set(ids(page(desk, members.lead, explores=True))) == set(chosen)
    assert page(desk, members.reviewer).counts["open"].keys() <= {"verify", "review"}
    assert set(ids(page(desk, members.lead, band="review"))).isdisjoint(chosen)
    quiet = {
        case
        for band in ("no_concern", "insufficient_evidence")
        for case in ids(page(desk, members.lead, band=band))
    }
    assert quiet == set(chosen)
    held(desk, members.reviewer, case)
    with desk.store.writing() as connection:
        record_view(connection, members.reviewer, case, "nothing_wrong", now=NOW)
    assert not case_of(desk, members.reviewer, case).families
    assert case_of(desk, members.reviewer, case).band in ("no_concern", "insufficient_evidence")


def test_no_search_and_no_place_tells_who_was_drawn(store, desk):
    members = team(store, settings=EVERYBODY)
    crowd = [calm(f"c{k}") for k in range(200)]
    people = [rented("p1"), *crowd, *(rented(f"p{k}") for k in range(2, 9))]
    kept = assessing.assess(desk, members.reviewer, people, now=NOW)
    assessing.assess(desk, members.reviewer, crowd, now=NOW + timedelta(days=1))
    drawn = {one.case for one in kept if one.case and one.assessment.band not in FLAGGED}
    assert len(drawn) >= 2
    everybody = ids(page(desk, members.reviewer))
    found = {
        case
        for family in FAMILIES
        for case in ids(page(desk, members.reviewer, speaks=family.name))
    }
    assert found == set(everybody)
    places = [place for place, case in enumerate(everybody) if case in drawn]
    assert places != list(range(len(everybody) - len(drawn), len(everybody)))
    for family in FAMILIES:  # a lead is told what speaks against each, which is nothing here
        assert drawn.isdisjoint(ids(page(desk, members.lead, speaks=family.name)))


def test_nobody_is_drawn_when_the_share_is_zero(store, desk):
    members = team(store, settings=Settings(exploration=0))
    people = [calm(f"c{k}") for k in range(100)]
    assert not any(one.case for one in assessing.assess(desk, members.reviewer, people, now=NOW))


def test_what_if_moves_the_score_and_keeps_nothing(desk, members):
    kept = assess(desk, members.reviewer, rented())
    looked_at(desk, members.reviewer, kept.case)
    answer = {"stage": "verified", "outcome": "same", "checked": "in_person"}
    with desk.store.reading() as connection:

        def asked(*answers):
            return whatif.whatif_case(desk, connection, members.reviewer, kept.case, answers)

        assert asked().score == kept.assessment.score
        assert asked(answer).score <= kept.assessment.score
        with pytest.raises(InvalidProfile):
            asked({"stage": "verified", "outcome": "perhaps"})
        assert len(connection.execute(select(CASES)).all()) == 1


def test_no_raw_identifier_in_the_words(desk, members, tmp_path):
    from fraudscore.review.tables import WORDS

    raw = {"payouts": [{"account": "ZZ99SECRETACCOUNT"}], "devices": [{"id": "laptop-of-zed"}]}
    assess(desk, members.reviewer, calm("c1", **raw))
    with desk.store.reading() as connection:
        kept = repr(connection.execute(select(WORDS)).all()).lower()
    assert "zz99secretaccount" not in kept
    assert "laptop-of-zed" not in kept
    assert KEY.id not in kept
