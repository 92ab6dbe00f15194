"""What a server does beside answering: sends webhooks, tells and asks cohorts, drops old records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress

from fastapi.concurrency import run_in_threadpool

from fraudscore.review.desk import Desk
from fraudscore.web.clock import now
from fraudscore.web.confirming import tell_cohorts
from fraudscore.web.logs import trouble
from fraudscore.web.sender import Sender

SEND_SECONDS = 2.0
"""How long an event may wait to be sent."""
DROP_SECONDS = 3600.0
Chore = Callable[[], Awaitable[object]]


@asynccontextmanager
async def doing(desk: Desk) -> AsyncIterator[None]:
    """Do the chores of a desk while the block runs; one that is under way is finished."""
    stop = asyncio.Event()
    chores: tuple[Coroutine[None, None, None], ...] = (
        _again(Sender(desk.store).send_due, SEND_SECONDS, stop),
        _again(lambda: run_in_threadpool(_drop, desk), DROP_SECONDS, stop),
    )
    if desk.cohorts:
        tell = _again(lambda: run_in_threadpool(tell_cohorts, desk), SEND_SECONDS, stop)
        ask = _again(lambda: run_in_threadpool(_ask_again, desk), SEND_SECONDS, stop)
        chores = (*chores, tell, ask)
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def _again(chore: Chore, seconds: float, stop: asyncio.Event) -> None:
    """Do a chore until told to stop; one that fails is logged and done again next time."""
    while not stop.is_set():
        try:
            await chore()
        except Exception as error:
            trouble(error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def _ask_again(desk: Desk) -> None:
    from fraudscore.review.unheard import assess_unheard

    assess_unheard(desk, now=now())


def _drop(desk: Desk) -> None:
    from fraudscore.review.erasure import drop_old_records

    with desk.store.writing() as connection:
        drop_old_records(connection, now=now())
