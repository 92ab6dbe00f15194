"""What is typed on a case in a browser: it outlives every button, and is given back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from fraudscore.review import people
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.casework import (
    PAGES,
    REASON,
    always_show,
    decide,
    decision,
    expire,
    ready,
    send,
    take,
    view,
    work,
)
from tests.reviewing import WHY, assess, open_case, rented


@pytest.fixture
def app(desk, members):
    return served(desk, *PAGES)


@pytest.fixture
def case(desk, members):
    return f"/cases/{open_case(desk, members)}"


def test_a_view_is_recorded_once_and_a_draft_is_not_lost(reviewer, case):
    take(reviewer, case)
    answer = send(reviewer, f"{case}/view", view="no such view", note="half a thought")
    assert answer.status_code == 422
    assert "half a thought</textarea>" in answer.text
    view(reviewer, case)
    assert send(reviewer, f"{case}/view", view="nothing_wrong").status_code == 409


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
        (field,) = re.findall(r'<input[^>]* name="until"[^>]*>', answer.text)
        assert f'value="{more["until"]}"' in field
        # With limits a browser would send none of the other buttons either.
        assert not re.search(" (min|max|required)", field)


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


def test_what_somebody_wrote_who_may_no_more_is_given_back(desk, members, app, reviewer, case):
    ready(reviewer, case)
    typed = work(reviewer.get(case)) | {"kind": "ask", "reason": WHY}
    with desk.store.writing() as connection:
        people.set_role(connection, members.admin, members.reviewer.id, "viewer", now=now())
    refused = reviewer.send(f"{case}/decide", data=typed)
    assert refused.status_code == 403
    assert f"{WHY}</textarea>" in refused.text
    assert "Copy it if you want to keep it." in refused.text
    assert "<textarea" not in reviewer.get(f"{case}/letter", 403)
