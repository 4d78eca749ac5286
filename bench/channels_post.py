"""The post between platforms and webhooks at its worst: doubled, batched, reordered, late, forged, broken."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.channels_mail import MAIL, Box, Delivery, Event, proven, written

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from random import Random

    from starlette.types import ASGIApp, Message

    from bench.channels_house import House

WINDOW = 0.12
"""Seconds within which deliveries overtake one another."""
DOUBLED = 0.2
BATCHED = 0.3
"""Of WhatsApp's events, so that with Telegram's, which come one by one, a fifth of all are batched."""
AGAIN_IN_A_BATCH = 0.1
"""The share of batches that also carry something that was delivered before."""
FORGED, BROKEN, STRAY, SPOILT = 0.03, 0.01, 0.01, 0.1
MOST = 50
"""Events in one delivery."""
BATCH_SECONDS = (0.05, 0.4)
SOON, LATER = (0.0, 1.0), (1.0, 3.0)
KEPT = 400
"""Deliveries that are remembered, to be delivered once more when all is over."""
RECENT = 200
AT_ONCE = 32
GROUP = {"id": -1_000_000, "type": "group"}
_FORGED_IDS = 9_000_000_000_000


async def call(app: ASGIApp, delivery: Delivery) -> int:
    """Hand a request to an ASGI application; returns the status that it answers."""
    status = 0
    unread = True

    async def receive() -> Message:
        nonlocal unread
        if unread:
            unread = False
            return {"type": "http.request", "body": delivery.body, "more_body": False}
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": delivery.path,
        "raw_path": delivery.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": list(delivery.headers),
        "client": ("127.0.0.1", 1),
        "server": ("frontdesk.example", 443),
    }
    await app(scope, receive, send)
    return status


class Post:
    """Takes what platforms have to tell, and delivers each of it at least once."""

    def __init__(self, house: House, chance: Random) -> None:
        """Take who takes deliveries in, and what decides."""
        self._door, self._late_door = house.app.asgi(), house.late.asgi()
        self._boxes = house.boxes
        self._chance = chance
        self._batch: list[Event] = []
        self._size = 2
        self._recent: deque[Event] = deque()
        self._kept: list[Delivery] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._first = self._last = 0
        self.told: dict[tuple[str, str, str], Event] = {}
        """All genuine events by endpoint, kind in the mailbox, and external id; their bodies go once they are taken."""
        self.count: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        """What genuine deliveries were answered with, besides 200."""
        self.taken = 0
        """Events of which a delivery was answered with 200."""

    def tell(self, event: Event) -> None:
        """Have an event delivered."""
        self.told[event.box.endpoint, MAIL[event.kind], event.external_id] = event
        self.count[event.kind] += 1
        if event.box.channel == "whatsapp" and self._chance.random() < BATCHED:
            self._batch.append(event)
            if len(self._batch) >= self._size:
                self._flush()
        else:
            self._start(self._deliver([event]))

    async def batches(self) -> None:
        """Deliver batches that wait, for ever."""
        while True:
            await asyncio.sleep(self._chance.uniform(*BATCH_SECONDS))
            self._flush()

    async def idle(self) -> None:
        """Wait until all that was told is delivered, also for the last time."""
        while self._batch or self._under_way:
            self._flush()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=1.0)
            self._raise()

    def look(self) -> None:
        """Raise what has gone wrong in a delivery."""
        self._raise()

    async def once_more(self) -> None:
        """Deliver a sample of all deliveries again, days later, and the latest events all in one."""
        again = [self._post(one, self._late_door) for one in self._kept]
        recent = list(self._recent)[-MOST:]
        if recent:
            again.append(self._post(written(recent, self._chance), self._late_door))
        self.count["late"] += len(again)
        await asyncio.gather(*again)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._under_way.add(asyncio.create_task(work))

    def _raise(self) -> None:
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        for task in done:
            task.result()

    def _flush(self) -> None:
        self._raise()
        batch, self._batch = self._batch, []
        self._size = self._chance.choice((2, 3, 5, 8, 13, 21, 34, MOST))
        if batch:
            self._start(self._deliver(batch))

    async def _deliver(self, events: list[Event]) -> None:
        """Deliver what is new once, and perhaps a second time: at the same time, soon, or days later."""
        chance = self._chance
        self._first += 1
        mine = self._first
        batch = events
        if len(events) > 1:
            self.count["batched"] += len(events)
            self.count["largest"] = max(self.count["largest"], len(events))
            chance.shuffle(batch)
            if self._recent and chance.random() < AGAIN_IN_A_BATCH:
                known = chance.sample(list(self._recent), min(3, len(self._recent)))
                batch = [*batch, *(one for one in known if one not in events)]
                self.count["in_another"] += len(batch) - len(events)
        spoilt = len(events) > 1 and chance.random() < SPOILT
        delivery = written(batch, chance, spoilt=spoilt)
        self.count["spoilt"] += spoilt
        self._keep(delivery)
        await asyncio.sleep(chance.uniform(0.0, WINDOW))
        self.count["reordered"] += mine < self._last
        self._last = max(self._last, mine)
        if chance.random() < FORGED:
            self._start(self._refused(self._forged(batch), 403))
        if chance.random() < BROKEN:
            self._start(self._refused(self._broken(batch), 400))
        if chance.random() < STRAY:
            self._start(self._refused(self._stray(batch), 200))
        self._forget(events)
        if chance.random() >= DOUBLED:
            await self._post(delivery, self._door)
            return
        self.count["doubled"] += 1
        way = chance.randrange(3)
        if way == 0:
            await asyncio.gather(self._post(delivery, self._door), self._post(delivery, self._door))
            return
        await self._post(delivery, self._door)
        if way == 1:
            await asyncio.sleep(chance.uniform(*SOON))
            await self._post(delivery, self._door)
        else:
            await asyncio.sleep(chance.uniform(*LATER))
            self.count["late"] += 1
            await self._post(delivery, self._late_door)

    async def _post(self, delivery: Delivery, door: ASGIApp) -> None:
        """Deliver until it is taken, as platforms do."""
        pause = 0.1
        while True:
            async with self._at_once:
                status = await call(door, delivery)
            self.count["deliveries"] += 1
            if status == 200:
                break
            self.statuses[status] += 1
            if status < 500:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)
        for event in delivery.events:
            self.taken += not event.accepted
            event.accepted += 1

    async def _refused(self, delivery: Delivery, status: int) -> None:
        """Deliver what must leave nothing behind, and be answered so."""
        async with self._at_once:
            answered = await call(self._door, delivery)
        self.count[{403: "forged", 400: "malformed", 200: "stray"}[status]] += 1
        self.count["answered_wrongly"] += answered != status

    def _forget(self, events: Sequence[Event]) -> None:
        """Let go of what nobody needs again but what was delivered last, which another batch may carry once more."""
        for event in events:
            if event.box.channel == "whatsapp":
                self._recent.append(event)
            else:
                event.body = {}
        while len(self._recent) > RECENT:
            self._recent.popleft().body = {}

    def _keep(self, delivery: Delivery) -> None:
        """Remember a delivery, each with the same chance."""
        if len(self._kept) < KEPT:
            self._kept.append(delivery)
        elif (at := self._chance.randrange(self._first)) < KEPT:
            self._kept[at] = delivery

    def _forged(self, events: Sequence[Event]) -> Delivery:
        """Return a delivery of things that never happened, by somebody who does not know the secret."""
        chance, box = self._chance, events[0].box
        made = written([self._made_up(one) for one in events], chance)
        way = chance.randrange(5)
        if way == 0:
            headers = proven(box, made.body, b"another secret of somebody else")
        elif way == 1:
            headers = made.headers[:-1]
        elif way == 2:
            headers = proven(box, made.body, self._other(box).secret)
        elif way == 3 and box.channel == "whatsapp":
            headers = proven(box, made.body + b" ")
        else:
            headers = made.headers
            made = replace(made, path=f"{made.path[:-4]}none")
        return replace(made, headers=headers, events=())

    def _broken(self, events: Sequence[Event]) -> Delivery:
        """Return a delivery that is proven and cannot be read."""
        box = events[0].box
        body = written([self._made_up(one) for one in events], self._chance).body
        broken = self._chance.choice((body[: len(body) // 2], b"[]", b"\xff\xfe", b"", b"[" * 60_000, b'{"object":7}'))
        return Delivery(box.path, proven(box, broken), broken)

    def _stray(self, events: Sequence[Event]) -> Delivery:
        """Return a delivery that is proven and for nobody here: of a number that is not connected, of a group."""
        made = [self._made_up(one) for one in events]
        for one in made:
            if one.box.channel == "whatsapp":
                one.box = replace(one.box, account="6999999")
            else:
                name = next(name for name in one.body if name != "update_id")
                told = one.body[name]
                where = {"message": {**told["message"], "chat": GROUP}} if "data" in told else {"chat": GROUP}
                one.body = {**one.body, name: {**told, **where}}
        return replace(written(made, self._chance), events=())

    def _made_up(self, event: Event) -> Event:
        """Return an event like another that never happened."""
        self.count["made_up"] += 1
        number = _FORGED_IDS + self.count["made_up"]
        name = "update_id" if event.box.channel == "telegram" else "id"
        return replace(event, body={**event.body, name: number if name == "update_id" else f"wamid.forged.{number}"})

    def _other(self, box: Box) -> Box:
        """Return an endpoint whose secret is another."""
        return self._chance.choice([one for one in self._boxes if one.secret != box.secret])
