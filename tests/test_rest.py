"""The REST API: what comes back, what is refused, and that nothing a caller sends breaks it."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fraudscore
from fraudscore.errors import InputError
from fraudscore.web.service import BODY_MAX, EXAMPLE, application, load_key

KEY = b"k" * 32


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


@pytest.fixture(scope="module")
def client(scorer):
    return TestClient(application(scorer))


def post(client, body, **more):
    return client.post("/api/v1/assessments", content=body, **more)


def test_one_profile_is_assessed_as_in_python(client, scorer):
    found = post(client, json.dumps(EXAMPLE))
    assert found.status_code == 200
    assert found.json() == json.loads(scorer.score(EXAMPLE).model_dump_json())


def test_several_profiles_and_one_that_cannot_be_used(client):
    bad = EXAMPLE | {"as_of": "2026-13-01"}
    found = post(client, json.dumps({"profiles": [EXAMPLE, bad, 5]})).json()
    assert [item["profile_id"] for item in found["assessments"]] == ["a-1"]
    assert [item["number"] for item in found["rejected"]] == [1, 2]
    assert found["rejected"][0]["problems"][0]["where"] == "as_of"


def test_errors_are_problem_documents_with_pointers(client):
    record = EXAMPLE | {"claims": {"nationality": "x"}}
    found = post(client, json.dumps(record))
    assert found.status_code == 422
    assert found.headers["content-type"] == "application/problem+json"
    (problem,) = found.json()["errors"]
    assert problem["where"] == "claims.nationality"
    assert "refused" in problem["found"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'"x"'])
def test_what_is_no_profile_is_refused(client, body):
    assert post(client, body).status_code == 422


def test_a_body_that_is_too_large_is_refused_while_it_comes(client):
    assert post(client, b" " * (BODY_MAX + 1)).status_code == 413
    many = json.dumps({"profiles": [{}] * 1_001})
    assert post(client, many).status_code == 413


def test_a_key_is_asked_for_where_one_is_set(scorer, tmp_path):
    path = tmp_path / "key"
    path.write_bytes(KEY + b"\n")
    closed = TestClient(application(scorer, load_key(path)))
    assert closed.get("/health").status_code == 200
    assert post(closed, json.dumps(EXAMPLE)).status_code == 401
    wrong = post(closed, json.dumps(EXAMPLE), headers={"authorization": "Bearer no"})
    right = post(closed, json.dumps(EXAMPLE), headers={"authorization": f"Bearer {KEY.decode()}"})
    assert (wrong.status_code, right.status_code) == (401, 200)
    path.write_bytes(b"short")
    with pytest.raises(InputError, match="at least 24"):
        load_key(path)


def test_the_catalogue_and_the_description_are_served(client):
    assert len(client.get("/api/v1/catalogue").json()) >= 12
    described = client.get("/openapi.json").json()
    examples = described["paths"]["/api/v1/assessments"]["post"]["requestBody"]
    assert examples["content"]["application/json"]["examples"]["one"]["value"] == EXAMPLE


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


def test_an_open_service_stays_on_this_machine():
    from click.testing import CliRunner

    from fraudscore.cli import main

    done = CliRunner().invoke(main, ["serve", "--host", "0.0.0.0"])
    assert done.exit_code == 2
    assert "--key-file" in done.stderr
