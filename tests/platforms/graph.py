"""A fake of Meta's Graph API for WhatsApp: real HTTP on loopback, a clock of its own, the same again for every seed.

```python
async with FakeGraph() as fake:
    channel = WhatsApp(tokens, graph_url=fake.url, app_secret=Secret(fake.app_secret.encode()))
    fake.deliver_to("http://127.0.0.1:8000/hooks/whatsapp/app")
    await fake.says("Ana", "a table for two tomorrow")
    ...
    assert fake.sent[-1].text == "…"
    await fake.taps("Ana", "20:45")
    assert not fake.violations
```
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from starlette.applications import Starlette
from starlette.routing import Route

from adapters.base import Secret
from domain.businesses import Account
from tests.platforms import graph_schema
from tests.platforms.graph_accounts import Accounts
from tests.platforms.graph_chaos import CALM, Chaos, Fault, Faults
from tests.platforms.graph_customers import Customers
from tests.platforms.graph_door import Door
from tests.platforms.graph_http import served
from tests.platforms.graph_messages import Messages
from tests.platforms.graph_templates import Templates
from tests.platforms.graph_webhooks import Webhooks
from tests.platforms.graph_world import Customer, Number, Sent, Token, Waba, World

if TYPE_CHECKING:
    from domain.clock import ManualClock
    from tests.platforms.graph_webhooks import Hook

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class FakeGraph:
    """The Graph API, with one business from the start: `waba`, `number`, `token`."""

    def __init__(
        self,
        *,
        seed: int = 0,
        at: datetime = NOW,
        chaos: Chaos = CALM,
        statuses: tuple[str, ...] = ("sent", "delivered"),
        proof: bool = True,
    ) -> None:
        """Take how it behaves.

        Args:
            seed: Of ids and of chaos.
            at: Where its clock stands.
            chaos: How often what goes wrong.
            statuses: What is told of every message that was sent, with the next delivery.
            proof: Whether every call needs `appsecret_proof`.
        """
        self.world = World(at, seed, "1001", "app-secret-0f8e", "2002")
        self.waba, (self.number,), self.token = self.world.add_business()
        self.faults = Faults(self.world.chance, chaos)
        self.webhooks = Webhooks(self.world, self.faults)
        self.customers = Customers(self.world, self.webhooks)
        self.messages = Messages(self.world, self._was_sent)
        self.templates = Templates(self.world, self._was_judged)
        self.accounts = Accounts(self.world, self.webhooks.handshake)
        self.accounts.consent = (self.waba.id,)
        self.door = Door(self.world, self.messages, self.templates, self.accounts, self.faults)
        self.door.proof = proof
        self.statuses = statuses
        self._fails: list[tuple[int, str]] = []
        self._open = AsyncExitStack()
        self.url = ""

    # What is there.

    @property
    def clock(self) -> ManualClock:
        """Its clock."""
        return self.world.clock

    @property
    def app_id(self) -> str:
        """The app's id."""
        return self.world.app_id

    @property
    def app_secret(self) -> str:
        """The app's secret."""
        return self.world.app_secret

    @property
    def config_id(self) -> str:
        """The configuration of the sign-in."""
        return self.world.config_id

    @property
    def sent(self) -> list[Sent]:
        """What customers see."""
        return self.world.sent

    @property
    def violations(self) -> list[str]:
        """What was asked for and may not be: to be empty at the end of every test."""
        return self.world.violations

    def add_business(self, name: str = "Salon", numbers: int = 1) -> tuple[Waba, list[Number], Token]:
        """Return another business: its account, numbers and token."""
        return self.world.add_business(name, numbers)

    def customer(self, name: str, *, phone: str = "", bsuid: str = "", username: str = "") -> Customer:
        """Return a new customer, known by what is given and nothing else."""
        return self.world.customer(Customer(name, phone, bsuid, username))

    # Our side of it, for tests.

    @property
    def secret(self) -> Secret:
        """What our endpoint verifies with: the app's secret, and the word of the handshake."""
        return Secret(self.app_secret.encode(), "our-verify-token")

    def account(self, number: Number | None = None) -> Account:
        """Return one of its numbers as our account."""
        one = number or self.number
        return Account(f"account-{one.id}", one.waba.id, "whatsapp", one.id, "app", one.display, group=one.waba.id)

    async def tokens(self, account: Account) -> Secret:
        """Return the newest token that opens an account."""
        opening = [one.value for one in self.world.tokens.values() if account.group in one.wabas]
        return Secret(opening[-1].encode())

    # What goes wrong.

    def fail(self, fault: Fault, times: int = 1) -> None:
        """Have the next calls that send go wrong."""
        self.faults.add(fault, times)

    def fail_later(self, code: int, details: str = "") -> None:
        """Have the next message be taken, and fail in a status."""
        self._fails.append((code, details))

    # What customers and staff do.

    def deliver_to(self, address: str = "", hook: Hook | None = None) -> None:
        """Deliver to an address, or hand bodies and headers to a function."""
        self.webhooks.address, self.webhooks.hook = address, hook

    async def says(self, who: str | Customer, text: str, *, to: Number | None = None, reply_to: str = "") -> str:
        """Have a customer write; returns the message's id, as all of these do."""
        return await self._does(who, {"type": "text", "text": {"body": text}}, to, reply_to)

    async def taps(self, who: str | Customer, title: str, *, to: Number | None = None) -> str:
        """Have a customer tap a choice that they see."""
        wamid = self.customers.tap(who, to or self.number, title)
        await self.webhooks.deliver()
        return wamid

    async def sends_picture(self, who: str | Customer, caption: str = "", *, to: Number | None = None) -> str:
        """Have a customer send a picture."""
        more = {"caption": caption} if caption else {}
        return await self._does(who, self.customers.file("image", b"\xff\xd8picture", "image/jpeg", **more), to)

    async def sends_voice(self, who: str | Customer, *, to: Number | None = None) -> str:
        """Have a customer speak."""
        content = self.customers.file("audio", b"OggSvoice", "audio/ogg; codecs=opus", voice=True)
        return await self._does(who, content, to)

    async def sends_location(self, who: str | Customer, *, to: Number | None = None) -> str:
        """Have a customer send where they are."""
        place = {"latitude": 38.7223, "longitude": -9.1393, "name": "Rossio", "address": "Lisboa"}
        return await self._does(who, {"type": "location", "location": place}, to)

    async def sends_contact(self, who: str | Customer, phone: str = "", *, to: Number | None = None) -> str:
        """Have a customer send a card, their own if no number is given."""
        customer = self.world.customer(who)
        wa_id = phone or customer.phone
        card = {"name": {"formatted_name": customer.name}, "phones": [{"phone": f"+{wa_id}", "wa_id": wa_id}]}
        return await self._does(customer, {"type": "contacts", "contacts": [card]}, to)

    async def sends_order(self, who: str | Customer, product: str = "cut", *, to: Number | None = None) -> str:
        """Have a customer send a basket."""
        items = [{"product_retailer_id": product, "quantity": 2, "item_price": 30, "currency": "EUR"}]
        return await self._does(who, {"type": "order", "order": {"catalog_id": "77", "product_items": items}}, to)

    async def sends_reaction(self, who: str | Customer, emoji: str, of: str, *, to: Number | None = None) -> str:
        """Have a customer put an emoji on a message."""
        return await self._does(who, {"type": "reaction", "reaction": {"message_id": of, "emoji": emoji}}, to)

    async def sends_edit(self, who: str | Customer, text: str, of: str, *, to: Number | None = None) -> str:
        """Have a customer write a message anew."""
        message = {"type": "text", "text": {"body": text}}
        return await self._does(who, {"type": "edit", "edit": {"original_message_id": of, "message": message}}, to)

    async def takes_back(self, who: str | Customer, of: str, *, to: Number | None = None) -> str:
        """Have a customer take a message back."""
        return await self._does(who, {"type": "revoke", "revoke": {"original_message_id": of}}, to)

    async def changes_number(self, who: str | Customer, phone: str, *, to: Number | None = None) -> str:
        """Have a customer take another number, and with it another user id."""
        wamid = self.customers.renumber(who, to or self.number, phone)
        await self.webhooks.deliver()
        return wamid

    async def echo(self, who: str | Customer, text: str, *, by: Number | None = None) -> str:
        """Have staff type to a customer in the WhatsApp Business app."""
        wamid = self.customers.echo(who, by or self.number, text)
        await self.webhooks.deliver()
        return wamid

    async def reads(self, who: str | Customer) -> None:
        """Have a customer read all that they got."""
        customer = self.world.customer(who)
        for sent in self.sent:
            if sent.to == customer.name:
                self.customers.status(self.world.numbers[sent.number], sent, customer, "read")
        await self.webhooks.deliver()

    async def deliver(self) -> int:
        """Deliver what waits, statuses too; returns how many deliveries were taken."""
        return await self.webhooks.deliver()

    async def approve(self, waba: Waba | None = None) -> int:
        """Approve all templates that wait, and tell of it."""
        count = self.templates.judge(waba or self.waba)
        await self.webhooks.deliver()
        return count

    # Serving.

    async def __aenter__(self) -> Self:
        if graph_schema.there():
            graph_schema.judge()  # not while somebody waits for an answer
        methods = ["GET", "POST", "DELETE"]
        app = Starlette(routes=[Route("/{path:path}", self.door.answer, methods=methods)])
        self.url = self.messages.files = await self._open.enter_async_context(served(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.webhooks.close()
        await self._open.aclose()

    async def _does(self, who: str | Customer, content: dict[str, Any], to: Number | None, reply_to: str = "") -> str:
        wamid = self.customers.message(who, to or self.number, content, reply_to)
        await self.webhooks.deliver()
        return wamid

    def _was_sent(self, number: Number, sent: Sent, customer: Customer) -> None:
        if self._fails:
            code, details = self._fails.pop(0)
            self.customers.status(number, sent, customer, "failed", code, details)
            return
        for status in self.statuses:
            self.customers.status(number, sent, customer, status)

    def _was_judged(self, waba: Waba, template: dict[str, Any]) -> None:
        value = {
            "event": template["status"],
            "message_template_id": int(template["id"]),
            "message_template_name": template["name"],
            "message_template_language": template["language"],
            "reason": template["rejected_reason"],
        }
        self.webhooks.tell(waba, "message_template_status_update", value)
