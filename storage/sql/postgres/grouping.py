"""Grouping: what many callers ask at the same time is asked together, and nobody waits on a timer for it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")
MOST = 64
"""Items a group."""


class Grouper(Generic[T, R]):
    """Buffers items; the next group leaves the moment a former one is back.

    What one caller hands in together stays together. An error of a group is the error of all its callers.
    """

    def __init__(
        self, ask: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, most: int = MOST, under_way: int = 1
    ) -> None:
        """Ask with this, at most so many items a group and so many groups at once."""
        self._ask = ask
        self._most = most
        self._under_way = under_way
        self._waiting: deque[tuple[Sequence[T], asyncio.Future[Sequence[R]]]] = deque()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def add(self, items: Sequence[T]) -> Sequence[R]:
        """Return what is answered to these items, in their order."""
        if not items:
            return ()
        answer: asyncio.Future[Sequence[R]] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, answer))
        if self._running < self._under_way:
            self._running += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def close(self) -> None:
        """Finish what is under way."""
        while self._tasks:
            ending = list(self._tasks)
            await asyncio.gather(*ending)
            # From Python 3.12 on, `gather` does not wait for the callbacks of tasks that are done already.
            self._tasks.difference_update(ending)

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._next_group()
        finally:
            self._running -= 1  # in the same step that saw nothing waiting: who comes next starts anew

    async def _next_group(self) -> None:
        group = [self._waiting.popleft()]
        size = len(group[0][0])
        while self._waiting and size + len(self._waiting[0][0]) <= self._most:
            group.append(self._waiting.popleft())
            size += len(group[-1][0])
        items = group[0][0] if len(group) == 1 else [item for some, _ in group for item in some]
        try:
            answers = await self._ask(items)
        except Exception as error:
            _settle(group, error)
        except BaseException:
            _settle(group, asyncio.CancelledError())
            raise
        else:
            at = 0
            for some, answer in group:
                if not answer.done():
                    answer.set_result(answers[at : at + len(some)])
                at += len(some)


def _settle(group: Sequence[tuple[Sequence[T], asyncio.Future[Sequence[R]]]], error: BaseException) -> None:
    for _, answer in group:
        if not answer.done():
            if isinstance(error, asyncio.CancelledError):
                answer.cancel()
            else:
                answer.set_exception(error)
