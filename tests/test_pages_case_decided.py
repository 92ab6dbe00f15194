"""What is done with a case in a browser: held, put off, decided, told, contested, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from fraudscore.review import appeals, audit
from fraudscore.review.tables import CASES
from fraudscore.review.tables import DECISIONS as MADE
from fraudscore.review.team import change
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.casework import (
    PAGES,
    REASON,
    contest,
    decide,
    decision,
    ready,
    send,
    take,
    view,
    work,
)
from tests.desk import ANSWERED
from tests.reviewing import WHY, assess, open_case, rented


@pytest.fixture
def app(desk, members):
    return served(desk, *PAGES)


@pytest.fixture
def case(desk, members):
    return f"/cases/{open_case(desk, members)}"


def test_two_people_never_have_one_case(app, reviewer, case):
    take(reviewer, case)
    other = Browser(app).sign_in("other_reviewer")
    page = other.get(case)
    assert "Reviewer has it until" in page
    assert "Take it" not in page
    answer = other.send(f"{case}/hold")
    assert answer.status_code == 409
    assert "Reviewer has this case; take another." in answer.text
    send(reviewer, f"{case}/release")
    take(other, case)


def test_a_case_is_put_off_until_a_day_and_fetched_back(reviewer, case):
    take(reviewer, case)
    for until, found in (
        ("1999-01-01", "1999-01-01 is too early or too late; write a day from "),
        ("2026-02-31", "'2026-02-31' is no day of the calendar; write one as 20"),
        ("soon", "'soon' is no day of the calendar; write one as 20"),
        ("", "No day was given; write one as 20"),
    ):
        refused = send(reviewer, f"{case}/snooze", until=until)
        assert refused.status_code == 422
        assert found in unescape(refused.text)
    day = (now() + timedelta(days=3)).date().isoformat()
    where = send(reviewer, f"{case}/snooze", until=day).headers["location"]
    assert re.search(r"Haruno Testmori</a>: Put off until \d", reviewer.get(where))
    assert case not in reviewer.get("/queue")
    assert case in reviewer.get("/queue?snoozed=1&state=")
    assert "Put off until" in reviewer.get(case)
    send(reviewer, f"{case}/wake")
    assert case in reviewer.get("/queue")


def test_only_who_may_take_a_case_is_offered_it(desk, members, app, reviewer, lead, case):
    ready(reviewer, case)
    decide(reviewer, case, "escalate")
    page = reviewer.get(case)
    assert "Take it" not in page
    assert "This case waits for a lead." in page
    assert "Take it" in lead.get(case)
    take(lead, case)
    send(lead, f"{case}/evidence", code=REASON)
    view(lead, case)
    decide(lead, case)
    contest(desk, members.lead, decision(lead.get(case)))
    page = lead.get(case)
    assert "Take it" not in page
    assert "You decided this case; somebody else hears the appeal." in page
    assert "Take it" in reviewer.get(case)


def test_a_lead_hands_a_case_on(app, members, lead, case):
    take(lead, case)
    assert send(lead, f"{case}/assign", user=members.other_reviewer.id).status_code == 303
    assert "Given to Other Reviewer" in lead.get(case)


def test_what_speaks_against_a_person_needs_evidence_reason_and_view(reviewer, case):
    take(reviewer, case)
    answer = decide(reviewer, case)
    assert answer.status_code == 422
    assert "Open the evidence of at least one reason first" in answer.text
    send(reviewer, f"{case}/evidence", code=REASON)
    answer = decide(reviewer, case)
    assert answer.status_code == 422
    assert "Record your view first" in answer.text
    view(reviewer, case)
    answer = decide(reviewer, case, reason="too short")
    assert answer.status_code == 422
    assert "too short</textarea>" in answer.text
    assert 'value="confirm_impersonation" required data-key="3" checked' in answer.text
    assert decide(reviewer, case).status_code == 303


def test_a_cleared_case_leads_to_the_next_one(desk, members, reviewer, case):
    other = open_case(desk, members, "p2")
    ready(reviewer, case)
    answer = decide(reviewer, case, "clear", "", advance="1")
    assert answer.headers["location"].startswith(f"/cases/{other}?did=")
    page = reviewer.get(answer.headers["location"])
    assert f'<a href="{case}">Haruno Testmori</a>: Kept: Clear: nothing wrong.' in page
    assert "You have it until" in page


def test_nobody_is_told_of_a_decision_that_was_not_made_just_now_by_them(
    desk, app, reviewer, lead, case
):
    ready(reviewer, case)
    where = decide(reviewer, case, "clear", "", advance="1").headers["location"]
    assert where.startswith("/queue?did=")
    assert f'<a href="{case}">Haruno Testmori</a>: Kept: Clear' in reviewer.get(where)
    for forged in ("confirm_impersonation", "undone", "slept", case.removeprefix("/cases/")):
        for page in ("/queue", case):
            assert 'class="done"' not in reviewer.get(f"{page}?did={forged}")
    assert 'class="done"' not in lead.get(where)
    with desk.store.writing() as connection:
        connection.execute(update(MADE).values(at=now() - timedelta(hours=1)))
    assert 'class="done"' not in reviewer.get(where)


def test_without_advance_one_stays_where_one_is(reviewer, case):
    ready(reviewer, case)
    where = decide(reviewer, case, "clear", "").headers["location"]
    assert where.startswith(f"{case}?did=")
    page = reviewer.get(where)
    assert "<p>Kept: Clear: nothing wrong.</p>" in page
    assert "Closed on" in page


def test_whoever_asks_gets_a_letter_that_tells_no_weights(reviewer, case):
    ready(reviewer, case)
    where = decide(reviewer, case, "ask", "", advance="1").headers["location"]
    assert where == f"{case}/letter"
    letter = re.search(r"<textarea[^>]*>(.*?)</textarea>", reviewer.get(where), re.DOTALL)[1]
    assert "You told us" in letter
    assert "one of two ways" in " ".join(letter.split())
    assert not re.search(r"odds|score|%|Vexin|[A-Z]{4,}_", letter)
    kept = reviewer.client.get(f"{case}/letter.txt")
    assert kept.headers["content-disposition"].startswith("attachment")
    assert kept.text == letter
    assert "waits for the person" in reviewer.get("/queue?state=asked")
    assert case in reviewer.get("/queue?state=asked")


def test_who_takes_a_letter_away_is_noted(desk, members, reviewer, case):
    reviewer.get(f"{case}/letter")
    with desk.store.reading() as connection:
        before = audit.entries(connection, members.auditor)[0]
    assert before.action != "letter_taken"
    reviewer.client.get(f"{case}/letter.txt")
    with desk.store.reading() as connection:
        entry = audit.entries(connection, members.auditor)[0]
    assert (entry.action, entry.subject) == ("letter_taken", f"case:{case.rpartition('/')[2]}")
    assert members.reviewer.id in entry.actor


def test_the_letter_can_be_read_before_the_view(reviewer, case):
    assert "You told us" in reviewer.get(f"{case}/letter")


def letter_on(page):
    return " ".join(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1].split())


def test_the_letter_after_a_decision_says_what_was_decided_and_how_to_contest_it(reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    closed = reviewer.get(case)
    assert f'formaction="{case}/letter"' in closed
    without = letter_on(reviewer.get(f"{case}/letter"))
    reviewer.get(case)
    offered = reviewer.send(f"{case}/appeal", data={"decision": decision(closed)}).text
    link = re.search(r"https://[^<\s]+/appeal/[\w-]+", offered)[0]
    for letter in (without, letter_on(offered)):
        assert "Nothing has been decided" not in letter
        assert "decided that the work under your name is done by somebody else" in letter
        assert "You told us that the pay goes to you or to somebody you named" in letter
        assert "one of two ways" in letter
        assert "answers within 14 days" in letter
        assert not re.search(rf"odds|score|%|Vexin|Reviewer|{WHY}", letter)
    assert f"say so here: {link}. " in letter_on(offered)
    assert "with the link that comes with this letter" in without
    assert " ".join(reviewer.client.get(f"{case}/letter.txt").text.split()) == without


NOTHING_LEFT = "nothing you told us is in question any more"


def test_the_letter_of_a_cleared_case_says_that_nothing_is_in_question(reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case, "clear", "")
    letter = letter_on(reviewer.get(f"{case}/letter"))
    assert NOTHING_LEFT in letter
    assert not re.search("Nothing has been decided|You told us that", letter)


def test_who_decides_against_a_person_makes_the_link_to_contest_it(app, reviewer, case):
    ready(reviewer, case)
    where = decide(reviewer, case, advance="1").headers["location"]
    assert where.startswith(f"{case}?did=")
    page = reviewer.get(where)
    assert WHY in page
    answer = reviewer.send(f"{case}/appeal", data={"decision": decision(page)})
    link = re.search(r'class="secret">https://desk\.example(/appeal/[^<]+)<', answer.text)[1]
    assert "somebody else" in Browser(app).get(link).lower()


def test_a_page_that_is_sent_again_shows_the_link_it_showed(desk, members, app, reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    page = work(reviewer.get(case)) | {"decision": decision(reviewer.page)}
    first, again = (reviewer.send(f"{case}/appeal", data=page).text for _ in range(2))
    shown = [re.search(r"/appeal/[\w-]+", text)[0] for text in (first, again)]
    assert shown[0] == shown[1]
    assert "Ask for another look" in Browser(app).get(shown[0])
    with desk.store.reading() as connection:
        done = [entry.action for entry in audit.entries(connection, members.auditor)]
    assert done.count("appeal_offered") == 1
    anew = work(reviewer.get(case)) | {"decision": decision(reviewer.page)}
    newer = re.search(r"/appeal/[\w-]+", reviewer.send(f"{case}/appeal", data=anew).text)[0]
    assert newer != shown[0]
    Browser(app).get(shown[0], 404)


def test_while_an_appeal_is_open_the_score_is_put_away(app, reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    answer = reviewer.send(f"{case}/appeal", data={"decision": decision(reviewer.get(case))})
    link = re.search(r"(/appeal/[\w-]+)<", answer.text)[1]
    person = Browser(app)
    person.get(link)
    assert person.send(link, data={"statement": "It is my brother's account."}).status_code == 303
    page = reviewer.get(case)
    assert "Score put away" in page
    assert not re.search(r"odds ×|of 100", page)
    assert "It is my brother's account." in page


def test_nobody_is_sent_to_appeals_who_may_not_open_them(desk, members, app, reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    contest(desk, members.reviewer, decision(reviewer.get(case)))
    assert 'href="/appeals"' in reviewer.get(case)
    page = Browser(app).sign_in("viewer").get(case)
    assert "An appeal is open" in page
    assert 'href="/appeals"' not in page


def test_a_case_says_that_its_decision_was_overturned(desk, members, app, reviewer, case):
    linked = assess(desk, members.reviewer, rented("p2", claims={"name": "Other Person"}))
    ready(reviewer, case)
    decide(reviewer, case)
    appeal = contest(desk, members.reviewer, decision(reviewer.get(case)))
    assert "decided that the work under your name" in letter_on(reviewer.get(f"{case}/letter"))
    answer = "the bank says that both of them hold it"
    with desk.store.writing() as connection:
        appeals.assign_appeal(connection, members.lead, appeal, members.lead.id, now=now())
        appeals.close_appeal(connection, members.lead, appeal, "overturned", answer, now=now())
    assert re.search(r"Closed on [^:]+: overturned on appeal\.", reviewer.get(case))
    assert "Haruno Testmori</a> (overturned on appeal)" in reviewer.get(f"/cases/{linked.case}")
    assert NOTHING_LEFT in letter_on(reviewer.get(f"{case}/letter"))


def test_a_case_that_stays_closed_says_that_its_decision_was_taken_back(
    desk, members, reviewer, lead, case
):
    ready(reviewer, case)
    decide(reviewer, case)
    with desk.store.writing() as connection:
        connection.execute(update(CASES).values(score=0.001, band="no_concern"))
    assert assess(desk, members.reviewer, rented()).case not in (None, case)
    own = decision(lead.get(case))
    assert send(lead, f"{case}/undo", decision=own, because=WHY).status_code == 303
    assert re.search(r"Closed on [^:]+: decision taken back\.", reviewer.get(case))


def test_a_lead_takes_a_decision_back_with_a_reason(reviewer, lead, case):
    ready(reviewer, case)
    decide(reviewer, case)
    own = decision(lead.get(case))
    assert "Take it back" not in reviewer.get(case)
    assert reviewer.send(f"{case}/undo", data={"decision": own, "because": WHY}).status_code == 403
    answer = send(lead, f"{case}/undo", decision=own, because="short")
    assert answer.status_code == 422
    assert "short</textarea>" in answer.text
    where = send(lead, f"{case}/undo", decision=own, because=WHY).headers["location"]
    page = lead.get(where)
    assert "The decision was taken back" in page
    assert "Taken back" in page
    assert case in lead.get("/queue")


def test_a_case_that_was_scored_again_is_not_decided_unseen(desk, members, reviewer, case):
    ready(reviewer, case)
    page = reviewer.get(case)
    assessment = re.search(r'name="assessment" value="([^"]+)"', page)[1]
    assess(desk, members.reviewer, rented(as_of="2026-06-20T00:00:00Z"), now=now())
    data = {"kind": "clear", "reason": "", "assessment": assessment}
    answer = reviewer.send(f"{case}/decide", data=data)
    assert answer.status_code == 409
    assert "scored again meanwhile" in answer.text


def test_nothing_is_decided_before_the_policy_questions(desk, members, reviewer, case):
    with desk.store.writing() as connection:
        bare = ANSWERED.model_copy(update={"answers": None})
        change(connection, members.admin, bare, now=now())
    ready(reviewer, case)
    assert "four policy questions" in reviewer.get(case)
    assert decide(reviewer, case, "clear", "").status_code == 409
