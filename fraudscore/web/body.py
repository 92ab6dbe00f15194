"""The body of a request: not too large, not too slow, not too deep, and JSON."""

from __future__ import annotations

import asyncio
import re
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect

from features.problems import Problem, pointer, translate
from fraudscore.web.problems import Refused

BODY_MAX = 1024 * 1024
"""Bytes of one body."""
BODY_SECONDS = 10.0
"""How long a body may take to come (assumed: 1 MiB at 1 Mbit/s)."""
DEPTH_MAX = 16
"""How deep a body may be nested; the record itself is 5 deep, in a list of several 7."""
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Refused at the door: a database cannot keep it."""
Model = TypeVar("Model", bound=BaseModel)


async def whole_body(request: Request) -> bytes:
    """Everything that was sent. Raises Refused: 400 broken off, 408 too slow, 413 too large, 415 not
    JSON, 422 with a NUL."""
    told = request.headers.get("content-type", "application/json")
    kind = told.partition(";")[0].strip().lower()
    if not (
        kind in ("application/json", "application/x-www-form-urlencoded") or kind[-5:] == "+json"
    ):
        raise Refused(415, "send JSON as application/json")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 9 or int(length) > BODY_MAX):
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _gathered(request)
    except TimeoutError:
        detail = f"the body took longer than {BODY_SECONDS:g} s; send it in one go"
        raise Refused(408, detail, headers={"connection": "close"}) from None
    except ClientDisconnect:  # whoever sent it is gone, and nothing of ours is wrong
        raise Refused(400, "the body did not come whole; send it again") from None
    if b"\\u0000" in body and NUL.search(body):
        raise Refused(422, "the body holds a NUL character, which no text needs; leave it out")
    return body


async def _gathered(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_MAX:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _too_large() -> Refused:
    return Refused(413, f"send at most {BODY_MAX} bytes", headers={"connection": "close"})


def decoded(body: bytes) -> Any:
    """The JSON of a body. Raises Refused for what is none, or is nested too deeply."""
    try:
        found = from_json(body)
    except ValueError as error:
        raise Refused(422, f"the body is not JSON: {error}") from error
    if deeper(found, DEPTH_MAX):
        raise Refused(422, f"the body is nested more than {DEPTH_MAX} deep; write a flat record")
    return found


def deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested more than ``limit`` deep."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def read(model: type[Model], body: bytes) -> Model:
    """A body as one of our own requests. Raises Refused with a pointer to each field to mend."""
    try:
        return model.model_validate(decoded(body))
    except ValidationError as error:
        known = tuple(model.model_fields)
        problems = [_problem(found, known) for found in error.errors(include_url=False)]
        raise Refused(422, "the request cannot be used; mend what is listed", problems) from error


def _problem(found: Any, known: tuple[str, ...]) -> Problem:
    return translate(found, pointer(found["loc"]), known)
