"""What the staff pages show: bookings day by day, the conversations, and one conversation with what is known."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.conversations import Owner
from domain.errors import UnknownConversation
from web import formats
from web.booking_card import Seen, of_booking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.conversations import Conversation, Message
    from domain.customers import Customer
    from web.businesses import Front
    from web.tools import Tools

AHEAD = timedelta(days=14)
BOOKINGS = 40
CONVERSATIONS = 30
LINES = 100
LETTERS = 10
"""So many messages that were not delivered are shown."""
STAGES = frozenset({"greeting", "collecting", "alternatives", "confirming", "paying", "changing", "closed"})
REASONS = frozenset(
    {"asked-for-a-person", "complaint", "not-understood-twice", "large-party", "unanswered", "silent", "frustration"}
)
"""Why a conversation was handed over, as far as there are words for it."""
SLOTS = ("service", "staff", "place", "date", "time", "party_size", "name", "phone", "email", "notes")


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list."""

    path: str
    name: str
    """The customer's, "" while it is not known."""
    business: str
    conversation: Conversation
    last: str
    """The newest words."""
    at: str
    """ISO 8601."""
    clock: str
    current: bool
    waits: bool
    """For a person."""


@dataclass(frozen=True, slots=True)
class Day:
    """The bookings of one day of one business."""

    words: str
    today: bool
    bookings: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One business's bookings."""

    name: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known in one conversation."""

    customer: Customer | None
    stage: str
    expects: str
    slots: tuple[tuple[str, str], ...]
    bookings: tuple[Seen, ...]


async def board(tools: Tools, front: Front, language: str) -> Board:
    """Return today's bookings of a business, and those of the days that follow."""
    directory = front.directory
    zone = directory.places[0].zone
    locale = formats.written(language, directory.business.country)
    now = tools.clock.now()
    today = formats.local(now, zone).date()
    start = datetime.combine(today, time(), ZoneInfo(zone))
    found = await tools.store.calendar(directory.business.id).bookings_between(start, start + AHEAD)
    by_day: dict[Any, list[Booking]] = {today: []}
    for one in found[:BOOKINGS]:
        by_day.setdefault(formats.local(one.starts_at, zone).date(), []).append(one)
    return Board(
        directory.business.name,
        tuple(
            Day(formats.day(on, locale), on == today, tuple(of_booking(one, directory, locale) for one in bookings))
            for on, bookings in by_day.items()
        ),
    )


async def rows(tools: Tools, fronts: Sequence[Front], language: str, current: str = "") -> list[Row]:
    """Return the conversations of these businesses: those that wait for people first, then the latest heard."""
    made: list[Row] = []
    for front in fronts:
        business = front.directory.business
        found = await tools.store.transcripts(business.id).open_conversations(CONVERSATIONS)
        made += await asyncio.gather(*(_row(tools, front, one, language, current) for one in found))
    made.sort(key=lambda row: row.conversation.last_heard_at, reverse=True)
    made.sort(key=lambda row: not row.waits)
    return made


async def _row(tools: Tools, front: Front, one: Conversation, language: str, current: str) -> Row:
    business, zone = front.directory.business, front.directory.places[0].zone
    locale = formats.written(language, business.country)
    customer = await customer_of(tools, one)
    newest = await tools.store.transcripts(business.id).last_messages(one.id, 1)
    now, heard = formats.local(tools.clock.now(), zone), formats.local(one.last_heard_at, zone)
    return Row(
        path=f"/desk/{business.slug}/{one.id}",
        name=customer.name if customer else "",
        business=business.name,
        conversation=one,
        last=" ".join(newest[-1].text.split())[:140] if newest else "",
        at=heard.isoformat(),
        clock=formats.clock_of(heard.time(), locale)
        if heard.date() == now.date()
        else formats.date_only(heard.date(), locale),
        current=one.id == current,
        waits=one.owner is Owner.QUEUE,
    )


