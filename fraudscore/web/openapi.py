"""The description of the API (OpenAPI 3.1): made from the record, an example on every field."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi import Path as Param
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from features.records import Profile
from fraudscore.assessment import TRAINED_ON
from fraudscore.scorer import Scorer
from fraudscore.web import schemas
from fraudscore.web.problems import MEDIA

REF = "#/components/schemas/"
LONG = 100
"""Choices from which a list of them is told once, under a name of its own."""
NAMES = {"AD": "CountryCode", "Africa/Abidjan": "TimeZone"}
"""Names of the long lists by their first choice."""
REFUSED = {
    401: "no valid key",
    403: "the key lacks the scope",
    404: "nothing of that id",
    408: "the body came too slowly",
    409: "somebody was first, or a newer assessment is there",
    413: "more than 1 MiB, or more than 1,000 profiles",
    415: "not JSON",
    422: "cannot be used; with a pointer to each place to mend",
    429: "too often; wait as `Retry-After` says",
}
Id = Annotated[str, Param(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=[schemas.GIVEN])]
"""An id of our own making in a path."""
PersonId = Annotated[
    str, Param(min_length=1, max_length=200, pattern=r"^[^\x00]+$", examples=[schemas.PERSON])
]
"""The sender's id of a person in a path."""
After = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=r"^[^\x00]*$",
        description="where the last page ended",
        examples=[schemas.GIVEN],
    ),
]
"""The cursor of a list."""
IDEMPOTENT = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request is answered the same, for a day.",
    "schema": {"type": "string", "maxLength": 120, "pattern": "^[!-~]*$", "examples": ["batch-7"]},
}
INTRODUCTION = (
    "Profiles in, assessments out. The shipped model is "
    f"{TRAINED_ON['simulated']}. A person decides."
)


def described(answer: Any, media: str | None = None) -> dict[str, Any]:
    """What a route answers and how it refuses, as arguments of its decorator."""
    fine: dict[str, Any] = {"description": "as asked"}
    fine |= {"content": {media: {"schema": {"type": "string"}}}} if media else {"model": answer}
    problem = {"content": {MEDIA: {"schema": {"$ref": f"{REF}ProblemOut"}}}}
    refused = {status: {"description": why} | problem for status, why in REFUSED.items()}
    return {"response_model": None, "responses": {200: fine} | refused}


def body_of(asked: type[BaseModel] | str, answer: Any, *, once: bool = True) -> dict[str, Any]:
    """The same for a route that takes a body of one of our own kinds, read by itself."""
    name = asked if isinstance(asked, str) else asked.__name__
    schema = {"application/json": {"schema": {"$ref": f"{REF}{name}"}}}
    extra: dict[str, Any] = {"requestBody": {"required": True, "content": schema}}
    if once:
        extra["parameters"] = [IDEMPOTENT]
    return described(answer) | {"openapi_extra": extra}


@cache
def record() -> dict[str, Any]:
    """A record with every field filled in; invented."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("record.json").read_bytes())
    return found


def describe(app: FastAPI, scorer: Scorer, *, closed: bool) -> None:
    """Make an application describe itself; ``closed``: callers need a key."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app, scorer, closed)
        return app.openapi_schema

    # FastAPI's own way of replacing the description is to assign the method.
    app.openapi = openapi  # type: ignore[method-assign]


def _description(app: FastAPI, scorer: Scorer, closed: bool) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=INTRODUCTION, routes=app.routes
    )
    parts = found.setdefault("components", {})
    known = parts.setdefault("schemas", {})
    known |= _taken()
    item = scorer.score(record()).model_dump(mode="json")
    examples = {"Profile": record(), "EventsIn": _rows(), "Assessment": item}
    for name, value in examples.items():
        _exemplify(known, known.get(name, {}), value)
    _fill(known)
    _name_long_lists(known)
    if closed:
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"key": []}]
    return found


def _taken() -> dict[str, Any]:
    """The schemas of what is sent, by name."""
    models: list[type[BaseModel]] = [
        Profile, schemas.SeveralIn, schemas.EventsIn, schemas.LabelIn, schemas.DecisionIn,
        schemas.ReasonIn, schemas.ProblemOut,
    ]  # fmt: skip
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=REF + "{model}"
    )
    taken: dict[str, Any] = found["$defs"]
    choices = [{"$ref": f"{REF}Profile"}, {"$ref": f"{REF}SeveralIn"}]
    taken["ProfileOrSeveral"] = {"title": "ProfileOrSeveral", "anyOf": choices}
    return taken


def _rows() -> dict[str, Any]:
    return {name: value for name, value in record().items() if name not in ("profile_id", "claims")}


def _exemplify(known: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Give every property below a schema its example out of a value that fits it."""
    schema = _followed(known, schema)
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value and "examples" not in inner:
                inner["examples"] = [value[name]]
                _exemplify(known, inner, value[name])
    elif isinstance(value, list) and value and "items" in schema:
        for one in value:
            _exemplify(known, schema["items"], one)


def _followed(known: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a schema refers to; of several, the one that is not null."""
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            schema = choice
            break
    name = schema.get("$ref", "").removeprefix(REF)
    return known[name] if name else schema


def _fill(known: dict[str, Any]) -> None:
    """Fields that hold one of our own kinds show that kind's own examples."""
    for schema in known.values():
        for inner in schema.get("properties", {}).values():
            if not inner.get("examples") or inner["examples"] == [[]]:
                inner["examples"] = [_example(known, inner)]


def _example(known: dict[str, Any], schema: dict[str, Any]) -> Any:
    if schema.get("examples") and schema["examples"] != [[]]:
        return schema["examples"][0]
    if "items" in schema:
        return [_example(known, schema["items"])]
    properties = _followed(known, schema).get("properties", {})
    return {name: _example(known, inner) for name, inner in properties.items()}


def _name_long_lists(known: dict[str, Any]) -> None:
    """Countries and time zones are listed once, not at every field."""
    lists: dict[str, Any] = {}
    _hoist(known, lists)
    known |= lists


def _hoist(value: Any, lists: dict[str, Any]) -> None:
    if isinstance(value, list):
        for inner in value:
            _hoist(inner, lists)
    elif isinstance(value, dict):
        choices = value.get("enum", ())
        if len(choices) > LONG:
            name = NAMES[choices[0]]
            lists[name] = {"title": name, "type": "string", "enum": choices}
            del value["enum"], value["type"]
            value["$ref"] = f"{REF}{name}"
            return
        for inner in value.values():
            _hoist(inner, lists)
