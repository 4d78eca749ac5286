"""What the channels bench sees from outside: which lanes wait, and what the platforms were given."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bench.channels_mail import status
from domain.ids import control_lane, conversation_id
from domain.signals import RANK, tracked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from bench.channels_mail import Box
    from bench.channels_post import Post
    from bench.stores import Tables

EVERY = 0.015
FAILED, READ = 0.015, 0.6
"""Shares of messages that do not arrive, and that are read."""


class Pulse:
    """Looks again and again at which lanes have something waiting."""

    def __init__(self, tables: Tables) -> None:
        """Take where to look."""
        self._tables = tables
        self._waiting: list[asyncio.Future[None]] = []
        self.pending: dict[str, int] = {}

    async def beat(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once."""
        waiting, self._waiting = self._waiting, []
        rows = await self._tables.rows("SELECT lane, pending FROM lanes WHERE pending > 0")
        self.pending = dict(rows)
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def after(self) -> None:
        """Wait until it was looked after this was called."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        await waiting


class Send(NamedTuple):
    """One call of a platform, as its worker wrote it down."""

    worker: str
    at: float
    unknown: bool


class Platforms:
    """Reads what workers hand to the platforms, shows it to customers, and has WhatsApp tell what became of it."""

    def __init__(self, path: Path, boxes: tuple[Box, ...], post: Post, number: Callable[[], int], seed: Random) -> None:
        """Take the workers' file, the accounts, the post, and what numbers events."""
        self._path = path
        self._boxes = {one.account_id: one for one in boxes}
        self._post, self._number, self._chance = post, number, seed
        self._read = 0
        self.sends: defaultdict[str, list[Send]] = defaultdict(list)
        """By our key."""
        self.later: Counter[str] = Counter()
        """How often a platform asked for patience, by our key."""
        self.shown: dict[str, tuple[str, ...]] = {}
        """What could be tapped below the latest message with buttons, by conversation."""
        self.ranks: dict[str, int] = {}
        """The highest rank of what WhatsApp has told, by transcript line."""

    async def watch(self) -> None:
        """Read for ever."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Read what is new."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            said = json.loads(line)
            if "later" in said:
                self.later[said["key"]] += 1
                continue
            box = self._boxes[said["account"]]
            ours = tracked(said["key"])
            lane = ours[0] if ours else conversation_id(said["account"], said["to"])
            self.sends[said["key"]].append(Send(said["worker"], said["at"], said["unknown"]))
            if said["tokens"]:
                self.shown[lane] = tuple(said["tokens"])
            if ours is not None:
                self._receipts(box, lane, ours[2], said["id"], said["key"])

    def _receipts(self, box: Box, lane: str, line: str, wamid: str, key: str) -> None:
        """Have it told what became of a message: most arrive, some are read, a few never get there."""
        if self._chance.random() < FAILED:
            statuses = ["failed"]
        else:
            statuses = ["sent", "delivered", *(["read"] if self._chance.random() < READ else [])]
        self._chance.shuffle(statuses)
        for said in statuses:
            self._post.tell(status(self._number(), control_lane(lane), box, wamid, said, key))
        self.ranks[line] = max(self.ranks.get(line, 0), *(RANK[one] for one in statuses))
