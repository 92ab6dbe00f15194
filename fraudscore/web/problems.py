"""Errors as problem documents (RFC 9457), each place of the input with its JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from features.problems import Problem, pointer, translate
from features.reading import InvalidProfile
from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable, ReviewError
from fraudscore.web.logs import trouble

MEDIA = "application/problem+json"
KINDS = {
    400: "bad-request",
    401: "no-valid-key",
    403: "not-allowed",
    404: "not-there",
    405: "no-such-method",
    408: "too-slow",
    409: "conflict",
    413: "too-large",
    415: "not-json",
    422: "not-usable",
    429: "too-often",
    500: "our-mistake",
    503: "not-ready",
}
"""The last word of a problem's type, by status; stable, made to be matched on."""
STATUS: dict[type[ReviewError], int] = {
    NotThere: 404,
    NotAllowed: 403,
    Conflict: 409,
    NotUsable: 422,
}
Page = Callable[[Request, Exception], Response]
"""How an error is shown to a browser."""


class Refused(Exception):
    """A request that is answered with a problem document: status, advice, and what to mend."""

    def __init__(
        self,
        status: int,
        detail: str,
        problems: Iterable[Problem] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.detail = detail
        self.problems = tuple(problems)
        self.headers = dict(headers or {})


def json_pointer(where: str) -> str:
    """``sessions[3].at`` as ``#/sessions/3/at``, the whole document as ``#``."""
    steps = [step for step in re.split(r"[.\[\]]+", where) if step]
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return "#" + "".join(f"/{step}" for step in escaped)


def told(problem: Problem, before: str = "") -> dict[str, str]:
    """One thing to mend as data; ``before`` leads to the part of the body that it is about."""
    joint = "" if not before or not problem.where or problem.where[0] == "[" else "."
    return {"pointer": json_pointer(f"{before}{joint}{problem.where}"), **problem.data()}


def document(error: Refused) -> Response:
    """The answer to a refused request."""
    status = error.status_code
    content = {
        "type": f"urn:fraudscore:problem:{KINDS.get(status, 'refused')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.detail,
        "errors": [told(problem) for problem in error.problems],
    }
    return JSONResponse(content, status, error.headers, media_type=MEDIA)


def refusal(error: Exception) -> Refused:
    """What a caller is told of an error; of our own mistakes nothing but that they are ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, ReviewError):
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 503)
        return Refused(status, str(error))
    if isinstance(error, InvalidProfile):
        return Refused(422, "the profile cannot be used; mend what is listed", error.problems)
    if isinstance(error, RequestValidationError):
        return Refused(422, "the request cannot be used; mend what is listed", _asked(error))
    if isinstance(error, HTTPException):
        return Refused(error.status_code, str(error.detail), headers=error.headers)
    return Refused(500, "this is our mistake; it has been logged, try again later")


def _asked(error: RequestValidationError) -> Iterable[Problem]:
    """What is wrong with the path or the query, as pointers into them."""
    return [translate(found, pointer(found["loc"])) for found in error.errors()]


def install(app: FastAPI, page: Page | None = None) -> None:
    """Answer every error below ``/api/`` with a problem document, others with a ``page``."""

    async def answer(request: Request, error: Exception) -> Response:
        said = refusal(error)
        if said.status_code >= 500:
            trouble(error)
        if page is None or request.url.path.startswith("/api/"):
            return document(said)
        return page(request, error)

    handled: tuple[Any, ...] = (
        Refused, ReviewError, InvalidProfile, RequestValidationError, HTTPException, Exception,
    )  # fmt: skip
    for kind in handled:
        app.add_exception_handler(kind, answer)
