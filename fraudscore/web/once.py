"""Idempotency keys: a request that is sent again is answered again, and done once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from fraudscore.review import answered
from fraudscore.review.answered import Answered
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.clock import now
from fraudscore.web.problems import Refused

KEY_MAX = 120
"""Characters of an Idempotency-Key."""


async def once(
    request: Request, actor: Actor, body: bytes, work: Callable[[], Awaitable[bytes]]
) -> Response:
    """The JSON that ``work`` gives, or what it gave when the same request came before.

    Raises Refused and ReviewError: a key too long, or with another request, or twice at once.
    """
    desk: Desk | None = request.app.state.desk
    key = request.headers.get("idempotency-key", "")
    if desk is None or not key:
        return _json(await work())
    if len(key) > KEY_MAX or not key.isprintable():
        raise Refused(422, f"the Idempotency-Key is not plain text of at most {KEY_MAX} characters")
    asked = f"{request.method} {request.url.path}\n".encode()
    digest = hashlib.sha256(asked + body).digest()
    before = await run_in_threadpool(_begin, desk, actor, key, digest)
    if before is not None:
        return _json(before.body, {"idempotent-replayed": "true"})
    try:
        found = await work()
    except Exception:
        await run_in_threadpool(_give_up, desk, actor, key)
        raise
    await run_in_threadpool(_answer, desk, actor, key, found)
    return _json(found)


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, media_type="application/json", headers=headers)


def _begin(desk: Desk, actor: Actor, key: str, digest: bytes) -> Answered | None:
    with desk.store.writing() as connection:
        return answered.begin(connection, actor, key, digest, now=now())


def _answer(desk: Desk, actor: Actor, key: str, body: bytes) -> None:
    with desk.store.writing() as connection:
        answered.answer(connection, actor, key, Answered(200, body))


def _give_up(desk: Desk, actor: Actor, key: str) -> None:
    with desk.store.writing() as connection:
        answered.give_up(connection, actor, key)
