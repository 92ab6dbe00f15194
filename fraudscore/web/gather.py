"""Concurrent requests worked on together: whoever waits while the worker is busy goes in one batch.

A batch costs little more than one, and its answers are the same to the last byte. Nobody is kept
waiting for others to come: an idle worker starts at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from fraudscore.web.metrics import BATCHES

Item = TypeVar("Item")
Answer = TypeVar("Answer")
TOGETHER_MAX = 64
"""Most requests worked on at once, so that nobody waits for a crowd."""


class Gathered(Generic[Item, Answer]):
    """Calls ``work`` in one thread with all items that wait; each gets its own answer or error."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer | Exception]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Answer:
        """The answer to one item. Raises the error that it was answered with."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            taken = self._waiting[:TOGETHER_MAX]
            del self._waiting[:TOGETHER_MAX]
            BATCHES.observe(len(taken))
            try:
                answers = await asyncio.to_thread(self._work, [item for item, _ in taken])
            except Exception as error:
                answers = [error] * len(taken)
            for (_, future), answer in zip(taken, answers, strict=True):
                _settle(future, answer)


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():  # the caller has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
