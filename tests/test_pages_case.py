"""What a case shows in a browser: evidence, links, score, history, to whom and when."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from features.reading import read_profile
from fraudscore.review import cases
from fraudscore.review.decisions import ADVERSE, DECISIONS, VIEWS
from fraudscore.review.rights import ROLES
from fraudscore.review.tables import PROFILES
from fraudscore.review.team import change
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.casework import (
    PAGES,
    REASON,
    SCORE,
    always_show,
    contest,
    decide,
    decision,
    ready,
    send,
    take,
    view,
)
from tests.desk import ANSWERED, team
from tests.reviewing import RENTED, STORIES, WHY, assess, calm, open_case, rented

WEIGHT = re.compile(r"odds ×|of 100|a person should look now|<meter")
"""What the score follows from."""
FORMS = (
    "hold",
    "release",
    "snooze",
    "wake",
    "assign",
    "evidence",
    "view",
    "decide",
    "undo",
    "appeal",
    "letter",
    "imagine",
    "next",
    "",
)


@pytest.fixture
def app(desk, members):
    return served(desk, *PAGES)


@pytest.fixture
def case(desk, members):
    return f"/cases/{open_case(desk, members)}"


# Evidence first


def test_each_reason_tells_claim_observation_time_reliability_causes_and_check(reviewer, case):
    page = reviewer.get(case)
    own = re.search(r'id="reason-payee_other_share".*?</article>', page, re.DOTALL)[0]
    assert "which fits no name the person gave" in own
    assert "name <strong>Haruno Testmori</strong>" in own
    assert "Osaka" not in own
    assert "<dd>02 Apr 2026</dd>" in own
    assert "strong: published cases rest on it" in own
    assert "contradicts a claim" in own
    assert "partner's account" in own
    assert "Ask who holds the account" in own


def test_a_reason_shows_the_claims_it_is_held_against_and_no_others(reviewer, case):
    page = reviewer.get(case)

    def claimed(code):
        own = re.search(rf'id="reason-{code}".*?</article>', page, re.DOTALL)[0]
        return re.findall(r'class="claim">(\S[^<]*)<strong>([^<]*)<', own)

    household = ("household ", "none was declared")
    assert claimed("zone_outside_share") == [
        ("lives or works in ", "Osaka, JP"),
        ("time zone ", "Asia/Tokyo"),
    ]
    assert claimed("contact_identities") == [household]
    assert claimed("device_users") == [household]
    assert claimed("voip_share") == []


def test_a_contradiction_without_weight_is_in_sight(reviewer, case):
    page = reviewer.get(case)
    other = re.search(r'<h2 id="other">.*?</section>', page, re.DOTALL)[0]
    assert re.search(
        r"gives them little or no weight, yet \d observations contradict a claim", other
    )
    assert '<details class="more" open>' in other
    first = re.search(r"<article.*?</article>", other, re.DOTALL)[0]
    assert "contradicts a claim" in first
    assert "from China" in first
    unseen = re.search(r'<h2 id="unseen">.*?</section>', page, re.DOTALL)[0]
    network = re.search(r"How do the sessions arrive.*?</tr>", unseen, re.DOTALL)[0]
    assert "looked at; something does not agree" in network


def test_the_ledger_shows_every_hand_over_with_the_rows_below(reviewer, case):
    page = reviewer.get(case)
    ledger = re.search(r'<ol class="ledger">.*?</ol>', page, re.DOTALL)[0]
    stages = re.findall(r'class="stage">([^<]+)<', ledger)
    assert stages == [
        "applied", "interviewed", "verified", "shipped", "logged in", "committed", "invoiced", "paid",
    ]  # fmt: skip
    assert ledger.count("not checked") == 6
    assert "the account is held in another name" in ledger
    assert "<code>payouts[1]</code>" in ledger
    assert "Vexin Marlo" in ledger


def test_what_speaks_for_the_person_is_told_as_fully(reviewer, case):
    page = reviewer.get(case)
    favour = re.search(r'<h2 id="favour">.*?</section>', page, re.DOTALL)[0]
    assert "no pay-out route is crypto" in favour
    assert "To be surer" in favour


def test_the_case_is_drawn_on_a_map_a_line_of_time_and_among_others(desk, members, reviewer, case):
    assess(desk, members.reviewer, rented("p2", claims={"name": "Other Person"}))
    page = reviewer.get(case)
    # The map twice: for wide screens and for narrow ones.
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="picture"') == 4
    for title in (
        "Where the sign-ins came from",
        "Sign-ins by place and time",
        "What Haruno Testmori",
    ):
        assert f">{title}" in page
    assert "Table of sign-ins" in page
    linked = re.search(r'<h2 id="links">.*?</section>', page, re.DOTALL)[0]
    assert re.search(r'<a href="/cases/[^"]+">Other Person</a>', linked)


def test_what_was_not_seen_is_listed(reviewer, case):
    page = reviewer.get(case)
    unseen = re.search(r'<h2 id="unseen">.*?</section>', page, re.DOTALL)[0]
    assert "What is missing counts neither way." in unseen
    assert "Not supplied" in unseen
    assert "Could not be checked" in unseen


def test_identifiers_are_masked(reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(case)
    rows = (*RENTED["contact"]["phones"], *RENTED["sessions"], *RENTED["payouts"])
    secret = {
        row[name] for row in rows for name in ("number", "ip", "device", "account") if name in row
    }
    assert len(secret) > 3
    assert not [text for text in secret if text in page]


def test_evidence_is_opened_by_a_form_and_stays_open(reviewer, case):
    closed = reviewer.get(case)
    assert "Evidence, opened by you" not in closed
    answer = reviewer.send(f"{case}/evidence", data={"code": REASON})
    assert answer.headers["location"] == f"{case}#reason-payee_other_share"
    page = reviewer.get(case)
    own = re.search(r'id="reason-payee_other_share".*?</article>', page, re.DOTALL)[0]
    assert '<details class="evidence" open>' in own
    assert "Evidence, opened by you" in own
    assert "<td>Vexin Marlo</td>" in own


def test_a_reason_that_points_at_no_row_shows_what_it_rests_on(reviewer, case):
    send(reviewer, f"{case}/evidence", code="CONTACT_IDENTITIES")
    page = reviewer.get(case)
    own = re.search(r'id="reason-contact_identities".*?</article>', page, re.DOTALL)[0]
    assert "<code>contact.phones[0]</code>" in own
    assert "other identities" in own


def test_rows_that_may_be_the_first_of_more_are_told_to_be_so(reviewer, case):
    for code in ("ZONE_OUTSIDE_SHARE", REASON):
        send(reviewer, f"{case}/evidence", code=code)
    page = reviewer.get(case)
    own = re.search(r'id="reason-zone_outside_share".*?</article>', page, re.DOTALL)[0]
    assert len(re.findall(r"sessions\[\d+\]", own)) == 5
    assert len(RENTED["sessions"]) == 26
    assert (
        "<dd>the first 5: 18 Apr 2026 01:16 UTC to 26 Apr 2026 02:30 UTC; there may be more</dd>"
        in own
    )
    assert "These are the first 5 rows; there may be more." in own
    whole = re.search(r'id="reason-payee_other_share".*?</article>', page, re.DOTALL)[0]
    assert "may be more" not in whole


def test_the_first_of_many_rows_that_a_reason_rests_on_are_told_to_be_so(desk, reviewer, members):
    numbers = [{"number": f"+81 50 3000 000{k}", "other_identities": 4} for k in range(7)]
    case = assess(desk, members.reviewer, rented(contact={"phones": numbers})).case
    send(reviewer, f"/cases/{case}/evidence", code="CONTACT_IDENTITIES")
    page = reviewer.get(f"/cases/{case}")
    own = re.search(r'id="reason-contact_identities".*?</article>', page, re.DOTALL)[0]
    assert own.count("<code>contact.phones[") == 5
    assert "These are the first 5 rows; there may be more." in own


def test_others_whom_the_sender_counted_are_told_apart_from_people_on_the_desk(
    desk, reviewer, case, members
):
    def section(page):
        return re.search(r'<h2 id="links">.*?</section>', page, re.DOTALL)[0]

    page = reviewer.get(case)
    for code, sent in (
        ("contact_identities", True),
        ("device_users", True),
        (REASON.lower(), False),
    ):
        own = re.search(rf'id="reason-{code}".*?</article>', page, re.DOTALL)[0]
        assert ("whoever sent the record; who the others are was not sent" in own) == sent
    assert "Among the people on this desk, nobody else uses" in section(page)
    assert "The numbers of other people above came with the record." in section(page)
    alone = f"/cases/{assess(desk, members.reviewer, rented('p2')).case}"
    assert "The numbers of other people above came with the record." in section(reviewer.get(alone))
    assert "Among the people on this desk, nobody else uses" not in section(reviewer.get(alone))
    bare = {"contact": {}, "devices": [], "payouts": RENTED["payouts"][:1]}
    page = reviewer.get(f"/cases/{assess(desk, members.reviewer, rented(**bare)).case}")
    assert "came with the record" not in page


def test_evidence_that_is_none_is_refused(reviewer, case):
    assert send(reviewer, f"{case}/evidence", code="NO_SUCH_REASON").status_code == 422


# The score waits for the view


def test_the_score_appears_after_the_view_and_both_are_kept(reviewer, case):
    take(reviewer, case)
    before = reviewer.get(case)
    assert not WEIGHT.search(before)
    assert "It appears when you have recorded your view" in before
    assert 'name="kind"' not in before
    view(reviewer, case, note="the account looks borrowed")
    after = reviewer.get(case)
    assert SCORE.search(after)
    assert re.search(r"odds × \d\.\d\d", after)
    assert "the account looks borrowed" in after
    assert VIEWS["somebody_else"] in after


def test_a_team_that_must_see_the_score_sees_it(desk, members, reviewer, case):
    always_show(desk, members)
    take(reviewer, case)
    page = reviewer.get(case)
    assert SCORE.search(page)
    assert 'name="kind"' in page
    assert 'name="view"' in page
    assert "The score appears afterwards" not in page
    view(reviewer, case)
    assert "before the score" not in reviewer.get(case)


def test_whoever_hears_an_appeal_is_not_promised_the_score(desk, members, app, reviewer, case):
    take(reviewer, case)
    assert "The score appears afterwards" in reviewer.get(case)
    ready(reviewer, case)
    decide(reviewer, case)
    contest(desk, members.reviewer, decision(reviewer.get(case)))
    other = Browser(app).sign_in("other_reviewer")
    take(other, case)
    page = other.get(case)
    assert 'name="view"' in page
    assert "The score appears afterwards" not in page


def test_what_a_colleague_thought_waits_too(app, reviewer, case):
    ready(reviewer, case)
    send(reviewer, f"{case}/release")
    other = Browser(app).sign_in("other_reviewer")
    assert VIEWS["somebody_else"] not in other.get(case)
    take(other, case)
    view(other, case, "nothing_wrong")
    assert VIEWS["somebody_else"] in other.get(case)


def test_the_history_tells_everything_that_happened(reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    page = reviewer.get(case)
    history = re.search(r'<h2 id="history">.*?</section>', page, re.DOTALL)[0]
    assert re.findall(r"<strong>([^<]+)</strong>", history) == ["Decided", "View", "Scored"]
    assert DECISIONS["confirm_impersonation"] in history
    assert WHY in history


def test_adverse_decisions_look_different_from_the_others(reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(case)
    marked = re.findall(r'class="choice adverse"><input[^>]+value="(\w+)"', page)
    assert set(marked) == ADVERSE


# What if


def test_the_answer_to_a_check_moves_the_score(reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(f"{case}?check=document&outcome=different")
    moved = re.search(r'<div class="moved".*?</div>', page, re.DOTALL)[0]
    before, after = map(float, re.findall(r'<meter[^>]+value="([\d.]+)"', moved))
    assert after >= before
    assert float(re.search(r"odds × ([\d.]+)", moved)[1]) > 1
    better = reviewer.get(f"{case}?check=document&outcome=same")
    assert (
        float(re.search(r'class="tag">odds × ([\d.]+)', better[better.index('class="moved"') :])[1])
        < 1
    )


def offered(page, group):
    part = page[page.index(f'<optgroup label="{group}">') :]
    return re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', part[: part.index("</optgroup>")])


def test_the_persons_own_next_checks_are_offered_first(reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(case)
    own = offered(page, "What the reasons ask for")
    assert (
        REASON,
        "ask who holds the account and why; a pay-out account in the worker's name",
    ) in own
    assert len({words for _, words in own}) == len(own)
    assert "none by itself" not in [words for _, words in own]
    assert page.index("What the reasons ask for") < page.index("Other checks")
    moved = reviewer.get(f"{case}?check={REASON}&outcome=same")
    assert f'<option value="{REASON}" selected>' in moved
    assert 'class="moved"' in moved


def test_a_trip_answers_a_question_of_places(desk, members, reviewer):
    person = read_profile((STORIES / "baseline-switch.json").read_bytes())
    case = f"/cases/{assess(desk, members.reviewer, person).case}"
    ready(reviewer, case)
    page = reviewer.get(f"{case}?check=places&outcome=away")
    odds = re.search(r'class="tag">odds × ([\d.]+)', page[page.index('class="moved"') :])[1]
    assert float(odds) < 1
    refused = reviewer.get(f"{case}?check=account&outcome=away", status=422)
    assert "this check is about no place" in refused.lower()


def test_no_answer_moves_a_score_that_is_hidden(reviewer, case):
    take(reviewer, case)
    page = reviewer.get(f"{case}?check=document&outcome=same")
    assert not WEIGHT.search(page)


def test_a_check_that_is_none_is_told(reviewer, case):
    ready(reviewer, case)
    reviewer.get(f"{case}?check=palmistry&outcome=same", status=422)


# Everybody and everything


def test_keys_are_shown_beside_what_they_do(reviewer, case):
    take(reviewer, case)
    page = reviewer.get(case)
    wanted = set(re.findall(r'data-key="([^"]+)"', page))
    shown = set(re.findall(r"<kbd>([^<]+)</kbd>", page))
    assert wanted <= shown
    assert {"e", "t", "n", "q", "w", "1"} <= wanted


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_read_a_case_and_only_reviewers_act(app, desk, members, case, role):
    at = Browser(app).sign_in(role)
    may = "review" in ROLES[role]
    page = at.get(case)
    assert ("Take it" in page) == may
    assert ("Open the evidence" in page) == may
    assert at.send(f"{case}/hold").status_code == (303 if may else 403)
    at.get(f"{case}/letter", status=200 if may else 403)


@pytest.mark.parametrize("form", FORMS)
def test_other_teams_and_other_sites_change_nothing(app, desk, members, reviewer, case, form):
    team(desk.store, "other", with_passwords=True)
    at = Browser(app).sign_in("lead", "other")
    at.get("/queue")
    data = {
        "reason": WHY,
        "code": REASON,
        "until": "2027-01-01",
        "view": "cannot_tell",
        "kind": "clear",
        "decision": "x",
    }
    path = f"{case}/{form}".removesuffix("/")
    assert at.send(path, data=data).status_code == 404
    reviewer.get(case)
    assert reviewer.send(path, data=data, token="wrong").status_code == 403
    assert reviewer.send(path, data=data, origin="https://x.example").status_code == 403


@pytest.mark.parametrize("page", ["", "/letter", "/letter.txt"])
def test_other_teams_see_nothing(app, desk, members, case, page):
    team(desk.store, "other", with_passwords=True)
    Browser(app).sign_in("lead", "other").get(f"{case}{page}", status=404)
    Browser(app).get(f"{case}{page}", status=303)


def test_what_people_write_is_shown_and_never_obeyed(desk, members, reviewer):
    nasty = '"><script>alert(1)</script>\u202e\u200b'
    own = RENTED["payouts"][-1] | {"holder": nasty, "provider": nasty}
    claims = RENTED["claims"] | {"name": nasty, "role": nasty}
    kept = assess(desk, members.reviewer, rented(payouts=[own], claims=claims))
    page = f"/cases/{kept.case}"
    ready_code = re.search(r'name="code" value="([^"]+)"', reviewer.get(page))[1]
    send(reviewer, f"{page}/evidence", code=ready_code)
    take(reviewer, page)
    view(reviewer, page, note=nasty)
    reviewer.get(page)
    assert "<script>alert" not in reviewer.page
    assert "\u202e" not in reviewer.page
    assert "\u200b" not in reviewer.page
    assert "&lt;script&gt;" in reviewer.page


def test_nothing_in_a_page_needs_what_the_policy_forbids(reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(case)
    assert not re.search(r'<style|\sstyle="|<script>|\son\w+="', page)
    css = re.search(r'href="(/pictures\.css\?v=[^"]+)"', page)[1]
    answer = reviewer.client.get(css)
    assert "svg.picture" in answer.text
    assert "immutable" in answer.headers["cache-control"]


def test_a_case_outlives_its_record(desk, members, reviewer, case):
    ready(reviewer, case)
    with desk.store.writing() as connection:
        connection.execute(update(PROFILES).values(record=None))
    page = reviewer.get(case)
    assert "The record is not kept any more" in page
    assert SCORE.search(page)


def test_rows_of_a_newer_record_are_not_shown_under_an_older_reason(desk, members, reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case, "clear", "")
    later = rented(as_of="2026-06-20T00:00:00Z", payouts=RENTED["payouts"][:1])
    assess(desk, members.reviewer, later, now=now())
    page = reviewer.get(case)
    own = re.search(r'id="reason-payee_other_share".*?</article>', page, re.DOTALL)[0]
    assert "has changed since it was looked at" in own
    assert "payouts[" not in own


def test_somebody_with_next_to_nothing_on_record_has_a_page(desk, members, reviewer, monkeypatch):
    with desk.store.writing() as connection:
        all_drawn = ANSWERED.model_copy(update={"exploration": 0.05})
        change(connection, members.admin, all_drawn, now=now())
    kept = [assess(desk, members.reviewer, calm(f"c{n}")) for n in range(80)]
    case = next(one.case for one in kept if one.case)
    page = reviewer.get(f"/cases/{case}")
    assert "Nothing speaks against this person." in page
    assert "No dated sign-in was supplied." in page
    assert "random" not in page


def test_looking_at_a_case_takes_it_from_nobody(desk, members, reviewer, case):
    reviewer.get(case)
    with desk.store.reading() as connection:
        found = cases.case(connection, members.lead, case.removeprefix("/cases/"), now=now())
    assert not found.held
