"""What people ask for themselves, as an admin answers it in a browser and a system over REST."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from fraudscore.review import appeals, audit
from fraudscore.review.api_keys import make_key
from fraudscore.web import pages_people, pages_sign_in
from fraudscore.web.clock import now
from tests.browsing import served, whole
from tests.desk import NOW
from tests.reviewing import assess, calm, decided, open_case

WHY = "Their request of 3 June, number 812."
ADDRESS = "ines@calder.example"


@pytest.fixture
def app(desk, members):
    person = calm("c1", contact={"emails": [{"address": ADDRESS}]})
    assess(desk, members.reviewer, person)
    assess(desk, members.reviewer, calm("c2", claims={"name": "Inesca Odal"}))
    return served(desk, pages_sign_in, pages_people)


def page_of(admin, text):
    """The page of the one person a text finds."""
    found = re.findall(r'href="(/people/[\w-]+)"', admin.get(f"/people?q={text}"))
    assert len(found) == 1
    return found[0]


def newest(desk, members):
    with desk.store.reading() as connection:
        return audit.entries(connection, members.auditor)[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [("c1", 1), ("ines", 2), ("INES CAL", 1), ("odal", 1), (ADDRESS, 1), ("c", 2), ("alder", 0),
     ("%", 0), ("_", 0), ("x" * 200, 0)],
)  # fmt: skip
def test_a_person_is_found_by_what_they_give_of_themselves(admin, text, number):
    page = admin.get(f"/people?q={text}")
    assert len(re.findall(r'href="/people/[\w-]+"', page)) == number
    assert ("Nothing is kept of anybody who fits this" in page) == (number == 0)


def test_a_text_that_is_too_long_is_told(admin):
    assert "at most 200 characters" in admin.get(f"/people?q={'x' * 201}", 422)


def test_the_file_of_a_person_is_saved_and_that_is_logged(desk, members, admin):
    path = page_of(admin, "c1")
    assert "1 assessment" in admin.get(path)
    answer = admin.send(f"{path}/export", data={"reason": WHY})
    assert answer.headers["content-disposition"].startswith("attachment")
    told = json.loads(answer.text)
    assert told["record"]["claims"]["name"] == "Ines Calder"
    assert "Odal" not in answer.text
    entry = newest(desk, members)
    assert (entry.action, entry.detail) == ("person_exported", {"reason": WHY})


@pytest.mark.parametrize("way", ["export", "erase"])
def test_a_reason_is_asked_for_and_what_was_typed_is_not_lost(admin, way):
    path = page_of(admin, "c1")
    admin.get(path)
    answer = admin.send(f"{path}/{way}", data={"reason": "because"})
    assert answer.status_code == 422
    assert re.search(rf'id="{way}"[^>]*aria-invalid="true">because<', answer.text)
    assert answer.text.count('aria-invalid="true"') == 1


def test_erasing_asks_once_more_before_anything_is_gone(desk, members, admin):
    path = page_of(admin, "c1")
    admin.get(path)
    asked = unescape(admin.send(f"{path}/erase", data={"reason": WHY}).text)
    assert "Erase Ines Calder?" in asked
    assert WHY in asked
    admin.get(path)
    done = admin.send(f"{path}/erase", data={"reason": WHY, "confirmed": "yes"})
    assert done.headers["location"] == "/people?did=erased"
    assert "Erased." in admin.get("/people?did=erased")
    admin.get(path, 404)
    entry = newest(desk, members)
    assert (entry.action, entry.detail["reason"]) == (audit.ERASED, WHY)
    with desk.store.reading() as connection:
        assert audit.verify(connection, members.tenant).whole


def test_the_reason_of_an_erasure_must_not_name_the_person(admin):
    path = page_of(admin, "c1")
    admin.get(path)
    for more in ({}, {"confirmed": "yes"}):
        answer = admin.send(f"{path}/erase", data={"reason": "Ms Calder wrote to us today"} | more)
        assert answer.status_code == 422
        assert "must not name them" in answer.text
    admin.get(path)


def test_an_open_appeal_is_closed_first(desk, members, admin):
    case = open_case(desk, members, "p1")
    decision = decided(desk, members.reviewer, case, now=now()).id
    with desk.store.writing() as connection:
        link = appeals.offer(connection, members.reviewer, decision, now=now())
        appeals.open_appeal(connection, link, "It was me.", now=now())
    path = page_of(admin, "p1")
    assert "An appeal of this person is open" in admin.get(path)
    answer = admin.send(f"{path}/erase", data={"reason": WHY, "confirmed": "yes"})
    assert answer.status_code == 409


# REST


def rest(desk, members, *scopes):
    with desk.store.writing() as connection:
        _, secret = make_key(connection, members.admin, "a system", scopes, 6000, now=NOW)
    headers = {"authorization": f"Bearer {secret}"}
    return TestClient(whole(desk), headers=headers)


def test_a_system_takes_away_and_erases(desk, members, app):
    at = rest(desk, members, "erase")
    told = at.post("/api/v1/profiles/c1/export", json={"reason": WHY})
    assert told.json()["record"]["claims"]["name"] == "Ines Calder"
    assert told.headers["cache-control"] == "no-store"
    gone = at.post("/api/v1/profiles/c1/erasure", json={"reason": WHY})
    assert gone.json() == {"entries": 2}
    assert at.post("/api/v1/profiles/c1/erasure", json={"reason": WHY}).status_code == 404
    assert at.post("/api/v1/profiles/c2/erasure", json={"reason": "short"}).status_code == 422
