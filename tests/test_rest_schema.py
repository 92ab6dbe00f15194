"""The API against its own description: schemathesis makes requests, the answers must be as described."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fraudscore.review.api_keys import make_key
from fraudscore.review.rights import SCOPES
from fraudscore.web.app import application
from tests.desk import NOW, team
from tests.test_rest_desk import ROUTES

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance, unsupported_method,
]  # fmt: skip
"""Everything but that each request that fits the schema is taken: a schema cannot say that a date
must not be later than 2200, or that blank text means nothing was supplied."""


LENIENT = {"POST /api/v1/assessments", "POST /api/v1/profiles/{profile_id}/events"}
"""Take more than they describe: null means not supplied, and of several profiles the bad are listed."""
EXAMPLES = 12
"""Requests made up for each operation, besides those of the description."""


def hold_to_its_description(app, headers):
    """Send what fits each operation of an application and what does not; how many there are."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        _hold(operation, headers, GenerationMode.POSITIVE)
        if operation.body or operation.query or operation.path_parameters:
            _hold(operation, headers, GenerationMode.NEGATIVE)
    return len(operations)


def _hold(operation, headers, mode):
    # In an address all is text, and of what is given twice the last counts.
    lenient = operation.label in LENIENT or not operation.body
    checks = CHECKS if lenient else [*CHECKS, negative_data_rejection]

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def asked(case):
        case.call_and_validate(checks=checks, headers=headers)

    asked()


def test_answers_are_as_described_without_a_desk(scorer):
    assert hold_to_its_description(application(scorer), {}) == 5


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_answers_are_as_described_with_a_desk(desk):
    members = team(desk.store)
    with desk.store.writing() as connection:
        _, secret = make_key(connection, members.admin, "all", SCOPES, 1_000_000, now=NOW)
    headers = {"authorization": f"Bearer {secret}"}
    assert hold_to_its_description(application(desk.scorer, desk), headers) == len(ROUTES) + 4
