"""The body of a request: not too large, not too slow, not too deep, and JSON."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from typing import Any, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect

from features.problems import Problem, pointer, translate
from features.reading import decode_json
from features.repeated import repeated
from fraudscore.web.problems import Refused

BODY_MAX = 1024 * 1024
"""Bytes of one body."""
BODY_SECONDS = 10.0
"""How long a body may take to come (assumed: 1 MiB at 1 Mbit/s)."""
DEPTH_MAX = 16
"""How deep a body may be nested; the record itself is 5 deep, in a list of several 7."""
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""Refused at the door: a database cannot keep it."""
NAME = b'":'
"""Stands behind each name as nearly everybody writes JSON: where there are as many as names were read,
none stands twice, and nobody need look. In a text it only makes us look."""
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
    """The JSON of a body. Raises Refused for what is none, is nested too deeply, or gives a name twice
    in one object."""
    try:
        found = from_json(body)
    except ValueError as error:
        raise Refused(422, f"the body is not JSON: {error}") from error
    names = names_in(found, DEPTH_MAX)
    if names is None:
        raise Refused(422, f"the body is nested more than {DEPTH_MAX} deep; write a flat record")
    if names != body.count(NAME):
        told = tuple(repeated(decode_json(body)))
        if told:
            raise Refused(422, "the body gives a name twice; mend what is listed", told)
    return found


def names_in(value: Any, limit: int) -> int | None:
    """How many names objects give, None where lists and objects are nested more than ``limit`` deep."""
    level, names = [value], 0
    for _ in range(limit + 1):
        names += sum(len(item) for item in level if isinstance(item, dict))
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return names
    return None


def names_given(record: BaseModel) -> int:
    """How many names the objects gave that a record was read from."""
    names, left = 0, [record]
    while left:
        part = left.pop()
        given = part.model_fields_set
        names += len(given)
        for name in _holders(type(part)):
            held = getattr(part, name) if name in given else None
            if isinstance(held, tuple):
                left += held
            elif held is not None:
                left.append(held)
    return names


@cache
def _holders(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a part of the record that hold other parts."""
    return tuple(name for name, field in model.model_fields.items() if _holds(field.annotation))


def _holds(kind: Any) -> bool:
    if isinstance(kind, type):
        return issubclass(kind, BaseModel)
    return any(map(_holds, get_args(kind)))


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
