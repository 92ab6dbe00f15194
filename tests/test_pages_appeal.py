"""Contesting a decision: the person's page behind a link, and the reviewers' side of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fraudscore.review import appeals, decisions, labels
from fraudscore.review.tables import APPEALS
from fraudscore.web import pages_appeal, pages_sign_in
from fraudscore.web.clock import now
from fraudscore.web.showing import day
from tests.browsing import Browser, served
from tests.desk import team
from tests.reviewing import WHY, a_reason, decided, open_case

STATEMENT = "The account is my wife's.\nWe share it."
ANSWER = "The bank confirmed that both of you hold the account."


@pytest.fixture
def app(desk, members):
    return served(desk, pages_sign_in, pages_appeal)


@pytest.fixture
def link(desk, members):
    """The link that goes to the person with a decision of the reviewer."""
    made = decided(desk, members.reviewer, open_case(desk, members), now=now())
    with desk.store.writing() as connection:
        token = appeals.offer(connection, members.reviewer, made.id, now=now())
    return f"/appeal/{token}"


@pytest.fixture
def opened(desk, app, link, members):
    """The id of an appeal that the person has opened."""
    at = Browser(app)
    at.get(link)
    assert at.send(link, data={"statement": STATEMENT}).headers["location"] == link
    with desk.store.reading() as connection:
        return appeals.appeals(connection, members.lead, now=now())[0].id


def test_the_person_is_told_two_ways_and_nothing_about_scores_or_others(app, link):
    page = re.sub(r'value="[^"]*"', "", Browser(app).get(link)).replace(link, "")
    for part in (
        "Ask for another look",
        "decided that the work under your name is done by somebody else",
        "You told us that the pay goes to you or to somebody you named",
        "two ways",
        "Tell us who holds the pay-out account",
        "send a letter from the bank",
        "never have to",
        "may be using your name without your knowledge",
    ):
        assert part in page
    assert "letter that came with this link" not in page
    for word in (WHY, "Reviewer", "p1", "impersonation", "Vexin", "%", "threshold"):
        assert word not in page


def test_a_statement_is_sent_once_and_the_due_date_shown(app, link, opened):
    at = Browser(app)
    page = at.get(link)
    assert "We have your statement" in page
    assert "The account is my wife's.<br>We share it." in page
    due = now() + timedelta(days=14)
    assert f"{due.day} {due:%b %Y}" in page
    assert at.send(link, data={"statement": "more"}).status_code == 409


def test_an_empty_statement_is_sent_back(app, link):
    at = Browser(app)
    at.get(link)
    answer = at.send(link, data={"statement": "  "})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_statement_from_another_site_is_refused(app, link):
    at = Browser(app)
    at.get(link)
    refused = at.send(link, origin="https://evil.example", data={"statement": STATEMENT})
    assert refused.status_code == 403


def test_a_statement_is_sent_from_a_browser_that_somebody_is_signed_in_with(app, link):
    own = Browser(app).sign_in("reviewer")
    page = own.get(link)
    assert "Reviewer" not in page
    own.client.cookies.clear()  # the login ends, or the browser keeps no cookies
    assert own.send(link, data={"statement": STATEMENT}).status_code == 303
    assert "We have your statement" in own.get(link)


def again(desk, members):
    """A newer link takes the place of the one that was sent."""
    with desk.store.writing() as connection:
        made = connection.execute(select(APPEALS.c.decision)).scalar_one()
        appeals.offer(connection, members.reviewer, made, now=now())


def taken_back(desk, members):
    with desk.store.writing() as connection:
        made = connection.execute(select(APPEALS.c.decision)).scalar_one()
        decisions.undo(connection, members.lead, made, WHY, now=now())


def expired(desk, members):
    with desk.store.writing() as connection:
        connection.execute(update(APPEALS).values(offer_ends=now() - timedelta(days=1)))


@pytest.mark.parametrize(
    ("meanwhile", "status", "said"),
    [
        (again, 404, "This link is not known; use the newest one you were sent."),
        (taken_back, 409, "This decision was taken back; there is nothing to contest."),
        (expired, 409, "This link has expired; ask whoever sent it for a new one."),
    ],
)
def test_a_statement_that_comes_too_late_is_given_back(
    desk, app, members, link, meanwhile, status, said
):
    at = Browser(app)
    at.get(link)
    meanwhile(desk, members)
    answer = at.send(link, data={"statement": STATEMENT})
    assert answer.status_code == status
    assert said in answer.text
    assert "The account is my wife&#39;s.\nWe share it.</textarea>" in answer.text


def test_another_statement_to_an_appeal_that_is_open_is_given_back(app, link, opened):
    at = Browser(app)
    at.get(link)
    assert at.send(link, data={"statement": STATEMENT}).status_code == 303  # pressed twice
    answer = at.send(link, data={"statement": "And another thing."})
    assert answer.status_code == 409
    assert "This decision is contested already" in answer.text
    assert "And another thing.</textarea>" in answer.text


def test_a_line_break_counts_as_one_character(app, link):
    at = Browser(app)
    at.get(link)
    longest = "x\r\n" * (appeals.STATEMENT_MAX // 2 - 1) + "xx"
    assert at.send(link, data={"statement": longest}).status_code == 303


@pytest.mark.parametrize("meanwhile", ["closed", "given"])
def test_an_answer_that_comes_too_late_is_given_back(desk, app, opened, members, meanwhile):
    at = Browser(app).sign_in("other_reviewer")
    at.get(f"/appeals/{opened}")
    at.send(f"/appeals/{opened}/take")
    at.get(f"/appeals/{opened}")
    with desk.store.writing() as connection:
        if meanwhile == "given":
            appeals.assign_appeal(connection, members.lead, opened, members.lead.id, now=now())
        else:
            appeals.close_appeal(
                connection, members.other_reviewer, opened, "overturned", "x" * 20, now=now()
            )
    answer = at.send(f"/appeals/{opened}/close", data={"outcome": "upheld", "answer": ANSWER})
    assert answer.status_code == (403 if meanwhile == "given" else 409)
    said = "given to Lead, who answers it" if meanwhile == "given" else "This appeal is not open"
    assert said in answer.text
    assert f"{ANSWER}</textarea>" in answer.text


def test_a_link_that_is_none_or_too_old(desk, app, link):
    Browser(app).get("/appeal/nothing", 404)
    with desk.store.writing() as connection:
        connection.execute(update(APPEALS).values(offer_ends=now() - timedelta(days=1)))
    assert "no longer in use" in Browser(app).get(link)


def test_whoever_decided_cannot_take_the_appeal(app, opened):
    at = Browser(app).sign_in("reviewer")
    assert "somebody else has to look" in at.get(f"/appeals/{opened}")
    assert at.send(f"/appeals/{opened}/take").status_code == 409


def test_another_reviewer_answers_and_the_person_reads_it(desk, app, link, opened, members):
    at = Browser(app).sign_in("other_reviewer")
    assert "p1" in at.get("/appeals")
    page = at.get(f"/appeals/{opened}")
    assert WHY in page
    assert at.send(f"/appeals/{opened}/take").status_code == 303
    at.get(f"/appeals/{opened}")
    data = {"outcome": "overturned", "answer": ANSWER}
    assert at.send(f"/appeals/{opened}/close", data=data).status_code == 303
    assert "overturned" in at.get("/appeals?closed=1")
    page = Browser(app).get(link)
    assert "The decision was changed" in page
    assert ANSWER in page
    with desk.store.reading() as connection:
        assert not labels.labels(connection, members.lead)


def test_the_person_reads_that_an_upheld_decision_was_taken_back_later(
    desk, app, link, opened, members
):
    with desk.store.writing() as connection:
        found = appeals.assign_appeal(connection, members.lead, opened, members.lead.id, now=now())
        code = a_reason(connection, members.lead, found.case)
        decisions.open_evidence(connection, members.lead, found.case, code, now=now())
        appeals.close_appeal(connection, members.lead, opened, "upheld", ANSWER, now=now())
    assert "The decision stands" in Browser(app).get(link)
    with desk.store.writing() as connection:
        decisions.undo(connection, members.lead, found.decision, WHY, now=now())
    page = Browser(app).get(link)
    assert "The decision stands" not in page
    assert "The decision was changed" in page
    assert f"It was taken back later, on {day(now())}, and it will never be used again." in page


def test_a_short_answer_is_sent_back_with_what_was_typed(app, opened):
    at = Browser(app).sign_in("other_reviewer")
    at.get(f"/appeals/{opened}")
    at.send(f"/appeals/{opened}/take")
    at.get(f"/appeals/{opened}")
    data = {"outcome": "upheld", "answer": ANSWER}
    refused = at.send(f"/appeals/{opened}/close", data=data)
    assert refused.status_code == 422
    assert "Open the evidence of at least one reason first." in refused.text
    for outcome in ("upheld", "overturned"):
        answer = at.send(f"/appeals/{opened}/close", data={"outcome": outcome, "answer": "no"})
        assert answer.status_code == 422
        assert ">no</textarea>" in answer.text
        assert re.findall(r'<input[^>]+value="(\w+)"[^>]+ checked>', answer.text) == [outcome]


def test_a_lead_gives_it_to_somebody_but_not_to_the_decider(app, opened, members):
    at = Browser(app).sign_in("lead")
    page = at.get(f"/appeals/{opened}")
    assert f'value="{members.other_reviewer.id}"' in page
    assert f'value="{members.reviewer.id}"' not in page
    at.send(f"/appeals/{opened}/take", data={"user": members.other_reviewer.id})
    assert "Other Reviewer" in at.get("/appeals")


def test_what_the_person_writes_is_shown_and_never_obeyed(app, link):
    at = Browser(app)
    at.get(link)
    at.send(link, data={"statement": "<script>alert(1)</script>\u202e"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;202e&gt;" in at.client.get(link).text


def test_another_teams_appeal_is_not_there(desk, app, opened):
    team(desk.store, "other", with_passwords=True)
    at = Browser(app).sign_in("lead", "other")
    at.get(f"/appeals/{opened}", 404)
    at.get("/appeals")
    assert at.send(f"/appeals/{opened}/take").status_code == 404
