"""Who is calling the API: keys with scopes and a rate, or a signed-in browser that only reads."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from fraudscore.errors import InputError
from fraudscore.review.desk import Desk
from fraudscore.review.rights import SCOPES, Actor, Scope
from fraudscore.web.clock import ticks
from fraudscore.web.problems import Refused

KEY_MIN = 24
"""Bytes of the key of a server that keeps nothing."""
REMEMBERED = 2.0
"""Seconds for which a key that was looked up is good; a revoked one stops after them."""
KEYS_MAX = 10_000
"""Keys remembered at once."""
ANYBODY = Actor(0, "", "system", "whoever may call", None, frozenset(SCOPES))
"""The caller of a server that keeps nothing."""


def load_key(path: Path) -> bytes:
    """The digest of the key that callers must present. Raises InputError for a short or missing one."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; write a key there") from error
    if len(key) < KEY_MIN:
        raise InputError(f"{path} holds {len(key)} bytes; write at least {KEY_MIN}")
    return hashlib.sha256(key).digest()


class Rates:
    """How often each key has called of late; each worker of a server counts for itself.

    A key may call ``per_minute`` times at once and then at that pace.
    """

    def __init__(self) -> None:
        self._free: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str, per_minute: int, at: float) -> float:
        """Seconds until the key may call; 0 if it may now, which counts as a call."""
        pace = 60 / max(per_minute, 1)
        free = max(self._free.get(key, at), at)
        if free - at > 60 - pace:
            return free - at - (60 - pace)
        self._free[key] = free + pace
        self._free.move_to_end(key)
        if len(self._free) > KEYS_MAX:
            self._free.popitem(last=False)
        return 0.0


@dataclass(frozen=True)
class _Known:
    """A key that was looked up at a moment."""

    actor: Actor
    per_minute: int
    at: float


class Door:
    """Lets callers in. ``key``: digest of the one key of a server without a desk, None: open."""

    def __init__(self, desk: Desk | None, key: bytes | None = None) -> None:
        self._desk = desk
        self._key = key
        self._rates = Rates()
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    async def caller(self, request: Request, scope: Scope | None) -> Actor:
        """Who calls; any key will do where ``scope`` is None.

        Raises Refused (401, 403, 429): unknown, without the scope, or too often.
        """
        word, _, secret = request.headers.get("authorization", "").partition(" ")
        given = hashlib.sha256(secret.strip().encode()).digest()
        if self._desk is None:
            if self._key is not None and not hmac.compare_digest(given, self._key):
                raise unknown()
            return ANYBODY
        if not secret or word.lower() != "bearer":
            return await self._browser(request)
        known = self._known.get(given)
        if known is None or ticks() - known.at > REMEMBERED:
            known = await run_in_threadpool(self._look_up, self._desk, given, secret.strip())
        if scope is not None and scope not in known.actor.scopes:
            raise Refused(403, f"this key has no scope {scope!r}; ask an admin for one that has")
        self._in_time(known)
        return known.actor

    def _look_up(self, desk: Desk, digest: bytes, secret: str) -> _Known:
        from fraudscore.review.api_keys import actor_of_key

        with desk.store.reading() as connection:
            found = actor_of_key(connection, secret)
        if found is None:
            self._known.pop(digest, None)
            raise unknown()
        known = self._known[digest] = _Known(*found, ticks())
        if len(self._known) > KEYS_MAX:
            self._known.popitem(last=False)
        return known

    def _in_time(self, known: _Known) -> None:
        wait = self._rates.wait(known.actor.id, known.per_minute, ticks())
        if wait:
            detail = f"this key may call {known.per_minute} times a minute; slow down"
            raise Refused(429, detail, headers={"retry-after": str(int(wait) + 1)})

    async def _browser(self, request: Request) -> Actor:
        """Who is signed in may read and export; whatever changes something has a page with a form."""
        from fraudscore.web.browser import login_of

        if request.method != "GET":
            raise unknown()
        login = await run_in_threadpool(login_of, request)
        if login is None:
            raise unknown()
        return login.actor


def unknown() -> Refused:
    """Nobody we know."""
    headers = {"www-authenticate": "Bearer"}
    return Refused(401, "send Authorization: Bearer KEY with a key that is valid", headers=headers)


async def caller(request: Request, scope: Scope | None) -> Actor:
    """Who calls this request. Raises what ``Door.caller`` raises."""
    door: Door = request.app.state.door
    return await door.caller(request, scope)


def desk_of(request: Request) -> Desk:
    """The desk. Raises Refused where the server keeps nothing."""
    desk: Desk | None = request.app.state.desk
    if desk is None:
        raise Refused(404, "this server keeps nothing; start it without --stateless")
    return desk
