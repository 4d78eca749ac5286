"""A conversation with a business in the terminal: `frontdesk chat`."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Protocol

from adapters.base import Request
from domain.errors import Malformed, StoreUnavailable, UnknownAccount
from domain.ids import conversation_id, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from adapters.base import Channel
    from domain.businesses import Account
    from domain.clock import Clock
    from domain.ports import Store
    from web.intake import Intake

_LEAVE = frozenset({"exit", "quit", "/exit", "/quit"})
_IDLE_SECONDS = 0.5
"""How often it is looked whether the bot has something to say by itself."""
_ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.05


class Drained(Protocol):
    """A worker or a delivery: does what there is to do now."""

    async def drain(self) -> int:
        """Return how much was done."""
        ...


class Ticking(Protocol):
    """The clockwork."""

    async def tick(self) -> int:
        """Return how many timers fired."""
        ...


class Running(Protocol):
    """What a chat needs of the application."""

    @property
    def store(self) -> Store:
        """The stores."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def intake(self) -> Intake:
        """Where lines are handed in."""
        ...

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Channels by name."""
        ...

    @property
    def worker(self) -> Drained:
        """Hears what came in."""
        ...

    @property
    def delivery(self) -> Drained:
        """Sends what is said."""
        ...

    @property
    def clockwork(self) -> Ticking:
        """Fires timers."""
        ...


async def chat(
    app: Running, account_name: str, *, who: str = "", lines: TextIO | None = None, screen: TextIO | None = None
) -> int:
    """Talk until `exit` or the end of the input; returns the exit status.

    Args:
        app: The opened application; its channel `terminal` prints the replies.
        account_name: The terminal account of the business.
        who: The identity that types; the same one goes on with its conversation. "" is somebody new.
        lines: Where lines are typed, the standard input if nothing is said. May be a pipe or a file.
        screen: Where prompts and typed lines are shown, the standard output if nothing is said.
    """
    lines, screen = lines or sys.stdin, screen or sys.stdout
    try:
        account = await app.store.directories.account("terminal", account_name)
    except UnknownAccount:
        known = [one.external_id for one in await app.store.directories.accounts() if one.channel == "terminal"]
        sys.stderr.write(f"There is no account {account_name!r}. There are: {', '.join(known) or 'none'}.\n")
        return 2
    directory = await app.store.directories.directory(account.business_id)
    print(f"You are writing to {directory.business.name}. A number chooses, exit leaves.\n", file=screen)
    talk = _Talk(app, account, who or f"terminal-{new_id()}")
    live = lines.isatty()
    typed = _typed(lines)
    while True:
        if live:
            print("You: ", end="", file=screen, flush=True)
        line = await talk.next_line(typed)
        if line is None or line.strip().lower() in _LEAVE:
            if live:
                print(file=screen)
            return 0
        if not line.strip():
            continue
        if not live:  # nobody's keyboard has shown it
            print(f"You: {line.strip()}", file=screen, flush=True)
        try:
            await talk.say(line)
        except (Malformed, StoreUnavailable) as error:
            print(f"({error})", file=screen)


class _Talk:
    """One person's conversation with one account."""

    def __init__(self, app: Running, account: Account, who: str) -> None:
        self._app = app
        self._account = account
        self._who = who
        self._conversation = conversation_id(account.id, who)

    async def next_line(self, typed: asyncio.Queue[str | None]) -> str | None:
        """Return the next line, None at the end; meanwhile the bot may speak by itself."""
        while True:
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    return await typed.get()
            except TimeoutError:
                await self._go_on()

    async def say(self, line: str) -> None:
        """Hand a line in, and return when its answer is printed. Raises Malformed, StoreUnavailable."""
        key = new_id()
        channel = self._app.channels["terminal"]
        request = Request(
            method="",
            path="",
            headers={},
            query={},
            body=line.encode("utf-8", "replace"),
            received_at=self._app.clock.now(),
            endpoint_id=self._account.external_id,
            client=self._who,
            nonce=key,
        )
        await self._app.intake.take(channel, self._account.endpoint_id, channel.parse(request))
        transcripts = self._app.store.transcripts(self._account.business_id)
        loop = asyncio.get_running_loop()
        until = loop.time() + _ANSWER_SECONDS
        while loop.time() < until:
            await self._go_on()
            if await transcripts.turn_of(self._conversation, key):
                await self._app.delivery.drain()
                return
            # Another process of the same database may have the lane.
            await asyncio.sleep(_LOOK_SECONDS)

    async def _go_on(self) -> None:
        await self._app.clockwork.tick()
        await self._app.worker.drain()
        await self._app.delivery.drain()


def _typed(lines: TextIO) -> asyncio.Queue[str | None]:
    """Return a queue that a thread fills with lines, then None: reading must not stop the loop."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        line: str | None = ""
        while line is not None:
            try:
                line = lines.readline() or None
            except (OSError, ValueError):  # ValueError: bytes that are no text, or a stream that was closed
                line = None
            try:
                loop.call_soon_threadsafe(queue.put_nowait, line)
            except RuntimeError:  # the loop is closed: nobody listens any more
                return

    # A daemon, because it may wait for a key that nobody presses when the program ends.
    threading.Thread(target=read, name="typed-lines", daemon=True).start()
    return queue
