"""Webhooks on their way: what is due is sent, signed, and tried again later when it is not taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import httpx
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from fraudscore import __version__
from fraudscore.review import hooks
from fraudscore.review.hooks import Delivery
from fraudscore.review.store import Store
from fraudscore.web.clock import now
from fraudscore.web.metrics import DELIVERED

SECONDS = 10.0
"""How long a receiver may take (assumed)."""
SIGNATURE = "fraudscore-signature"
Done = Callable[[Connection, datetime], None]


class Sender:
    """Sends what is due. ``transport`` stands in for the network in tests."""

    def __init__(self, store: Store, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._store = store
        self._transport = transport

    async def send_due(self) -> int:
        """Send what is due now; returns how much that was."""
        due = await run_in_threadpool(self._take)
        if due:
            # Redirects are not followed: a signed body goes to the address that was agreed on.
            async with httpx.AsyncClient(
                transport=self._transport, timeout=SECONDS, follow_redirects=False, trust_env=False
            ) as client:
                outcomes = await asyncio.gather(*(_sent(client, delivery) for delivery in due))
            for done in outcomes:
                await run_in_threadpool(self._note, done)
        return len(due)

    def _take(self) -> tuple[Delivery, ...]:
        with self._store.writing() as connection:
            return hooks.take(connection, now=now())

    def _note(self, done: Done) -> None:
        with self._store.writing() as connection:
            done(connection, now())


async def _sent(client: httpx.AsyncClient, delivery: Delivery) -> Done:
    """Send one; returns how to note what came of it."""
    said = await _post(client, delivery)
    DELIVERED.labels("failed" if said else "taken").inc()
    if said:
        return lambda connection, at: hooks.failed(connection, delivery.id, said, now=at)
    return lambda connection, at: hooks.delivered(connection, delivery.id, now=at)


async def _post(client: httpx.AsyncClient, delivery: Delivery) -> str:
    """What went wrong, in a few words of ours; "" if it was taken."""
    headers = {
        "content-type": "application/json",
        "user-agent": f"fraudscore/{__version__}",
        "fraudscore-event": delivery.event,
        "fraudscore-delivery": delivery.id,
        SIGNATURE: hooks.signature(delivery.secret, now(), delivery.body),
    }
    try:
        async with client.stream(
            "POST", delivery.url, content=delivery.body, headers=headers
        ) as answer:
            return "" if answer.is_success else f"answered {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
