"""The least that a server can do with an account: read it, check it as the record, answer.

What `bench.http` measures beside the real server, in the same run: absolute figures differ from machine
to machine more than the ratio of the two.
"""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from features.records import Profile

app = FastAPI(openapi_url=None)
NOTHING = b"{}"


@app.post("/api/v1/assessments")
async def check(request: Request) -> Response:
    """Check one profile and say nothing of it."""
    Profile.model_validate_json(await request.body())
    return Response(NOTHING, media_type="application/json")


@app.get("/ready")
async def ready() -> Response:
    """As the real server has it."""
    return Response(NOTHING, media_type="application/json")
