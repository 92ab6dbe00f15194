"""The REST API without a desk: what comes back, what is refused, and that nothing sent breaks it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fraudscore
from features.reading import read_profile
from fraudscore.errors import InputError
from fraudscore.web import body as bodies
from fraudscore.web.access import ANYBODY, Rates, load_key
from fraudscore.web.api_assessments import Assessor
from fraudscore.web.app import application
from fraudscore.web.body import BODY_MAX
from fraudscore.web.gather import Gathered
from fraudscore.web.openapi import record
from fraudscore.web.problems import json_pointer
from tests.openapi import properties_without_example

ROOT = Path(__file__).parent.parent
KEY = b"k" * 32
EXAMPLE = {
    "profile_id": "a-1",
    "as_of": "2026-06-01T00:00:00Z",
    "claims": {"name": "Irune Vastel", "places": [{"country": "ES", "city": "Madrid"}]},
    "payouts": [{"method": "bank", "holder": "Vastel, Irune", "country": "ES"}],
}


@pytest.fixture(scope="module")
def client(scorer):
    with TestClient(application(scorer), raise_server_exceptions=False) as client:
        yield client


def post(client, body, **more):
    return client.post("/api/v1/assessments", content=body, **more)


def test_one_profile_is_assessed_as_in_python(client, scorer):
    found = post(client, json.dumps(EXAMPLE))
    assert found.status_code == 200
    answer = found.json()
    assert answer.pop("assessment") == json.loads(scorer.score(EXAMPLE).model_dump_json())
    assert answer == {"id": None, "case": None, "before": None}


def test_several_profiles_and_one_that_cannot_be_used(client):
    bad = EXAMPLE | {"as_of": "2026-13-01"}
    found = post(client, json.dumps({"profiles": [EXAMPLE, bad, 5]})).json()
    assert [item["assessment"]["profile_id"] for item in found["assessments"]] == ["a-1"]
    assert [item["number"] for item in found["rejected"]] == [1, 2]
    assert found["rejected"][0]["problems"][0]["pointer"] == "#/profiles/1/as_of"


def test_errors_are_problem_documents_with_pointers(client):
    record = EXAMPLE | {"claims": {"places": [{"country": "ES"}, {"nationality": "x"}]}}
    found = post(client, json.dumps(record))
    assert found.status_code == 422
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["type"] == "urn:fraudscore:problem:not-usable"
    by_pointer = {problem["pointer"]: problem for problem in found.json()["errors"]}
    assert "refused" in by_pointer["#/claims/places/1/nationality"]["found"]


@pytest.mark.parametrize(
    ("where", "pointer"),
    [("", "#"), ("sessions[3].at", "#/sessions/3/at"), ("[1].a/b~c", "#/1/a~1b~0c")],
)
def test_pointers(where, pointer):
    assert json_pointer(where) == pointer


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'"x"', b"1e999",
        b"[" * 50_000, b'{"a":' * 100 + b"1" + b"}" * 100, b'{"claims":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"profiles": {}}', b'{"profiles": [], "beside": 1}',
    ],
)  # fmt: skip
def test_what_is_no_profile_is_refused(client, body):
    found = post(client, body)
    assert found.status_code == 422
    assert found.headers["content-type"] == "application/problem+json"


def test_a_list_of_nobody_is_answered(client):
    assert post(client, b'{"profiles": []}').json() == {"assessments": [], "rejected": []}


def test_a_body_that_is_too_large_is_refused_while_it_comes(client):
    assert post(client, b" " * (BODY_MAX + 1)).status_code == 413
    assert post(client, iter([b" " * 1024] * 2000)).status_code == 413
    many = json.dumps({"profiles": [{}] * 1_001})
    assert post(client, many).status_code == 413


def test_only_json_is_read(client):
    assert post(client, b"{}", headers={"content-type": "text/xml"}).status_code == 415


TWICE = [
    ('{"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "profile_id": "b"}', "#/profile_id"),
    (
        '{"as_of": "2026-06-01T00:00:00Z", "profile_id": "a", "claims": {"name": "A", "name": "B"}}',
        "#/claims/name",
    ),
    (
        '{"profiles": [{"profile_id": "a", "as_of": "2026-06-01", "sessions": [], "sessions": null}]}',
        "#/profiles/0/sessions",
    ),
    ('{"profiles": [], "profiles": [{}]}', "#/profiles"),
    (
        '{"profiles": [{"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", '
        '"claims": {"name": "A", "name": "B"}}]}',
        "#/profiles/0/claims/name",
    ),
]


@pytest.mark.parametrize(("body", "pointer"), TWICE)
def test_a_name_that_stands_twice_in_one_object_is_told(client, body, pointer):
    refused = post(client, body)
    assert refused.status_code == 422
    (problem,) = refused.json()["errors"]
    assert (problem["pointer"], problem["found"]) == (pointer, "stands there twice")


@pytest.mark.parametrize("name", ['a "b": c', '"claims":{}', '\\\\":', "é\\u00e9"])
def test_a_text_that_looks_like_a_name_is_none(client, name):
    body = json.dumps(EXAMPLE | {"claims": {"name": name}, "code": None}, indent=1)
    assert post(client, body).status_code == 200
    assert post(client, body.replace('":', '" :')).status_code == 200


def test_media_types_are_the_same_in_capitals(client):
    kind = {"content-type": "Application/JSON; Charset=UTF-8"}
    assert post(client, json.dumps(EXAMPLE), headers=kind).status_code == 200


def call(app, messages, path="/api/v1/assessments"):
    """Call an application with what comes in over time; the status and the answer."""
    sent = []

    async def receive():
        wait, message = messages.pop(0)
        await asyncio.sleep(wait)
        return message

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [], "client": None, "server": ("test", 80), "root_path": "", "state": {},
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def test_a_body_that_comes_too_slowly_is_refused(scorer, monkeypatch):
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    part = {"type": "http.request", "body": b" ", "more_body": True}
    status, said = call(application(scorer), [(0, part), (10, part)])
    assert status == 408
    assert said["type"] == "urn:fraudscore:problem:too-slow"


def test_a_key_is_asked_for_where_one_is_set(scorer, tmp_path):
    path = tmp_path / "key"
    path.write_bytes(KEY + b"\n")
    closed = TestClient(application(scorer, key=load_key(path)))
    assert closed.get("/health").status_code == 200
    assert closed.get("/metrics").status_code == 401
    refused = post(closed, json.dumps(EXAMPLE))
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    wrong = post(closed, json.dumps(EXAMPLE), headers={"authorization": "Bearer no"})
    right = post(closed, json.dumps(EXAMPLE), headers={"authorization": f"Bearer {KEY.decode()}"})
    assert (wrong.status_code, right.status_code) == (401, 200)
    path.write_bytes(b"short")
    with pytest.raises(InputError, match="at least 24"):
        load_key(path)


def test_a_key_may_call_at_its_pace():
    rates = Rates()
    assert [rates.wait("a", 3, 0.0) for _ in range(3)] == [0, 0, 0]
    assert rates.wait("a", 3, 0.0) == pytest.approx(20)
    assert rates.wait("b", 3, 0.0) == 0
    assert rates.wait("a", 3, 19.0) == pytest.approx(1)
    assert rates.wait("a", 3, 20.5) == 0
    assert rates.wait("a", 3, 20.5) > 0


def test_every_field_of_the_description_has_an_example(client):
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert properties_without_example(described) == []


def test_the_example_record_holds_every_field_and_can_be_used():
    def missing(model, where):
        for name in type(model).model_fields:
            value = getattr(model, name)
            if name not in model.model_fields_set:
                yield f"{where}.{name}"
            for inner in value if isinstance(value, tuple) else (value,):
                if hasattr(inner, "model_fields_set"):
                    yield from missing(inner, f"{where}.{name}")

    assert list(missing(read_profile(record()), "record")) == []


def test_the_catalogue_is_served(client):
    assert len(client.get("/api/v1/catalogue").json()) >= 12


def test_what_is_not_there_is_a_problem_document(client):
    for path in ("/api/v1/nothing", "/api/v1/cases"):
        found = client.get(path)
        assert found.status_code == 404
        assert found.json()["type"] == "urn:fraudscore:problem:not-there"
    assert client.get("/api/v1/assessments").status_code == 405


def test_answers_together_are_the_answers_alone(scorer):
    """Requests that come at once are scored in one batch; each answer is the same to the byte."""
    sent = (ROOT / "data/samples/applicants.jsonl").read_bytes().splitlines()[:60]
    assessor = Assessor(scorer, None)
    alone = [assessor.one_each([(ANYBODY, body, None)])[0] for body in sent]
    assert assessor.one_each([(ANYBODY, body, None) for body in sent]) == alone
    assert assessor.one_each([(ANYBODY, body, None) for body in sent[::-7]]) == alone[::-7]


def test_a_bad_request_spoils_no_other_of_its_batch(scorer):
    assessor = Assessor(scorer, None)
    good = json.dumps(EXAMPLE).encode()
    first, bad, last = assessor.one_each([(ANYBODY, sent, None) for sent in (good, b"{}", good)])
    assert first == last
    assert isinstance(bad, Exception)


def test_who_waits_is_worked_on_together_and_each_gets_their_own():
    batches = []

    def work(items):
        batches.append(list(items))
        return [ValueError("no") if item == 3 else item * 10 for item in items]

    async def calls():
        gathered = Gathered(work)
        return await asyncio.gather(*(gathered(k) for k in range(6)), return_exceptions=True)

    found = asyncio.run(calls())
    assert [str(item) for item in found] == ["0", "10", "20", "no", "40", "50"]
    assert [item for batch in batches for item in batch] == list(range(6))
    assert len(batches) < 6


def test_a_worker_that_fails_answers_everybody():
    async def calls():
        gathered = Gathered(lambda items: 1 / 0)
        return await asyncio.gather(gathered(1), gathered(2), return_exceptions=True)

    assert [type(item) for item in asyncio.run(calls())] == [ZeroDivisionError] * 2


def test_our_own_mistakes_tell_nothing(scorer, monkeypatch, caplog):
    def broken(*_, **_more):
        raise RuntimeError("Irune Vastel")

    monkeypatch.setattr(Assessor, "_keep", broken)
    with TestClient(application(scorer), raise_server_exceptions=False) as client:
        found = post(client, json.dumps(EXAMPLE))
    assert found.status_code == 500
    assert "Irune" not in found.text
    assert "RuntimeError" not in found.text


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(EXAMPLE)), values)
def test_no_value_in_any_place_breaks_it(client, name, value):
    found = post(client, json.dumps(EXAMPLE | {name: value}))
    assert found.status_code in (200, 422)


def test_scores_are_the_library_s(client):
    assert fraudscore.load().score(record()).score == pytest.approx(
        post(client, json.dumps(record())).json()["assessment"]["score"]
    )
