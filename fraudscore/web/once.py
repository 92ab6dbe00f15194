"""Idempotency keys: a request that is sent again is answered again, and done once."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from fraudscore.review import answered
from fraudscore.review.answered import Sent
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.clock import now
from fraudscore.web.problems import Refused

KEY_MAX = 120
"""Characters of an Idempotency-Key."""


async def once(
    request: Request, actor: Actor, body: bytes, work: Callable[[Sent | None], Awaitable[bytes]]
) -> Response:
    """The JSON that ``work`` gives, or what it gave when the same request came before.

    ``work`` keeps its answer to what was sent where it does it. Raises Refused and ReviewError: a key
    too long, or with another request, or twice at once.
    """
    desk: Desk | None = request.app.state.desk
    key = request.headers.get("idempotency-key", "")
    if desk is None or not key:
        return _json(await work(None))
    if len(key) > KEY_MAX or not key.isprintable():
        raise Refused(422, f"the Idempotency-Key is not plain text of at most {KEY_MAX} characters")
    asked = f"{request.method} {request.url.path}\n".encode()
    sent = Sent(key, hashlib.sha256(asked + body).digest())
    found = await run_in_threadpool(_before, desk, actor, sent)
    if found is not None:
        return _json(found, {"idempotent-replayed": "true"})
    return _json(await work(sent))


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, media_type="application/json", headers=headers)


def _before(desk: Desk, actor: Actor, sent: Sent) -> bytes | None:
    with desk.store.reading() as connection:
        return answered.before(connection, actor, sent, now=now())
