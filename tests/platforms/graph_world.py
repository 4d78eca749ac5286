"""What the fake Graph API knows: an app, businesses with numbers and templates, customers, and what was sent."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.clock import ManualClock

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(hours=24)
SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")


@dataclass(eq=False)
class Customer:
    """Somebody with WhatsApp on their phone."""

    name: str
    phone: str = ""
    """Digits; "" for whoever hides it behind a user name."""
    bsuid: str = ""
    """"" for whoever has none yet."""
    username: str = ""
    wrote: dict[str, datetime] = field(default_factory=dict)
    """When they last wrote, by number."""
    blocked: bool = False

    @property
    def id(self) -> str:
        """By what they are answered."""
        return self.bsuid or self.phone


@dataclass(eq=False)
class Number:
    """A business's phone number."""

    id: str
    display: str
    name: str
    waba: Waba
    status: str = "CONNECTED"
    platform: str = "CLOUD_API"
    pin: str = ""
    quality: str = "GREEN"
    verification: str = "VERIFIED"
    name_status: str = "APPROVED"
    sent_at: dict[str, list[datetime]] = field(default_factory=dict)
    """When something was sent, by customer."""


@dataclass(eq=False)
class Waba:
    """A WhatsApp Business Account."""

    id: str
    numbers: list[Number] = field(default_factory=list)
    subscribed: dict[str, str] = field(default_factory=dict)
    """App id -> the address that overrides the app's own, "" for that."""
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(eq=False)
class Token:
    """An access token."""

    value: str
    app_id: str
    wabas: tuple[str, ...]
    expires_at: int = 0
    valid: bool = True
    scopes: tuple[str, ...] = SCOPES
    names_ids: bool = True
    """Whether debug_token names the accounts."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as its reader sees it."""

    id: str
    number: str
    to: str
    """The customer's name."""
    kind: str
    """`text`, `button`, `list`, `template`."""
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    """(id, title) of buttons or rows."""
    details: tuple[str, ...] = ()
    opener: str = ""
    link: str = ""
    """Where the button of a template leads."""
    key: str = ""
    at: datetime | None = None


class World:
    """Everything, with a clock of its own and ids that a seed repeats."""

    def __init__(self, at: datetime, seed: int, app_id: str, app_secret: str, config_id: str) -> None:
        self.clock = ManualClock(at)
        self.chance = random.Random(seed)
        self.app_id = app_id
        self.app_secret = app_secret
        self.config_id = config_id
        self.wabas: dict[str, Waba] = {}
        self.numbers: dict[str, Number] = {}
        self.customers: dict[str, Customer] = {}
        self.tokens: dict[str, Token] = {}
        self.media: dict[str, tuple[bytes, str]] = {}
        self.heard: dict[str, str] = {}
        """Ids of what customers sent -> who."""
        self.sent: list[Sent] = []
        self.read: list[str] = []
        self.typing: list[str] = []
        self.violations: list[str] = []
        self._count = 0

    def new_id(self, kind: str = "") -> str:
        """Return an id: digits, or a message's."""
        self._count += 1
        return f"wamid.HBgM{self._count:012d}FAKE==" if kind == "wamid" else f"9{self._count:014d}"

    def add_business(self, name: str = "Bistro", numbers: int = 1) -> tuple[Waba, list[Number], Token]:
        """Return a new account with its numbers, and a token that opens it."""
        waba = Waba(self.new_id())
        self.wabas[waba.id] = waba
        for _ in range(numbers):
            digits = f"+351 21 000 {len(self.numbers):04d}"
            number = Number(self.new_id(), digits, name, waba)
            waba.numbers.append(number)
            self.numbers[number.id] = number
        return waba, waba.numbers, self.add_token(waba.id)

    def add_token(self, *wabas: str, **more: Any) -> Token:
        """Return a new token of the app that opens these accounts."""
        value = f"EAAG{self.new_id()}SECRET{self.chance.getrandbits(64):016x}"
        token = Token(**{"value": value, "app_id": self.app_id, "wabas": wabas, **more})
        self.tokens[token.value] = token
        return token

    def customer(self, who: str | Customer) -> Customer:
        """Return somebody by name; whoever is new has both a number and a user id."""
        if isinstance(who, Customer):
            return self.customers.setdefault(who.name, who)
        if who not in self.customers:
            count = len(self.customers)
            self.customers[who] = Customer(who, f"3519{count:08d}", f"PT.{10**12 + count}")
        return self.customers[who]

    def addressed(self, payload: dict[str, Any]) -> Customer | None:
        """Return whom a message is for."""
        to, user = str(payload.get("to", "")).lstrip("+"), payload.get("recipient")
        for one in self.customers.values():
            if (to and to == one.phone) or (user and user == one.bsuid):
                return one
        return None

    def in_window(self, number: Number, customer: Customer) -> bool:
        """Return whether free words may be sent."""
        wrote = customer.wrote.get(number.id)
        return wrote is not None and self.clock.now() - wrote <= WINDOW

    def reach(self, token: Token, waba: str) -> bool:
        """Return whether a token opens an account."""
        return token.valid and waba in token.wabas
