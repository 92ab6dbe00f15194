"""The REST API of a desk: keys, kept assessments, cases, decisions, labels, rings, on both databases."""

from __future__ import annotations

import csv
import io
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fraudscore.errors import Conflict
from fraudscore.review import answered, audit
from fraudscore.review.answered import Sent
from fraudscore.review.api_keys import make_key, revoke
from fraudscore.review.rights import SCOPES
from fraudscore.review.tables import ASSESSMENTS
from fraudscore.web import access, api_cases
from fraudscore.web.logs import JsonLine
from tests.browsing import whole
from tests.desk import NOW, team
from tests.openapi import properties_without_example

STORIES = Path(__file__).parent.parent / "data" / "samples" / "stories"
RENTED = json.loads((STORIES / "rented-account.json").read_text())
HONEST = json.loads((STORIES / "brothers.json").read_text())
ONE = "/api/v1/assessments"


class Caller:
    """Somebody with an API key."""

    def __init__(self, client, desk, members, scopes=SCOPES, per_minute=6000):
        with desk.store.writing() as connection:
            self.id, secret = make_key(
                connection, members.admin, "a system", scopes, per_minute, now=NOW
            )
        self._client = client
        self.headers = {"authorization": f"Bearer {secret}"}

    def get(self, path, **params):
        return self._client.get(f"/api/v1/{path}", params=params, headers=self.headers)

    def post(self, path, sent, **headers):
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(f"/api/v1/{path}", json=sent, headers=self.headers | more)


@pytest.fixture
def members(store):
    return team(store)


@pytest.fixture
def client(desk):
    with TestClient(whole(desk), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def caller(client, desk, members):
    return Caller(client, desk, members)


def kept(desk):
    with desk.store.reading() as connection:
        return len(connection.execute(ASSESSMENTS.select()).all())


def test_what_was_given_out_is_given_out_again(caller):
    answer = caller.post("assessments", RENTED)
    assert answer.status_code == 200
    found = answer.json()
    assert found["before"] is None
    assert found["case"] is not None
    again = caller.get(f"assessments/{found['id']}")
    assert again.status_code == 200
    assert again.content in answer.content
    assert again.json() == found["assessment"]


def test_several_are_kept_and_the_bad_are_listed(caller, desk):
    found = caller.post("assessments", {"profiles": [RENTED, {"profile_id": "x"}, HONEST]}).json()
    assert [one["assessment"]["profile_id"] for one in found["assessments"]] == [
        RENTED["profile_id"],
        HONEST["profile_id"],
    ]
    assert [one["number"] for one in found["rejected"]] == [1]
    assert kept(desk) == 2


def test_a_request_sent_again_is_done_once(caller, desk):
    first = caller.post("assessments", RENTED, idempotency_key="one")
    again = caller.post("assessments", RENTED, idempotency_key="one")
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert kept(desk) == 1
    other = caller.post("assessments", HONEST, idempotency_key="one")
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"]
    assert caller.post("assessments", RENTED, idempotency_key="two").json()["id"]
    assert kept(desk) == 2


def test_two_keys_may_choose_the_same_word(client, desk, members, caller):
    other = Caller(client, desk, members)
    assert caller.post("assessments", RENTED, idempotency_key="one").status_code == 200
    assert other.post("assessments", HONEST, idempotency_key="one").status_code == 200


def test_a_refused_request_may_be_mended_and_sent_under_its_key(caller):
    assert caller.post("assessments", {}, idempotency_key="one").status_code == 422
    assert caller.post("assessments", RENTED, idempotency_key="one").status_code == 200


def entries(desk, members):
    with desk.store.reading() as connection:
        found = audit.verify(connection, members.tenant)
    assert found.whole, found.why
    return found.head.entries


def asked(caller):
    """One request of each kind that changes something, and that can be done once only or twice."""
    case = caller.post("assessments", RENTED).json()["case"]
    label = {"profile_id": RENTED["profile_id"], "label": "confirmed_genuine"}
    cleared = {"kind": "clear", "reason": "Answered the call as agreed."}
    return {
        "assessments": HONEST,
        "assessments ": {"profiles": [HONEST, {"profile_id": "x"}]},
        f"profiles/{RENTED['profile_id']}/events": {"payouts": [{"method": "crypto"}]},
        "labels": label,
        f"cases/{case}/decisions": cleared,
    }


def test_whatever_was_sent_again_was_done_once(caller, desk, members):
    for number, (path, sent) in enumerate(asked(caller).items()):
        before = entries(desk, members)
        first = caller.post(path.strip(), sent, idempotency_key=f"key {number}")
        assert first.status_code == 200, (path, first.content)
        done = entries(desk, members)
        assert done > before
        again = caller.post(path.strip(), sent, idempotency_key=f"key {number}")
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"
        assert entries(desk, members) == done


def test_what_cannot_be_answered_is_not_done(caller, desk, members, monkeypatch):
    requests = asked(caller)
    before = entries(desk, members), kept(desk)

    def broken(*_args, **_more):
        raise RuntimeError("the answer could not be kept")

    monkeypatch.setattr(answered, "answer", broken)
    for path, sent in requests.items():
        assert caller.post(path.strip(), sent, idempotency_key="one").status_code == 500
    assert (entries(desk, members), kept(desk)) == before
    monkeypatch.undo()
    for path, sent in requests.items():
        key = f"again {path}"
        assert caller.post(path.strip(), sent, idempotency_key=key).status_code == 200


def test_of_the_same_request_at_once_one_is_done(caller, desk):
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(caller.post, "assessments", RENTED, idempotency_key="k") for _ in range(8)
        ]
    answers = [one.result() for one in sent]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert kept(desk) == 1
    assert caller.post("assessments", RENTED, idempotency_key="k").status_code == 200
    assert kept(desk) == 1


