"""Groups that the database refused: asked again, or one by one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import asyncpg
import structlog

from storage.sql.postgres.calendar import AGAIN, TRIES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")
_log = structlog.get_logger(__name__)


async def regrouped(
    group: Sequence[T], write: Callable[[Sequence[T]], Awaitable[Sequence[R]]]
) -> Sequence[R | Exception]:
    """Write a group and return what is answered to each, or why the database does not take it. Raises StoreUnavailable.

    What got in another's way through no fault of its own is written again. Where one of the group is not what the
    database takes, the others do not suffer for it.
    """
    try:
        for _ in range(TRIES - 1):
            with suppress(*AGAIN):
                return await write(group)
        return await write(group)
    except (asyncpg.PostgresError, ValueError) as error:
        if len(group) == 1:
            return [error]
        _log.warning("group_refused", turns=len(group), error=f"{type(error).__name__}: {error}")
        answers: list[R | Exception] = []
        for one in group:
            answers += await regrouped([one], write)
        return answers
