"""What the page of channels shows: each business with its accounts as cards, and how more can be connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from web.brands import BRANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.base import Finding
    from domain.businesses import Account
    from web.businesses import Front
    from web.connect.desk import Way

TONES = {"connected": "ok", "reauth_required": "warn", "stopped": "danger", "disconnected": ""}


@dataclass(frozen=True, slots=True)
class Told:
    """What one account is told about in this answer."""

    account_id: str = ""
    findings: Sequence[Finding] = ()
    """What a check has just found."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What could not be connected in this answer, and where that is to be said."""

    business_id: str = ""
    account_id: str = ""
    """Of the card, "" where a new account was meant."""
    channel: str = ""
    why: str = ""
    """In English, as connectors say it."""
    key: str = ""
    """The words of the locales that say it instead."""


@dataclass(frozen=True, slots=True)
class Connect:
    """How an account of one channel is connected, for one business or for one card."""

    channel: str
    brand: str
    kind: str
    missing: str
    address: str
    """Where the form goes, or the link to the platform's sign-in."""
    again: str
    """The account that is to be connected again, "" for a new one."""
    wrong: Wrong | None


@dataclass(frozen=True, slots=True)
class Card:
    """One account."""

    id: str
    name: str
    brand: str
    """"" for web chat, whose name is in the locales."""
    state: str
    tone: str
    problem: str
    path: str
    """What is done with the account is posted below it; "" where nothing is."""
    chat: str
    """The address of a web chat."""
    pin: bool
    """Whether trying again may need a PIN."""
    findings: Sequence[Finding]
    again: Connect | None


@dataclass(frozen=True, slots=True)
class Board:
    """One business."""

    slug: str
    name: str
    cards: tuple[Card, ...]
    ways: tuple[Connect, ...]
    empty: bool
    """Nothing is connected but what needs no platform."""


def board(
    front: Front,
    accounts: Sequence[Account],
    ways: Sequence[Way],
    pass_for: Callable[[str], str],
    told: Told,
    wrong: Wrong,
) -> Board:
    """Return a business as it is shown. `pass_for` makes what the link of a business's sign-in carries."""
    business = front.directory.business
    by_channel = {one.channel: one for one in ways}

    def connect(way: Way, again: str = "") -> Connect:
        query = urlencode({"business": business.slug, "pass": pass_for(business.slug)})
        path = f"/connect/{quote(way.channel, safe='')}"
        here = (wrong.business_id, wrong.channel, wrong.account_id) == (business.id, way.channel, again)
        return Connect(
            channel=way.channel,
            brand=brand(way.channel),
            kind=way.kind,
            missing=way.missing,
            address=f"{path}/token" if way.kind == "token" else f"{path}/begin?{query}",
            again=again,
            wrong=wrong if here else None,
        )

    shown = [one for one in accounts if one.channel in by_channel or one.channel == "webchat"]
    shown.sort(key=lambda one: (one.state == "disconnected", one.channel != "webchat", one.channel, one.name))
    return Board(
        slug=business.slug,
        name=business.name,
        cards=tuple(
            _card(one, told, connect(by_channel[one.channel], one.id) if _may_again(one, by_channel) else None)
            for one in shown
        ),
        ways=tuple(connect(way) for way in ways),
        empty=not any(one.channel in by_channel and one.state != "disconnected" for one in shown),
    )


def brand(channel: str) -> str:
    """Return how a channel writes itself."""
    return BRANDS.get(channel, channel.capitalize())


def named(account: Account) -> str:
    """Return what people call an account."""
    return account.name or (account.external_id if account.state != "disconnected" else brand(account.channel))


def _may_again(account: Account, ways: dict[str, Way]) -> bool:
    """Return whether connecting again mends it: what the platform has stopped is only mended there."""
    return account.channel in ways and account.state == "reauth_required"


def _card(account: Account, told: Told, again: Connect | None) -> Card:
    webchat = account.channel == "webchat"
    in_use = account.state != "disconnected"
    return Card(
        id=account.id,
        name=named(account),
        brand="" if webchat else brand(account.channel),
        state=account.state,
        tone=TONES[account.state],
        problem=account.problem,
        path=f"/connect/accounts/{account.id}" if in_use and not webchat else "",
        chat=f"/webchat/{quote(account.external_id, safe='')}" if webchat else "",
        pin=account.channel == "whatsapp",
        findings=told.findings if told.account_id == account.id else (),
        again=again,
    )
