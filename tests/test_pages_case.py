"""A case in a browser: evidence, view, score, decision, and what follows from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from features.reading import read_profile
from fraudscore.review import appeals, audit, cases
from fraudscore.review.decisions import ADVERSE, DECISIONS, VIEWS
from fraudscore.review.rights import ROLES
from fraudscore.review.tables import CASES, PROFILES
from fraudscore.review.tables import DECISIONS as MADE
from fraudscore.review.team import change
from fraudscore.web import pages_appeal, pages_case, pages_queue, pages_sign_in
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.desk import ANSWERED, team
from tests.reviewing import RENTED, STORIES, WHY, assess, calm, open_case, rented

PAGES = (pages_sign_in, pages_queue, pages_case, pages_appeal)
REASON = "PAYEE_OTHER_SHARE"
WEIGHT = re.compile(r"odds ×|of 100|a person should look now|<meter")
"""What the score follows from."""
SCORE = re.compile(r"<strong class=\"big\">[\d.]+</strong> of 100")
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
def members(desk):
    return team(desk.store, with_passwords=True)


@pytest.fixture
def app(desk, members):
    return served(desk, *PAGES)


@pytest.fixture
def reviewer(app):
    return Browser(app).sign_in("reviewer")


@pytest.fixture
def lead(app):
    return Browser(app).sign_in("lead")


@pytest.fixture
def case(desk, members):
    return f"/cases/{open_case(desk, members)}"


def send(at, path, **data):
    at.get(path.rsplit("/", 1)[0])
    return at.send(path, data=data)


def take(at, case):
    assert send(at, f"{case}/hold").status_code == 303


def view(at, case, kind="somebody_else", note=""):
    answer = send(at, f"{case}/view", view=kind, note=note)
    assert answer.status_code == 303, answer.text


def ready(at, case):
    """Taken, evidence opened, a view recorded."""
    take(at, case)
    assert send(at, f"{case}/evidence", code=REASON).status_code == 303
    view(at, case)


def decide(at, case, kind="confirm_impersonation", reason=WHY, **more):
    page = at.get(case)
    assessment = re.search(r'name="assessment" value="([^"]+)"', page)
    own = {"assessment": assessment[1]} if assessment else {}
    return at.send(f"{case}/decide", data={"kind": kind, "reason": reason, **own, **more})


def work(page):
    """What the form of a case would send as it stands."""
    own = page[page.index('id="work"') :].partition("</form>")[0]
    own += "".join(re.findall(r'<textarea[^>]* form="work"[^>]*>[^<]*</textarea>', page))
    inputs = re.findall(r'<input type="(\w+)"[^>]* name="(\w+)" value="([^"]*)"([^>]*)>', own)
    sent = {n: v for kind, n, v, rest in inputs if kind == "hidden" or " checked" in rest}
    return sent | dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', own))


def expire(desk):
    """Nobody has a case any more."""
    with desk.store.writing() as connection:
        connection.execute(update(CASES).values(held_until=now() - timedelta(minutes=1)))


def always_show(desk, members):
    with desk.store.writing() as connection:
        always = ANSWERED.model_copy(update={"score_shown": "always"})
        change(connection, members.admin, always, now=now())


def decision(page):
    return re.search(r'name="decision" value="([^"]+)"', page)[1]


# Evidence first


def test_each_reason_tells_claim_observation_time_reliability_causes_and_check(reviewer, case):
    page = reviewer.get(case)
    own = re.search(r'id="reason-payee_other_share".*?</article>', page, re.DOTALL)[0]
    assert "which fits no name the person gave" in own
    assert "name <strong>Haruno Testmori</strong>" in own
    assert "Osaka" not in own
    assert "<dd>02 Apr 2026 00:00</dd>" in own
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
    assert "<dd>the first 5: 18 Apr 2026 01:16 to 26 Apr 2026 02:30; there may be more</dd>" in own
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


def test_a_view_is_recorded_once_and_a_draft_is_not_lost(reviewer, case):
    take(reviewer, case)
    answer = send(reviewer, f"{case}/view", view="no such view", note="half a thought")
    assert answer.status_code == 422
    assert "half a thought</textarea>" in answer.text
    view(reviewer, case)
    assert send(reviewer, f"{case}/view", view="nothing_wrong").status_code == 409


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


# Who has it


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
    assert send(reviewer, f"{case}/snooze", until="1999-01-01").status_code == 422
    assert send(reviewer, f"{case}/snooze", until="soon").status_code == 422
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


# Deciding


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


# What was typed


def test_what_was_typed_outlives_the_opening_of_evidence(reviewer, case):
    take(reviewer, case)
    view(reviewer, case)
    refused = decide(reviewer, case, advance="0")
    assert "Open the evidence of at least one reason first" in refused.text
    sent = work(refused.text)
    button = re.search(
        r'form="work" formaction="([^"]+)"[^>]* name="code" value="([^"]+)"', refused.text
    )
    answer = reviewer.send(button[1], data=sent | {"code": button[2]})
    assert answer.status_code == 200
    assert "Evidence, opened by you" in answer.text
    assert work(answer.text) == sent
    assert (sent["kind"], sent["reason"]) == ("confirm_impersonation", WHY)
    assert 'name="advance" value="1" checked' not in answer.text
    assert reviewer.send(f"{case}/decide", data=work(answer.text)).status_code == 303
    assert WHY in reviewer.get(case)


def test_what_was_typed_outlives_a_longer_hold_and_the_view(desk, members, reviewer, case):
    always_show(desk, members)
    take(reviewer, case)
    sent = work(reviewer.get(case)) | {"note": "half a thought", "kind": "ask", "reason": WHY}
    longer = reviewer.send(f"{case}/hold", data=sent | {"view": "cannot_tell"})
    assert work(longer.text) == sent | {"view": "cannot_tell"}
    assert "choose a view first" in reviewer.send(f"{case}/view", data=sent).text.lower()
    viewed = reviewer.send(f"{case}/view", data=sent | {"view": "cannot_tell"})
    left = work(viewed.text)
    assert (left["kind"], left["reason"]) == ("ask", WHY)
    assert "note" not in left
    assert "half a thought" in viewed.text


@pytest.mark.parametrize(("form", "field"), [("view", "note"), ("decide", "reason")])
def test_what_was_typed_comes_along_when_the_case_is_taken_again(desk, reviewer, case, form, field):
    take(reviewer, case)
    if form == "decide":
        view(reviewer, case)
    typed = {field: WHY, **({"view": "cannot_tell"} if form == "view" else {"kind": "clear"})}
    sent = work(reviewer.get(case)) | typed
    expire(desk)
    refused = reviewer.send(f"{case}/{form}", data=sent)
    assert refused.status_code == 409
    assert "You do not have this case any more; take it again first." in refused.text
    assert "What you wrote" in refused.text
    assert re.search(rf'name="{field}" rows="4" readonly>{WHY}<', refused.text)
    assert 'formaction="' + f"{case}/hold" in refused.text
    taken = reviewer.send(f"{case}/hold", data=work(refused.text))
    assert taken.status_code == 200
    assert "You have it until" in taken.text
    assert "What you wrote" not in taken.text
    assert work(taken.text).items() >= typed.items()
    assert reviewer.send(f"{case}/{form}", data=work(taken.text)).status_code == 303


def test_what_was_typed_can_still_be_read_when_somebody_else_has_the_case(
    desk, app, reviewer, case
):
    ready(reviewer, case)
    expire(desk)
    take(Browser(app).sign_in("other_reviewer"), case)
    for form in ("decide", "hold"):
        refused = reviewer.send(f"{case}/{form}", data={"kind": "ask", "reason": WHY})
        assert refused.status_code == 409
        assert WHY in work(refused.text)["reason"]
        assert "Take it" not in refused.text


@pytest.mark.parametrize(
    ("button", "more"),
    [
        ("imagine", {"check": "document", "outcome": "same"}),
        ("release", {}),
        ("assign", {"user": ""}),
        ("snooze", {"until": "2099-01-01"}),
        ("snooze", {"until": "tomorrow"}),
    ],
)
def test_what_was_typed_outlives_every_button_that_stays_on_the_case(reviewer, case, button, more):
    ready(reviewer, case)
    typed = work(reviewer.get(case)) | {"kind": "ask", "reason": WHY}
    answer = reviewer.send(f"{case}/{button}", data=typed | more)
    assert work(answer.text).items() >= {"kind": "ask", "reason": WHY}.items()
    if button == "imagine":
        assert 'class="moved"' in answer.text
    if button == "snooze":
        assert answer.status_code == 422
        assert f'value="{more["until"]}"' in answer.text


def test_what_was_typed_is_there_when_the_case_was_put_off(reviewer, case):
    ready(reviewer, case)
    typed = work(reviewer.get(case)) | {"kind": "ask", "reason": WHY}
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    answer = reviewer.send(f"{case}/snooze", data=typed | {"until": tomorrow})
    assert "Put off until" in answer.text
    assert work(answer.text)["reason"] == WHY
    woken = reviewer.send(f"{case}/wake", data=work(answer.text))
    assert work(woken.text)["reason"] == WHY


def test_nobody_goes_on_from_what_was_typed_without_saying_so(desk, members, reviewer, case):
    other = assess(desk, members.reviewer, rented("p2")).case
    ready(reviewer, case)
    typed = work(reviewer.get(case)) | {"kind": "ask", "reason": WHY}
    asked = reviewer.send(f"{case}/next", data=typed)
    assert asked.status_code == 422
    assert "What you wrote is not kept yet" in asked.text
    assert work(asked.text)["reason"] == WHY
    left = reviewer.send(f"{case}/next", data=work(asked.text) | {"leave": "1"})
    assert left.headers["location"] == f"/cases/{other}"
    nothing = work(reviewer.get(f"/cases/{other}"))
    assert reviewer.send(f"/cases/{other}/next", data=nothing).headers["location"] == case


def test_what_was_typed_goes_along_to_the_letter_and_back(reviewer, case):
    ready(reviewer, case)
    typed = work(reviewer.get(case)) | {"kind": "ask", "reason": WHY, "advance": "0"}
    letter = reviewer.send(f"{case}/letter", data=typed)
    assert letter.status_code == 200
    assert "The letter" in letter.text
    back = letter.text[letter.text.index(f'action="{case}"') :].partition("</form>")[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', back))
    page = reviewer.send(case, data=sent)
    assert work(page.text) == typed
    contested = decide(reviewer, case, advance="0").headers["location"]
    offered = reviewer.send(
        f"{case}/appeal", data={"decision": decision(reviewer.get(contested)), "because": "half"}
    )
    assert 'name="because" value="half"' in offered.text
    nothing = dict.fromkeys(("view", "note", "kind", "reason"), "")
    assert reviewer.send(f"{case}/letter", data=nothing).headers["location"] == f"{case}/letter"


def test_a_half_typed_reason_to_take_back_outlives_the_opening_of_evidence(reviewer, lead, case):
    ready(reviewer, case)
    decide(reviewer, case)
    sent = work(lead.get(case)) | {"because": "half a thought"}
    answer = lead.send(f"{case}/evidence", data=sent | {"code": REASON})
    assert "Evidence, opened by you" in answer.text
    assert work(answer.text)["because"] == "half a thought"
    assert '<details class="more" open data-save><summary>Take it back' in answer.text


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


def contest(desk, by, decision):
    """The id of an appeal that the person has opened."""
    with desk.store.writing() as connection:
        token = appeals.offer(connection, by, decision, now=now())
        return appeals.open_appeal(connection, token, "It is my brother's account.", now=now()).id


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


def test_the_history_tells_everything_that_happened(reviewer, case):
    ready(reviewer, case)
    decide(reviewer, case)
    page = reviewer.get(case)
    history = re.search(r'<h2 id="history">.*?</section>', page, re.DOTALL)[0]
    assert re.findall(r"<strong>([^<]+)</strong>", history) == ["Decided", "View", "Scored"]
    assert DECISIONS["confirm_impersonation"] in history
    assert WHY in history


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