def test_an_answer_is_kept_for_a_day(store, members):
    sent, who = Sent("k", b"d" * 32), members.admin
    later = NOW + answered.KEPT
    with store.writing() as connection:
        answered.answer(connection, who, sent, b"{}", now=NOW)
        assert answered.before(connection, who, sent, now=later) == b"{}"
        with pytest.raises(Conflict):
            answered.answer(connection, who, sent, b"{}", now=later)
        gone = later + timedelta(seconds=1)
        assert answered.before(connection, who, sent, now=gone) is None
        answered.answer(connection, who, sent, b"[]", now=gone)
        assert answered.before(connection, who, sent, now=gone) == b"[]"


ROUTES = [
    ("POST", "assessments", "assess"),
    ("POST", "profiles/x/events", "assess"),
    ("GET", "assessments/x", "read"),
    ("GET", "cases", "read"),
    ("GET", "cases.csv", "read"),
    ("GET", "cases.json", "read"),
    ("GET", "cases/x", "read"),
    ("GET", "rings", "read"),
    ("GET", "rings.csv", "read"),
    ("GET", "rings.json", "read"),
    ("POST", "cases/x/decisions", "decide"),
    ("POST", "labels", "label"),
    ("GET", "labels", "label"),
    ("GET", "labels.csv", "label"),
    ("GET", "labels.json", "label"),
    ("POST", "profiles/x/export", "erase"),
    ("POST", "profiles/x/erasure", "erase"),
]


def test_each_route_needs_its_scope(client, desk, members):
    callers = {scope: Caller(client, desk, members, [scope]) for scope in SCOPES}
    for method, path, needed in ROUTES:
        assert client.request(method, f"/api/v1/{path}", json={}).status_code == 401, path
        for scope, caller in callers.items():
            asked = caller.get(path) if method == "GET" else caller.post(path, {})
            assert (asked.status_code == 403) == (scope != needed), (path, scope, asked.text)


def test_every_route_is_in_the_table(client):
    described = client.get("/openapi.json").json()
    found = {
        (method.upper(), path.replace("{id}", "x").replace("{profile_id}", "x"))
        for path, methods in described["paths"].items()
        for method in methods
        if path.startswith("/api/v1/") and path != "/api/v1/catalogue"
    }
    assert found == {(method, f"/api/v1/{path}") for method, path, _ in ROUTES}


def test_a_revoked_key_stops(caller, desk, members, monkeypatch):
    monkeypatch.setattr(access, "REMEMBERED", 0.0)
    assert caller.get("rings").status_code == 200
    with desk.store.writing() as connection:
        revoke(connection, members.admin, caller.id, now=NOW)
    assert caller.get("rings").status_code == 401


