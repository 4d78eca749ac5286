"""Calls: what an operation is handed, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from domain.desk import Desk
from domain.errors import AnsweredBefore, HoldExpired
from domain.ids import new_id
from domain.ports import Live

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from domain.availability import Wish
    from domain.bookings import Effect
    from domain.businesses import Directory
    from domain.ports import ApiKey, Calendar
    from web.api.attempts import Attempt
    from web.tools import Tools

encode = msgspec.json.Encoder().encode
Method = Literal["GET", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers."""

    status: int
    body: bytes
    etag: str = ""
    """Where it may be kept and asked for again; otherwise no cache may keep it."""
    replayed: bool = False


@dataclass(slots=True)
class Call:
    """One request, checked and read."""

    tools: Tools
    key: ApiKey
    directory: Directory
    calendar: Calendar
    now: datetime
    path: Mapping[str, str]
    query: Any
    body: Any
    attempt: Attempt | None
    service_ids: tuple[str, ...] = ()
    """Of the visit that is asked for, as soon as it is known: what alternatives are priced by."""

    def desk(self, key: str = "") -> Desk:
        """Return a desk for the key's owner; `key` where the same thing must never be done twice."""
        own = key or (self.attempt.name if self.attempt else f"once:{new_id()}")
        return Desk(self.directory, self.calendar, f"api:{self.key.id}", own, self.now, resident=self.tools.resident)

    async def write(self, desk: Desk, status: int, shown: object, *first: Effect, wish: Wish | None = None) -> Reply:
        """Write what the desk collected and what the request is answered, all or nothing, and return the answer.

        Raises what Calendar.apply raises; AnsweredBefore for an attempt that was carried out meanwhile, HoldExpired
        where one of the `first` effects says that somebody used the hold meanwhile.
        """
        body = b"" if shown is None else encode(shown)
        effects = list(first)
        if self.attempt is not None:
            effects.insert(0, self.attempt.effect(status, body, self.now))
        desk.effects[:0] = effects
        try:
            if desk.effects:
                await desk.commit(wish)
        except AnsweredBefore:
            if first and not (self.attempt and await self.attempt.answer(self.calendar)):
                raise HoldExpired("this hold was used or given back", "hold") from None
            raise
        await self.tools.store.live.publish([Live("", self.directory.business.id, "booking")])
        return Reply(status, body)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address: what it reads, does and answers. The document is made from it, too."""

    method: Method
    path: str
    """Below `/api/v1/businesses/{business}`."""
    id: str
    summary: str
    do: Callable[[Call], Awaitable[Reply]]
    answers: int
    shape: type | None
    """Of the answer; None is an empty one."""
    query: type
    body: type | None = None
    body_may_be_empty: bool = False
    problems: tuple[str, ...] = field(default=())
    """Names of what may go wrong beside what may with every request."""
    description: str = ""
    kept: bool = False
    """Whether the answer carries an ETag."""
