"""The queue in a browser: order, filters, search, whose a case is, and the next one."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import update

from fraudscore.review import audit
from fraudscore.review.rights import ROLES
from fraudscore.review.tables import CASES
from fraudscore.review.team import change
from fraudscore.web import api_cases, pages_case, pages_queue, pages_rings, pages_sign_in
from fraudscore.web.access import Door
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.desk import ANSWERED, team
from tests.reviewing import RENTED, assess, calm, many_cases, open_case, rented

PAGES = (pages_sign_in, pages_queue, pages_case, pages_rings, api_cases)
NAMES = re.compile(r'<a href="/cases/[^"]+" data-row>([^<]*)</a>')


@pytest.fixture
def app(desk, members):
    made = served(desk, *PAGES)
    made.state.door = Door(desk)
    return made


def claims(name, **more):
    return {"name": name, "places": [{"country": "JP", "city": "Osaka"}], **more}


def drawn(desk, case, log_odds=1.0):
    """Make a case one that was drawn at random, placed among the flagged ones."""
    with desk.store.writing() as connection:
        own = update(CASES).where(CASES.c.id == case)
        connection.execute(own.values(explores=True, band="no_concern", log_odds=log_odds))


# What waits


def test_the_queue_shows_who_waits_and_the_most_urgent_first(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 4)
    assert NAMES.findall(reviewer.get("/queue")) == [
        "Ana3 Ruiz",
        "Ana1 Ruiz",
        "Ana2 Ruiz",
        "Ana0 Ruiz",
    ]


def test_an_empty_queue_says_so(reviewer):
    assert "Nothing waits" in reviewer.get("/queue")


def test_what_waits_elsewhere_is_not_called_nothing(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 1, state="escalated")
    page = reviewer.get("/queue")
    assert "1 case waits" in page
    assert "Nothing waits" not in page
    assert "No case is open now" in page


def test_a_part_counts_what_it_shows(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 3)
    with desk.store.writing() as connection:
        later = now() + timedelta(days=2)
        connection.execute(
            update(CASES).where(CASES.c.id == "case-000001").values(snoozed_until=later)
        )
    page = reviewer.get("/queue")
    assert len(NAMES.findall(page)) == 2
    assert re.search(r'aria-current="page">Open <span class="count">2</span>', page)
    assert 'Put off <span class="count">1</span>' in page


def test_a_closed_case_tells_how(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 1, state="closed", closed=now(), outcome="overturned")
    assert "ago: overturned on appeal" in reviewer.get("/queue?state=closed")


def test_counts_and_the_oldest_age_are_shown(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 3, opened=now().replace(microsecond=0))
    page = reviewer.get("/queue")
    assert "3 cases wait, the oldest for <strong>less than a minute" in page
    assert "50 more may be decided within this week" in page


def test_the_budget_of_the_week_ends_between_two_cases(desk, members, reviewer):
    with desk.store.writing() as connection:
        fewer = ANSWERED.model_copy(update={"weekly_budget": 2})
        change(connection, members.admin, fewer, now=now())
    many_cases(desk.store, members.tenant, 3)
    page = reviewer.get("/queue")
    within, beyond = page.split("this week's budget ends here")
    assert len(NAMES.findall(within)) == 2
    assert len(NAMES.findall(beyond)) == 1


def test_a_long_queue_has_pages_that_do_not_overlap(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 60)
    first = reviewer.get("/queue?band=review")
    onward = re.search(r'rel="next" href="([^"]+)"', reviewer.page)
    assert onward is None  # thirty cases of a band fit on a page
    first = reviewer.get("/queue")
    onward = re.search(r'rel="next" href="([^"]+)"', reviewer.page)
    second = reviewer.get(onward[1].replace("&amp;", "&"))
    assert len(NAMES.findall(first)) == 50
    assert len(set(NAMES.findall(first)) | set(NAMES.findall(second))) == 60


# Filters and search


def test_filters_stand_in_the_url_and_in_the_form(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 4)
    page = reviewer.get("/queue?band=verify&sort=oldest&speaks=network")
    assert NAMES.findall(page) == ["Ana2 Ruiz", "Ana0 Ruiz"]
    assert '<option value="verify" selected>' in page
    assert '<option value="oldest" selected>' in page
    assert NAMES.findall(reviewer.get("/queue?speaks=payment")) == []


def test_an_identifier_finds_everybody_who_shares_it(desk, members, reviewer):
    number = "+81 50 3172 4406"
    shared = {"phones": [{"number": number}]}
    assess(desk, members.reviewer, rented("p1", claims=claims("One Person"), contact=shared))
    assess(desk, members.reviewer, rented("p2", claims=claims("Second Person"), contact=shared))
    other = rented(
        "p3", claims=claims("Third Person"), contact={"phones": [{"number": "+1 202 555 0170"}]}
    )
    assess(desk, members.reviewer, other)
    found = NAMES.findall(reviewer.get(f"/queue?q={number.replace('+', '%2B')}"))
    assert sorted(found) == ["One Person", "Second Person"]


@pytest.mark.parametrize("text", ["seco", "P2"])
def test_the_beginning_of_a_name_or_an_id_finds_a_person(desk, members, reviewer, text):
    assess(desk, members.reviewer, rented("p1", claims=claims("One Person")))
    assess(desk, members.reviewer, rented("p2", claims=claims("Second Body")))
    assert NAMES.findall(reviewer.get(f"/queue?q={text}")) == ["Second Body"]


def test_a_person_is_found_by_the_name_they_have_now(desk, members, reviewer):
    assess(desk, members.reviewer, rented("p1", claims=claims("Anna  Maria Žižek")))
    assess(desk, members.reviewer, rented("p2", claims=claims("Anna Body")))
    for text in ("anna maria", "MARIA ži", "žižek", "p1"):
        assert NAMES.findall(reviewer.get(f"/queue?q={quote(text)}")) == ["Anna  Maria Žižek"]
    for text in ("izek", "nna", "anna%", "p_", "p11"):
        assert NAMES.findall(reviewer.get(f"/queue?q={quote(text)}")) == []
    assess(desk, members.reviewer, rented("p1", claims=claims("Anna Maria Novak")))
    assert NAMES.findall(reviewer.get("/queue?q=novak")) == ["Anna Maria Novak"]
    assert NAMES.findall(reviewer.get(f"/queue?q={quote('žižek')}")) == []
    assert len(NAMES.findall(reviewer.get("/queue?q=anna"))) == 2


@pytest.mark.parametrize("name", ["İ" * 200, "𐐀" * 200, "a b " * 50])
def test_the_longest_names_are_kept_and_found(desk, members, reviewer, name):
    assess(desk, members.reviewer, rented("p1", claims=claims(name)))
    assert NAMES.findall(reviewer.get(f"/queue?q={quote(name[:40])}")) == [name.strip()]


def test_a_search_offers_to_look_in_every_state(desk, members, reviewer):
    open_case(desk, members)
    assert 'href="/queue?q=hello&state="' in reviewer.get("/queue?q=hello")
    assert "Look in every state" not in reviewer.get("/queue?q=hello&state=")


@pytest.mark.parametrize(
    "query",
    [
        "band=worst",
        "since=yesterday",
        "since=2026-06-02&until=2026-06-01",
        "sort=up",
        "q=" + "a" * 300,
    ],
)
def test_a_filter_that_cannot_be_used_is_told(reviewer, query):
    assert 'role="alert"' in reviewer.get(f"/queue?{query}", status=422)


def test_filters_are_kept_under_a_name_for_oneself(app, desk, members, reviewer):
    reviewer.get("/queue?band=verify&q=a+b")
    data = {"name": "My own", "query": "?band=verify&q=a+b"}
    answer = reviewer.send("/queue/filters", data=data)
    assert answer.headers["location"] == "/queue?band=verify&q=a+b"
    page = reviewer.get("/queue")
    assert '<a href="/queue?band=verify&q=a+b">My own</a>' in page
    assert "My own" not in Browser(app).sign_in("other_reviewer").get("/queue")
    reviewer.send(re.search(r"/queue/filters/[^/]+/drop", page)[0])
    assert "My own" not in reviewer.get("/queue")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_files_hold_what_the_filter_shows(desk, members, reviewer, ending):
    many_cases(desk.store, members.tenant, 4)
    page = reviewer.get("/queue?band=verify")
    path = re.search(rf'href="(/api/v1/cases\.{ending}[^"]*)"', page)[1]
    assert path.endswith("?band=verify")
    text = reviewer.client.get(path).text
    if ending == "csv":
        assert [row["profile_id"] for row in csv.DictReader(io.StringIO(text))] == [
            "acct-2",
            "acct-0",
        ]
    else:
        assert text.index("acct-2") < text.index("acct-0")
        assert "acct-1" not in text


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_who_takes_the_list_away_is_noted_and_what_they_sought_is_not(
    desk, members, reviewer, ending
):
    many_cases(desk.store, members.tenant, 4)
    reviewer.get("/queue")
    reviewer.client.get(f"/api/v1/cases.{ending}?q=acct&band=verify")
    with desk.store.reading() as connection:
        entry = audit.entries(connection, members.auditor)[0]
    detail = {"list": "cases", "form": ending, "rows": 2, "narrowed_by": ["band", "q"]}
    assert (entry.action, entry.detail) == ("list_exported", detail)
    assert members.reviewer.id in entry.actor


# Whose a case is


def test_the_next_case_is_taken_and_nobody_else_gets_it(app, desk, members, reviewer):
    many_cases(desk.store, members.tenant, 2)
    other = Browser(app).sign_in("other_reviewer")
    reviewer.get("/queue")
    other.get("/queue")
    mine = reviewer.send("/queue/next").headers["location"]
    theirs = other.send("/queue/next").headers["location"]
    assert {mine, theirs} == {"/cases/case-000001", "/cases/case-000000"}
    assert "Reviewer has it" in other.get("/queue")
    assert "you have it" in reviewer.get("/queue?mine=1&state=")


def test_when_nothing_is_left_the_queue_says_so(reviewer):
    reviewer.get("/queue")
    where = reviewer.send("/queue/next").headers["location"]
    assert "No open case is free." in reviewer.get(where)


def test_a_lead_gives_many_cases_at_once(app, desk, members, lead):
    ids = many_cases(desk.store, members.tenant, 3)
    lead.get("/queue")
    data = {"case": ids[:2], "user": members.reviewer.id, "back": "?band=review"}
    assert lead.send("/queue/assign", data=data).headers["location"] == "/queue?band=review"
    mine = Browser(app).sign_in("reviewer").get("/queue?mine=1&state=")
    assert sorted(NAMES.findall(mine)) == ["Ana0 Ruiz", "Ana1 Ruiz"]
    assert "for you" in mine


def test_who_chooses_no_case_is_told(desk, members, lead):
    many_cases(desk.store, members.tenant, 1)
    lead.get("/queue")
    data = {"user": members.reviewer.id, "back": "?state=closed"}
    answer = lead.send("/queue/assign", data=data)
    assert answer.status_code == 422
    assert "Choose the cases" in answer.text
    assert "No case fits this." in answer.text  # the list is the one they chose from


def test_who_may_not_be_given_all_that_was_chosen_finds_it_chosen_still(desk, members, lead):
    ids = many_cases(desk.store, members.tenant, 3)
    with desk.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.id == ids[0]).values(state="appealed"))
    lead.get("/queue?state=")
    data = {"case": ids[:2], "user": members.reviewer.id, "back": "?state="}
    answer = lead.send("/queue/assign", data=data)
    assert answer.status_code == 422
    assert "Some of these are appeals" in answer.text
    assert re.findall(r'name="case" value="([^"]+)" checked', answer.text) == ids[1::-1]
    assert f'value="{members.reviewer.id}" selected>Reviewer' in answer.text


@pytest.mark.parametrize("name", ["  ", "x" * 81])
def test_a_name_for_a_filter_that_cannot_be_used_is_given_back(reviewer, name):
    reviewer.get("/queue")
    answer = reviewer.send("/queue/filters", data={"name": name, "query": "?state=closed"})
    assert answer.status_code == 422
    assert "Write a name of at most 80 characters." in answer.text
    assert f'value="{name.strip()}"' in answer.text
    assert 'value="?state=closed"' in answer.text


def test_a_reviewer_gives_nobody_elses_cases_away(desk, members, reviewer):
    ids = many_cases(desk.store, members.tenant, 1)
    assert 'name="case"' not in reviewer.get("/queue")
    data = {"case": ids, "user": members.other_reviewer.id}
    assert reviewer.send("/queue/assign", data=data).status_code == 403


def test_many_cases_are_never_decided_at_once(desk, members, lead):
    many_cases(desk.store, members.tenant, 2)
    page = lead.get("/queue")
    actions = set(re.findall(r'action="([^"]+)"', page))
    assert actions == {"/queue", "/queue/next", "/queue/assign", "/queue/filters", "/sign-out"}
    assert "confirm_impersonation" not in page


# What was drawn at random


def test_what_was_drawn_at_random_is_marked_for_leads_alone(desk, members, reviewer, lead):
    ids = many_cases(desk.store, members.tenant, 2, urgency=3)
    drawn(desk, ids[1])
    theirs, ours = lead.get("/queue"), reviewer.get("/queue")
    assert theirs.count('<span class="tag">drawn at random') == 1
    assert "random" not in ours
    rows = re.findall(r'<li class="one .*?</li>', ours, re.DOTALL)
    assert len(rows) == 2
    assert len({re.sub(r"case-\d+|Ana\d|acct-\d", "", row) for row in rows}) == 1


def test_only_who_may_see_it_filters_by_it(desk, members, reviewer, lead):
    ids = many_cases(desk.store, members.tenant, 2)
    drawn(desk, ids[1])
    assert NAMES.findall(lead.get("/queue?explores=1&state=")) == ["Ana1 Ruiz"]
    reviewer.get("/queue?explores=1", status=403)


# Everybody and everything


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_queue_and_only_reviewers_take_from_it(app, desk, members, role):
    many_cases(desk.store, members.tenant, 1)
    at = Browser(app).sign_in(role)
    page = at.get("/queue")
    may = "review" in ROLES[role]
    assert ("Take the next case" in page) == may
    assert at.send("/queue/next").status_code == (303 if may else 403)


EMOJI = (
    "\U0001f469\u200d\U0001f4bb",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f469\U0001f3fd\u200d\U0001f52c",
)
"""Pictures of several signs: somebody at a computer, a flag, somebody of some skin at a microscope."""


@pytest.mark.parametrize("name", ["محمد\u200cعلی", "क्\u200dष शर्मा", "രാജന്\u200d", "שרה כהן", *EMOJI])
def test_a_name_is_shown_as_it_is_spelt(desk, members, reviewer, name):
    assess(desk, members.reviewer, rented(claims=claims(name)))
    assert name in reviewer.get("/queue")


@pytest.mark.parametrize(
    "name",
    [
        "An\u200ca Ruiz",
        "Ana\u200d Ruiz",
        "محمد\u202eعلی",
        "محمد\u200dعلی",
        "Ana\u200d\U0001f4bb",
        "\U0001f469\u200dAna",
        "\U0001f469\u200d\u200d\U0001f4bb",
        "\U0001f469\u200c\U0001f4bb",
    ],
)
def test_a_mark_that_no_spelling_needs_is_shown(desk, members, reviewer, name):
    assess(desk, members.reviewer, rented(claims=claims(name)))
    reviewer.get("/queue")
    assert name not in reviewer.page
    assert re.search(r"&lt;20(0c|0d|2e)&gt;", reviewer.page)


def test_another_team_sees_nothing_of_it(app, desk, members):
    ids = many_cases(desk.store, members.tenant, 2)
    other = team(desk.store, "other", with_passwords=True)
    at = Browser(app).sign_in("lead", "other")
    assert "Nothing waits" in at.get("/queue")
    data = {"case": ids, "user": other.reviewer.id}
    assert at.send("/queue/assign", data=data).status_code == 404


def test_what_people_write_is_shown_and_never_obeyed(desk, members, reviewer):
    nasty = '<script>alert(1)</script>"\u202eevil'
    assess(desk, members.reviewer, rented(nasty[:20], claims=claims(nasty)))
    reviewer.get("/queue")
    assert "<script>alert" not in reviewer.page
    assert "\u202e" not in reviewer.page
    assert "&lt;script&gt;" in reviewer.page


def test_a_form_of_another_site_takes_nothing(desk, members, reviewer):
    many_cases(desk.store, members.tenant, 1)
    reviewer.get("/queue")
    assert reviewer.send("/queue/next", origin="https://evil.example").status_code == 403
    assert reviewer.send("/queue/next", token="wrong").status_code == 403


# Rings


def test_rings_have_a_page_and_a_picture(desk, members, reviewer):
    shared = {
        "payouts": [{"method": "bank", "account": "DE02 1234 5678 9012", "holder": "Some Body"}]
    }
    people = [
        calm(f"r{n}", claims={"name": name}, **shared)
        for n, name in enumerate(("Ana Ruiz", "Bo Chen", "Cy Doe"))
    ]
    assess(desk, members.reviewer, *people)
    page = reviewer.get("/rings")
    assert "3 people" in page
    one = reviewer.get(re.search(r"/rings/of\?member=\w+", page)[0])
    assert "<svg" in one
    assert 'href="/queue?q=r1&state="' in one
    assert "DE02" not in one
    reviewer.get("/rings/of?member=nobody", status=404)


def test_a_key_looks_the_same_under_rings_and_on_the_case(desk, members, reviewer):
    shared = {
        "payouts": [RENTED["payouts"][1] | {"account": "US-Host 77"}],
        "contact": {
            "phones": [{"number": "+34 612 345 781", "other_identities": 3}],
            "emails": [{"address": "A.Na+x@gmail.com", "other_identities": 3}],
        },
        "shipments": [
            {"sent_at": "2026-05-01T00:00:00Z", "address": "12 Sorrel Lane, Reno", "country": "US"}
        ],
    }
    people = [
        rented(f"r{n}", claims=RENTED["claims"] | {"name": name}, **shared)
        for n, name in enumerate(("Ana Ruiz", "Bo Chen", "Cy Doe"))
    ]
    case = f"/cases/{assess(desk, members.reviewer, *people).case}"
    rings = reviewer.get("/rings")
    keys = dict(re.findall(r'<th scope="row">([^<]+)</th><td><code>([^<]+)</code>', rings))
    assert keys["pay-out account"] == "us…77"
    assert keys["phone number"] == "34…81"
    assert keys["mailbox"] == "a…@gmail.com"
    assert keys["shipping address"] == "12…no"
    codes = re.findall(r'name="code" value="(\w+)"', reviewer.get(case))
    assert "CONTACT_IDENTITIES" in codes
    for code in codes:
        reviewer.get(case)
        reviewer.send(f"{case}/evidence", data={"code": code})
    page = reviewer.get(case)
    linked = re.search(r'<h2 id="links">.*?</section>', page, re.DOTALL)[0]
    rows = page.replace(linked, "")
    for what, key in keys.items():
        if what != "device":
            assert f"<code>{key}</code>" in linked, what
    for what in ("pay-out account", "phone number", "mailbox"):
        assert f"<td>{keys[what]}</td>" in rows, what


def test_a_closed_case_is_nobodys_work(desk, members, lead):
    many_cases(desk.store, members.tenant, 1, state="closed", closed=now())
    waiting = assess(desk, members.reviewer, rented()).case
    page = lead.get("/queue?state=")
    assert re.findall(r'name="case" value="([^"]+)"', page) == [waiting]
