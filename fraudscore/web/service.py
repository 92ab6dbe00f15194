"""The REST API: profiles in, assessments out. The only module that knows FastAPI.

Stateless: nothing is stored. Errors are problem documents (RFC 9457) with a pointer to each field.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from features.problems import Problem
from features.reading import InvalidProfile, decode_json, read_profile
from features.record_rows import from_profiles
from features.records import Profile
from fraudscore import __version__
from fraudscore.assessment import Assessment
from fraudscore.catalogue_text import as_data
from fraudscore.errors import InputError
from fraudscore.scorer import Scorer

BODY_MAX = 1024 * 1024
"""Bytes of one request."""
PEOPLE_MAX = 1_000
"""Profiles of one request."""
KEY_MIN = 24
PROBLEM = "application/problem+json"
EXAMPLE = {
    "profile_id": "a-1",
    "as_of": "2026-06-01T00:00:00Z",
    "claims": {"name": "Irune Vastel", "places": [{"country": "ES", "city": "Madrid"}]},
    "payouts": [{"method": "bank", "holder": "Vastel, Irune", "country": "ES"}],
}


def load_key(path: Path) -> bytes:
    """The digest of the key that callers must present. Raises InputError for a short or missing one."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; write a key there") from error
    if len(key) < KEY_MIN:
        raise InputError(f"{path} holds {len(key)} bytes; write at least {KEY_MIN}")
    return hashlib.sha256(key).digest()


def application(scorer: Scorer, key: bytes | None = None) -> FastAPI:
    """The service around one scorer. ``key``: digest of the bearer token; None leaves it open."""
    app = FastAPI(title="fraudscore", version=__version__, docs_url=None, redoc_url=None)

    @app.middleware("http")
    async def guard(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        if request.url.path.startswith("/api/") and key is not None:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(hashlib.sha256(given.encode()).digest(), key):
                return _problem(401, "no valid key", "send Authorization: Bearer KEY")
        return await call_next(request)

    @app.get("/health", tags=["operation"])
    def health() -> dict[str, str]:
        """Alive, and which model is loaded."""
        return {"status": "ok", "bundle": scorer.bundle.id, "policy": scorer.policy.id}

    @app.get("/api/v1/catalogue", tags=["catalogue"])
    def catalogue() -> Any:
        """Every family and feature with reason, innocent causes, next check and source."""
        return as_data()

    @app.post(
        "/api/v1/assessments",
        tags=["assessments"],
        response_model=None,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"type": "object"},
                        "examples": {
                            "one": {"value": EXAMPLE},
                            "several": {"value": {"profiles": [EXAMPLE]}},
                        },
                    }
                },
            }
        },
        responses={
            200: {"description": "an assessment, or a list with what was rejected"},
            413: {"description": "too large"},
            422: {"description": "a problem document with a pointer to each field"},
        },
    )
    async def assess(request: Request) -> Response:
        """Assess one profile, or up to 1,000 as ``{"profiles": [...]}``; nothing is stored.

        Of several, those that cannot be used are listed with pointers and the rest are assessed.
        """
        body = await _body(request)
        if body is None:
            return _problem(413, "too large", f"send at most {BODY_MAX} bytes")
        return await run_in_threadpool(_assess, scorer, body)

    return app


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_MAX:
            return None
        parts.append(part)
    return b"".join(parts)


def _assess(scorer: Scorer, body: bytes) -> Response:
    try:
        found = decode_json(body)
    except (ValueError, RecursionError) as error:
        return _problem(422, "the body is not JSON", f"{error}; send one JSON object")
    if isinstance(found, dict) and isinstance(found.get("profiles"), list):
        return _several(scorer, found["profiles"])
    try:
        profile = read_profile(found if isinstance(found, dict) else body)
    except InvalidProfile as error:
        return _problem(422, "the profile cannot be used", "mend it", error.problems)
    item = scorer.assess(from_profiles([profile])).assessments()[0]
    return Response(item.model_dump_json(), media_type="application/json")


def _several(scorer: Scorer, profiles: list[Any]) -> Response:
    if len(profiles) > PEOPLE_MAX:
        return _problem(413, "too many profiles", f"send at most {PEOPLE_MAX}")
    people: list[Profile] = []
    rejected: list[dict[str, Any]] = []
    for number, data in enumerate(profiles):
        try:
            people.append(read_profile(data if isinstance(data, dict) else json.dumps(data)))
        except InvalidProfile as error:
            rejected.append(_rejected(number, error))
    items: list[Assessment] = []
    if people:
        items = scorer.assess(from_profiles(people)).assessments()
    shown = ",".join(item.model_dump_json() for item in items)
    text = f'{{"assessments": [{shown}], "rejected": {json.dumps(rejected)}}}'
    return Response(text, media_type="application/json")


def _rejected(number: int, error: InvalidProfile) -> dict[str, Any]:
    return {
        "number": number,
        "profile_id": error.profile_id,
        "problems": [problem.data() for problem in error.problems],
    }


def _problem(
    status: int, title: str, detail: str, problems: tuple[Problem, ...] = ()
) -> JSONResponse:
    content = {
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [problem.data() for problem in problems],
    }
    return JSONResponse(content, status_code=status, media_type=PROBLEM)
