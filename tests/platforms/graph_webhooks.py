"""Deliveries of the fake Graph API: signed as Meta signs, batched, repeated until they are taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from tests.platforms.graph_chaos import Faults
    from tests.platforms.graph_world import Waba, World

    Hook = Callable[[bytes, dict[str, str]], Awaitable[int]]
    """(body, headers) -> status."""

LOOPBACK = "http://127.0.0.1:"
"""Nobody else is ever asked, not even for a name."""
BACKOFF = [timedelta(seconds=one) for one in (0, 30, 300, 3600, 6 * 3600, 24 * 3600, 48 * 3600, 72 * 3600)]
"""After what time a delivery that was not taken comes again: within 7 days in all."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to be told: a change of one field of one account."""

    waba: Waba
    field: str
    value: dict[str, Any]


@dataclass
class Delivery:
    """A body on its way."""

    body: bytes
    address: str
    due: datetime
    tries: int = 0


@dataclass
class Webhooks:
    """What is to be delivered, and to whom."""

    world: World
    faults: Faults
    address: str = ""
    """The app's own; an account's override comes first."""
    hook: Hook | None = None
    """Instead of HTTP."""
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=10, verify=False))
    waiting: list[Told] = field(default_factory=list)
    under_way: list[Delivery] = field(default_factory=list)
    delivered: list[bytes] = field(default_factory=list)
    """Every body that was taken, in order."""
    lost: list[bytes] = field(default_factory=list)
    """What nobody took in 7 days."""
    answers: list[int] = field(default_factory=list)
    """Of genuine deliveries."""
    forged: list[int] = field(default_factory=list)
    """What deliveries with a wrong signature were answered."""
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def tell(self, waba: Waba, field_name: str, value: dict[str, Any]) -> None:
        """Have something delivered with the next `deliver`."""
        self.waiting.append(Told(waba, field_name, value))

    async def deliver(self) -> int:
        """Deliver all that waits, and again what is due again; returns how many deliveries were taken."""
        async with self._one:
            told, self.waiting = self.waiting, []
            for batch in self.faults.batches(told):
                for address, part in _apart(batch, self._address_of).items():
                    if address or self.hook:
                        self.under_way.append(Delivery(body_of(part), address, self.world.clock.now()))
            taken = 0
            while due := [one for one in self.under_way if one.due <= self.world.clock.now()]:
                for delivery in due:
                    taken += await self._try(delivery)
            return taken

    async def again(self, after: timedelta = timedelta(days=3), share: float = 1.0) -> int:
        """Deliver once more, days later, what was taken already: a share of it, as chance wills."""
        self.world.clock.advance(after)
        bodies = [body for body in self.delivered if self.faults.happens(share)]
        for body in bodies:
            self.under_way.append(Delivery(body, self.address, self.world.clock.now()))
        return await self.deliver()

    async def handshake(self, address: str, verify_token: str) -> bool:
        """Ask an address whether it is ours, as Meta does before it delivers there."""
        challenge = str(self.world.chance.randint(10**8, 10**9))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        if not address.startswith(LOOPBACK):
            return False
        try:
            answer = await self.client.get(address, params=query)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.text == challenge

    async def close(self) -> None:
        """Close the client."""
        await self.client.aclose()

    def _address_of(self, waba: Waba) -> str:
        return waba.subscribed.get(self.world.app_id) or self.address

    async def _try(self, delivery: Delivery) -> bool:
        chaos = self.faults.chaos
        if delivery.tries == 0 and self.faults.happens(chaos.forged):
            self.forged.append(await self._post(delivery, b"another secret"))
        status = await self._post(delivery, self.world.app_secret.encode())
        self.answers.append(status)
        if 200 <= status < 300:
            self.under_way.remove(delivery)
            self.delivered.append(delivery.body)
            if self.faults.happens(chaos.late):
                due = self.world.clock.now() + timedelta(days=self.world.chance.uniform(1, 6))
                self.under_way.append(Delivery(delivery.body, delivery.address, due, tries=1))
            return True
        if delivery.tries == len(BACKOFF):
            self.under_way.remove(delivery)
            self.lost.append(delivery.body)
        else:
            delivery.due = self.world.clock.now() + BACKOFF[delivery.tries]
            delivery.tries += 1
        return False

    async def _post(self, delivery: Delivery, secret: bytes) -> int:
        headers = {"content-type": "application/json", "x-hub-signature-256": signature(secret, delivery.body)}
        if self.hook is not None:
            return await self.hook(delivery.body, headers)
        if not delivery.address.startswith(LOOPBACK):
            return 0
        try:
            return (await self.client.post(delivery.address, content=delivery.body, headers=headers)).status_code
        except httpx.HTTPError:
            return 0


def signature(secret: bytes, body: bytes) -> str:
    """Return what Meta signs a body with."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def body_of(told: list[Told]) -> bytes:
    r"""Return a delivery: entries of accounts, changes of fields; neighbours of one number and field are one change.

    Written as Meta writes: everything beyond ASCII as \u escapes, slashes escaped.
    """
    entries: list[dict[str, Any]] = []
    for one in told:
        if not entries or entries[-1]["id"] != one.waba.id:
            entries.append({"id": one.waba.id, "changes": []})
        changes = entries[-1]["changes"]
        if not (changes and changes[-1]["field"] == one.field and _merged(changes[-1]["value"], one.value)):
            changes.append({"value": json.loads(json.dumps(one.value)), "field": one.field})
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}, separators=(",", ":"))
    return body.replace("/", "\\/").encode("ascii")


def _merged(into: dict[str, Any], value: dict[str, Any]) -> bool:
    """Put what a change says into the one before, where both are of one kind and one number."""
    kinds = {"messages", "statuses"} & set(into) & set(value)
    if len(kinds) != 1 or into.get("metadata") != value.get("metadata"):
        return False
    (kind,) = kinds
    into[kind] += value[kind]
    known = into.setdefault("contacts", [])
    known += [one for one in value.get("contacts", ()) if one not in known]
    return True


def _apart(batch: list[Told], address_of: Callable[[Waba], str]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for one in batch:
        found.setdefault(address_of(one.waba), []).append(one)
    return found
