"""Concurrent requests worked on together: whoever waits while the worker is busy goes in one batch.

A batch costs little more than one, and its answers are the same to the last byte. A caller alone never
waits for others: only after several were there at once does the worker stay its hand, for as many to
come back, and no longer than PAUSE.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from fraudscore.web.metrics import BATCHES

Item = TypeVar("Item")
Answer = TypeVar("Answer")
TOGETHER_MAX = 64
"""Most requests worked on at once, so that nobody waits for a crowd."""
PAUSE = 0.002
"""Seconds in which those who were answered come back with their next request (measured)."""


class Gathered(Generic[Item, Answer]):
    """Calls ``work`` in one thread with all items that wait; each gets its own answer or error."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None
        self._enough = asyncio.Event()
        self._expected = 1

    async def __call__(self, item: Item) -> Answer:
        """The answer to one item. Raises the error that it was answered with."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._waiting) >= self._expected:
            self._enough.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            taken = self._waiting[:TOGETHER_MAX]
            del self._waiting[:TOGETHER_MAX]
            BATCHES.observe(len(taken))
            for (_, future), answer in zip(taken, await self._answers(taken), strict=True):
                _settle(future, answer)
            await self._come_back(min(len(taken) + len(self._waiting), TOGETHER_MAX))

    async def _answers(
        self, taken: Sequence[tuple[Item, asyncio.Future[Answer]]]
    ) -> Sequence[Answer | Exception]:
        try:
            return await asyncio.to_thread(self._work, [item for item, _ in taken])
        except Exception as error:
            return [error] * len(taken)

    async def _come_back(self, expected: int) -> None:
        """Give a crowd the time to send its next requests."""
        self._expected = expected
        if expected > 1 and len(self._waiting) < expected:
            self._enough.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), PAUSE)


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():  # the caller has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