async def customer_of(tools: Tools, one: Conversation) -> Customer | None:
    """Return who writes in a conversation, None where that is not known."""
    try:
        return await tools.store.transcripts(one.business_id).customer(one.customer_id)
    except UnknownConversation:
        return None


async def known(tools: Tools, directory: Directory, one: Conversation, locale: str) -> Known:
    """Return what the bot knows in a conversation, and the customer's bookings that are still to come."""
    now = tools.clock.now()
    try:
        read = tools.draft(await tools.store.transcripts(one.business_id).state(one.id), directory)
    except UnknownConversation:
        read = {}
    draft = read.get("draft") or {}
    names = [name for name in dict.fromkeys((*SLOTS, *draft)) if draft.get(name) not in (None, "", [], ())]
    bookings = await tools.store.calendar(one.business_id).bookings_of(one.customer_id, now)
    return Known(
        customer=await customer_of(tools, one),
        stage=str(read.get("stage") or one.stage),
        expects=str(read.get("expects") or ""),
        slots=tuple((name, _worded(draft[name])) for name in names),
        bookings=tuple(of_booking(booking, directory, locale) for booking in bookings),
    )


async def newest(tools: Tools, one: Conversation) -> Sequence[Message]:
    """Return the newest lines of a conversation, notes among them."""
    return await tools.store.transcripts(one.business_id).last_messages(one.id, LINES)


@dataclass(frozen=True, slots=True)
class Window:
    """How long a platform still takes free text to somebody."""

    closed: bool
    until: str
    """The clock, with the day where it is not today's."""
    at: str
    """ISO 8601."""


async def window(tools: Tools, directory: Directory, one: Conversation, locale: str) -> Window | None:
    """Return the window of a conversation; None on a channel that has none."""
    account = await tools.store.directories.account_by_id(one.account_id)
    channel = tools.channels.get(account.channel)
    if channel is None or not channel.can.window:
        return None
    zone = directory.places[0].zone
    now, until = tools.clock.now(), one.last_heard_at + timedelta(hours=channel.can.window)
    local = formats.local(until, zone)
    clock = formats.clock_of(local.time(), locale)
    today = formats.local(now, zone).date() == local.date()
    return Window(until <= now, clock if today else f"{formats.day(local.date(), locale)}, {clock}", local.isoformat())


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was not delivered."""

    path: str
    name: str
    business: str
    why: str
    at: str
    clock: str


async def undelivered(tools: Tools, fronts: Sequence[Front], language: str) -> list[Letter]:
    """Return what could not be delivered lately, the latest first."""
    made: list[Letter] = []
    for front in fronts:
        business, zone = front.directory.business, front.directory.places[0].zone
        locale = formats.written(language, business.country)
        transcripts = tools.store.transcripts(business.id)
        for one in await tools.store.outbox.given_up(business.id, LETTERS):
            try:
                customer = await customer_of(tools, await transcripts.conversation(one.conversation_id))
            except UnknownConversation:
                continue
            at = formats.local(one.at, zone)
            made.append(
                Letter(
                    f"/desk/{business.slug}/{one.conversation_id}",
                    customer.name if customer else "",
                    business.name,
                    one.problem,
                    at.isoformat(),
                    f"{formats.date_only(at.date(), locale)} {formats.clock_of(at.time(), locale)}",
                )
            )
    return sorted(made, key=lambda letter: letter.at, reverse=True)[:LETTERS]


async def troubled(tools: Tools, fronts: Sequence[Front]) -> list[tuple[str, str]]:
    """Return the accounts that wait for their owner: what they are called, and what is wrong."""
    ours = {front.directory.business.id for front in fronts}
    return [
        (one.name or one.channel, one.problem)
        for one in await tools.store.directories.accounts()
        if one.business_id in ours and one.state in {"reauth_required", "stopped"}
    ]


def _worded(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