def test_who_calls_too_often_is_told_when_to_come_again(client, desk, members):
    caller = Caller(client, desk, members, per_minute=2)
    answers = [caller.get("rings") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 31


def test_another_tenant_s_ids_are_not_there(client, desk, store, caller):
    stranger = Caller(client, desk, team(store, "other"))
    found = caller.post("assessments", RENTED).json()
    assert stranger.get(f"assessments/{found['id']}").status_code == 404
    assert stranger.get(f"cases/{found['case']}").status_code == 404
    assert stranger.post(f"cases/{found['case']}/decisions", {"kind": "clear"}).status_code == 404
    assert stranger.post(f"profiles/{RENTED['profile_id']}/events", {}).status_code == 404
    assert stranger.get("cases", state="").json()["cases"] == []
    assert stranger.get("rings").json()["people"] == 0


def test_new_rows_of_somebody_known_are_scored_again(caller):
    first = caller.post("assessments", RENTED).json()
    rows = {"as_of": "2027-06-01T00:00:00Z", "checks": [{"stage": "verified", "outcome": "same"}]}
    found = caller.post(f"profiles/{RENTED['profile_id']}/events", rows).json()
    assert found["before"] == first["assessment"]["band"]
    assert found["id"] != first["id"]
    refused = caller.post(f"profiles/{RENTED['profile_id']}/events", {"sessions": [{"at": "x"}]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/sessions/0/at"


def test_rows_of_somebody_else_are_not_added(caller):
    caller.post("assessments", RENTED)
    own = RENTED["profile_id"]
    rows = {"payouts": [{"method": "crypto"}]}
    refused = caller.post(f"profiles/{own}/events", rows | {"profile_id": "someone-else"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/profile_id"
    assert "someone-else" in refused.json()["errors"][0]["found"]
    assert caller.post(f"profiles/{own}/events", rows | {"profile_id": own}).status_code == 200


def test_claims_are_not_changed_by_an_event_and_that_is_told(caller):
    caller.post("assessments", RENTED)
    at, rows = f"profiles/{RENTED['profile_id']}/events", {"payouts": [{"method": "crypto"}]}
    for claims in (RENTED["claims"], {"name": "Mari Testkova"}):
        refused = caller.post(at, rows | {"claims": claims})
        assert refused.status_code == 422
        (error,) = refused.json()["errors"]
        assert error["pointer"] == "#/claims"
        assert "/api/v1/assessments" in error["write"]
    assert caller.post(at, rows | {"claims": "x"}).status_code == 422
    for nothing in (None, {}, {"name": None, "places": []}):
        assert caller.post(at, rows | {"claims": nothing}).status_code == 200


def test_the_queue_and_its_files(caller):
    people = [RENTED | {"profile_id": f"p-{k}"} for k in range(3)]
    formula = RENTED | {"profile_id": "=1+1", "claims": RENTED["claims"] | {"name": "@SUM(A1)"}}
    caller.post("assessments", {"profiles": [*people, formula]})
    page = caller.get("cases", limit="2").json()
    assert len(page["cases"]) == 2
    rest = caller.get("cases", limit="2", after=page["after"]).json()
    every = caller.get("cases.json").json()
    assert page["cases"] + rest["cases"] == every
    assert sum(page["counts"]["open"].values()) == len(every) == 4
    answer = caller.get("cases.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["profile_id"] for row in rows} == {"p-0", "p-1", "p-2", "'=1+1"}
    assert "'@SUM(A1)" in {row["name"] for row in rows}
    assert caller.get("cases.csv", state="closed").text.count("\n") == 1
    one = caller.get(f"cases/{every[0]['id']}").json()
    assert one["id"] == every[0]["id"]


@pytest.mark.parametrize(
    "query", [{"state": "x"}, {"after": "x"}, {"limit": "0"}, {"since": "x"}, {"sort": "x"}]
)
def test_a_filter_that_cannot_be_used(caller, query):
    refused = caller.get("cases", **query)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_any_day_of_the_calendar_may_be_asked_for(caller, query):
    caller.post("assessments", RENTED)
    assert len(caller.get("cases", **query).json()["cases"]) == 1


def test_a_searched_text_that_is_too_long_is_named_as_it_was_sent(caller):
    detail = caller.get("cases", q="x" * 201).json()["detail"]
    assert detail == "q has 201 characters; write at most 200"


@pytest.mark.parametrize("path", ["cases.json", "cases.csv"])
def test_a_file_holds_every_case_or_is_refused(caller, path, monkeypatch):
    monkeypatch.setattr(api_cases, "EXPORT_MAX", 1)
    caller.post("assessments", RENTED)
    assert caller.get(path).status_code == 200
    caller.post("assessments", RENTED | {"profile_id": "another"})
    refused = caller.get(path)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("more than 1 cases fit this; narrow it")


@pytest.mark.parametrize(
    "path", ["/health", "/ready", "/metrics", "/api/v1/cases", "/sign-in", "/x"]
)
def test_head_is_answered_as_get_is(client, caller, path):
    asked = {"headers": caller.headers, "follow_redirects": False}
    assert client.head(path, **asked).status_code == client.get(path, **asked).status_code


@pytest.mark.parametrize("path", ["cases", "cases.csv", "labels.json", "rings", "catalogue"])
def test_no_cache_keeps_an_answer(caller, path):
    assert caller.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["cases", "cases.json", "cases.csv"])
def test_a_misspelt_filter_does_not_let_everything_through(caller, path):
    caller.post("assessments", RENTED)
    refused = caller.get(path, bnad="review", state="")
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["pointer"] == "#/query/bnad"
    assert "band" in error["write"]
    assert caller.get(path, band="review", state="").status_code == 200


def test_a_system_may_clear_but_not_accuse(caller):
    case = caller.post("assessments", RENTED).json()["case"]
    refused = caller.post(f"cases/{case}/decisions", {"kind": "confirm_impersonation"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/kind"
    reason = "Video call with ID shown, same person as at the interview."
    made = caller.post(f"cases/{case}/decisions", {"kind": "clear", "reason": reason})
    assert made.status_code == 200, made.text
    assert made.json()["state"] == "closed"
    assert caller.post(f"cases/{case}/decisions", {"kind": "clear"}).status_code == 409


def test_labels_in_and_out(caller):
    caller.post("assessments", RENTED)
    sent = {"profile_id": RENTED["profile_id"], "label": "confirmed_genuine"}
    made = caller.post("labels", sent)
    assert made.status_code == 200, made.text
    assert made.json()["source"] == "api"
    assert caller.get("labels").json() == {"labels": [made.json()], "after": None}
    assert caller.get("labels.json").json() == [made.json()]
    assert "confirmed_genuine" in caller.get("labels.csv").text
    assert caller.post("labels", sent | {"label": "guilty"}).status_code == 422
    assert caller.post("labels", sent | {"profile_id": "nobody"}).status_code == 404


def test_rings_of_the_people_known(caller):
    sample = Path(__file__).parent.parent / "data" / "samples" / "rings" / "people.jsonl"
    people = [json.loads(line) for line in sample.read_text().splitlines()]
    caller.post("assessments", {"profiles": people})
    found = caller.get("rings").json()
    assert found["people"] == len(people)
    assert len(found["rings"][0]["members"]) > 2
    assert caller.get("rings.json").json() == found["rings"]
    assert len(caller.get("rings.csv").text.splitlines()) == len(found["rings"]) + 1


def test_every_field_and_parameter_has_an_example(client):
    described = client.get("/openapi.json").json()
    assert properties_without_example(described) == []


def test_the_server_says_whether_it_is_ready(client, desk, monkeypatch):
    assert client.get("/ready").json() == {"status": "ready"}
    assert client.get("/metrics").status_code == 401


def test_measures_know_routes_and_no_people(client, caller):
    caller.post("assessments", RENTED)
    caller.get("assessments/a-secret-id")
    text = client.get("/metrics", headers=caller.headers).text
    assert 'route="/api/v1/assessments/{id}"' in text
    assert "a-secret-id" not in text
    assert 'fraudscore_assessments_total{band="review"}' in text


def test_logs_hold_no_personal_values(caller, caplog):
    caplog.set_level(logging.INFO, "fraudscore")
    caller.post("assessments", RENTED)
    caller.post("assessments", RENTED | {"as_of": RENTED["claims"]["name"]})
    caller.get("cases", q=RENTED["claims"]["name"])
    lines = [json.loads(JsonLine().format(record)) for record in caplog.records]
    text = json.dumps([line for line in lines if line["event"] == "request"])
    assert "/api/v1/assessments" in text
    assert RENTED["claims"]["name"] not in json.dumps(lines)
    assert RENTED["profile_id"] not in json.dumps(lines)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202eIrune", "Ir\u0000une", "x" * 200])
def test_hostile_text_is_kept_or_refused_on_every_database(caller, text):
    sent = RENTED | {"claims": RENTED["claims"] | {"name": f"a{text[:190]}"}}
    body = json.dumps(sent | {"profile_id": f"p{text[:190]}"})
    path = "/api/v1/assessments"
    answer = caller._client.post(path, content=body, headers=caller.headers)
    assert answer.status_code in (200, 422), answer.text
    if text != "\ud800":
        assert caller.get("cases", q=text).status_code in (200, 422)
