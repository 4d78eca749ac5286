"""The script's bot on aiogram: its state machine with Redis or in memory, its lock switched on, no network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.filters import Filter
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisStorage

from bench.against import understanding as words
from bench.against.playing import main, sent

if TYPE_CHECKING:
    import re
    from collections.abc import AsyncGenerator
    from datetime import date

    from aiogram.fsm.context import FSMContext
    from aiogram.types import Message

PREFIX = "frontdesk-bench-aiogram"


class Booking(StatesGroup):
    """What is asked next."""

    when = State()
    staff = State()
    name = State()
    confirm = State()


class Says(Filter):
    """Lets a text pass that matches; asynchronous, because aiogram runs others in threads."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        """Take what must be found."""
        self._pattern = pattern

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Hand the match to the handler."""
        found = self._pattern.search(message.text or "")
        return {"found": found} if found else False


class Recorder(BaseSession):
    """A network that takes every message."""

    count = 0

    async def close(self) -> None:
        """Nothing to close."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's seam
        """Answer as the Bot API does."""
        self.count += 1
        answer = sent(method.chat_id, method.text, self.count).decode()
        return self.check_response(bot=bot, method=method, status_code=200, content=answer).result

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Yield nothing: the bot loads no files."""
        for part in ():
            yield part


class SalonBot:
    """A salon that takes bookings from Telegram."""

    def __init__(self, today: date, state: str) -> None:
        """Build the handlers; `state` is `memory` or a Redis URL."""
        self.bookings: dict[int, list[tuple[str, str, str, str]]] = {}
        self._today = today
        self._session = Recorder()
        self._bot = Bot("1:token", session=self._session)
        if state == "memory":
            self.name = "aiogram 3.31.0, memory with lock"
            self._dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
        else:
            self.name = "aiogram 3.31.0, Redis with lock"
            storage = RedisStorage.from_url(state, key_builder=DefaultKeyBuilder(prefix=PREFIX))
            self._dispatcher = Dispatcher(storage=storage, events_isolation=storage.create_isolation())
        on = self._dispatcher.message.register
        on(self._when, Booking.when, Says(words.WHEN))
        on(self._staff, Booking.staff, Says(words.STAFF))
        on(self._named, Booking.name, Says(words.NAME))
        on(self._confirmed, Booking.confirm, Says(words.YES))
        on(self._correct, Booking.confirm, Says(words.CORRECTION))
        on(self._begin, Says(words.BOOK))
        on(self._greet, Says(words.HELLO))
        on(self._thanked, Says(words.THANKS))
        on(self._lost)

    @property
    def sent(self) -> int:
        """Return how many messages were sent."""
        return self._session.count

    async def open(self) -> None:
        """Remove what an earlier run left."""
        await self._forget()

    async def close(self) -> None:
        """Remove every key and disconnect."""
        await self._forget()
        await self._dispatcher.storage.close()

    async def _forget(self) -> None:
        storage = self._dispatcher.storage
        if isinstance(storage, RedisStorage):
            keys = [key async for key in storage.redis.scan_iter(f"{PREFIX}*", count=1000)]
            for start in range(0, len(keys), 500):
                await storage.redis.delete(*keys[start : start + 500])

    async def hear(self, update: bytes) -> None:
        """Handle one update."""
        await self._dispatcher.feed_raw_update(self._bot, json.loads(update))

    async def _greet(self, message: Message) -> None:
        await message.answer("Hi, I am the salon's assistant. What may I do for you?")

    async def _begin(self, message: Message, state: FSMContext, found: re.Match[str]) -> None:
        await state.set_state(Booking.when)
        await state.set_data({"service": words.service(found[1])})
        await message.answer("When would you like to come?")

    async def _when(self, message: Message, state: FSMContext, found: re.Match[str]) -> None:
        at = words.CLOCK.search(message.text or "")
        assert at is not None
        await state.update_data(day=words.day(found, self._today), clock=words.clock(at[1]))
        await state.set_state(Booking.staff)
        await message.answer("With whom? Anna or Carla?")

    async def _staff(self, message: Message, state: FSMContext, found: re.Match[str]) -> None:
        await state.update_data(staff=found[1].capitalize())
        await state.set_state(Booking.name)
        await message.answer("What is your name?")

    async def _named(self, message: Message, state: FSMContext, found: re.Match[str]) -> None:
        known = await state.update_data(name=found[1])
        await state.set_state(Booking.confirm)
        await message.answer(words.Wish(**known).summary())

    async def _correct(self, message: Message, state: FSMContext, found: re.Match[str]) -> None:
        known = await state.update_data(clock=words.clock(found[1]))
        await message.answer(words.Wish(**known).summary())

    async def _confirmed(self, message: Message, state: FSMContext) -> None:
        wish = words.Wish(**await state.get_data())
        await state.clear()
        self.bookings.setdefault(message.chat.id, []).append(wish.booking())
        await message.answer("Booked. See you then!")

    async def _thanked(self, message: Message) -> None:
        await message.answer("You are welcome!")

    async def _lost(self, message: Message) -> None:
        await message.answer("Sorry, I did not understand that.")


if __name__ == "__main__":
    main(SalonBot)
