"""What a server does beside answering: sends webhooks, and drops records that were kept long enough."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from fastapi.concurrency import run_in_threadpool

from fraudscore.review.desk import Desk
from fraudscore.web.clock import now
from fraudscore.web.logs import trouble
from fraudscore.web.sender import Sender

SEND_SECONDS = 2.0
"""How long an event may wait to be sent."""
DROP_SECONDS = 3600.0
Chore = Callable[[], Awaitable[object]]


@asynccontextmanager
async def doing(desk: Desk) -> AsyncIterator[None]:
    """Do the chores of a desk while the block runs."""
    chores = (
        _again(Sender(desk.store).send_due, SEND_SECONDS),
        _again(lambda: run_in_threadpool(_drop, desk), DROP_SECONDS),
    )
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _again(chore: Chore, seconds: float) -> None:
    """Do a chore for ever; one that fails is logged and done again next time."""
    while True:
        try:
            await chore()
        except Exception as error:
            trouble(error)
        await asyncio.sleep(seconds)


def _drop(desk: Desk) -> None:
    from fraudscore.review.erasure import drop_old_records

    with desk.store.writing() as connection:
        drop_old_records(connection, now=now())
