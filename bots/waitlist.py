"""Waitlists: whoever waits is offered what became free, one after another, each in their own conversation."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from dialogs.messages import Due
from dialogs.stages.waiting import OFFERED, OVER
from dialogs.state import forget, offer_of, passed_in
from dialogs.wire import encode_content
from domain.bookings import OPEN
from domain.conversations import Owner
from domain.desk import Desk
from domain.errors import NotOffered, OpeningTaken, UnknownAccount, UnknownConversation
from domain.ids import new_id
from domain.ports import Arrival
from domain.waiting import wish_of
from domain.waitlist import ChangeWaitlist, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.businesses import Directory, Policies
    from domain.conversations import Conversation
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Calendar, Store
    from domain.waitlist import WaitlistEntry

_log = structlog.get_logger("frontdesk.waitlist")
_LOOK_AGAIN = timedelta(minutes=1)
"""So long nothing is looked for where no calendar changed: holds run out, and quiet hours end, without a change."""
_YEARS = timedelta(days=800)
_MOST_TOLD = 10_000
"""So many offers are remembered as told; what is forgotten is told again, which changes nothing."""


class Waitlists:
    """Makes offers and takes back those that nobody answered. Any number of processes may do so side by side."""

    def __init__(self, store: Store, windows: Mapping[str, int] | None = None) -> None:
        """Take the store, and by channel how many hours after a customer's last message free text may be sent."""
        self._store = store
        self._windows = windows or {}
        self._looked: dict[BusinessId, tuple[object, datetime]] = {}
        self._told: dict[str, None] = {}

    async def tick(self, now: datetime) -> int:
        """Look after every waitlist on which somebody is; returns how much was told. Raises StoreUnavailable."""
        told = 0
        for business_id in await self._store.directories.waiting():
            told += await self._look_after(business_id, now)
        return told

    async def _look_after(self, business_id: BusinessId, now: datetime) -> int:
        directory = await self._store.directories.directory(business_id)
        calendar = self._store.calendar(business_id)
        entries = await calendar.waiting(now)
        told = 0
        for entry in entries:
            if entry.status is Waiting.OFFERED and entry.offer_until is not None and entry.offer_until <= now:
                told += await self._take_back(directory, calendar, entry, now)
        versions = await calendar.versions([one.id for one in directory.resources])
        seen = (directory.version, versions, [(one.id, one.status, one.offered) for one in entries])
        last = self._looked.get(business_id)
        if last is None or last[0] != seen or not timedelta() <= now - last[1] < _LOOK_AGAIN:
            self._looked[business_id] = (seen, now)
            await self._make_offers(directory, calendar, now)
        for entry in await calendar.waiting(now):
            if entry.status is Waiting.OFFERED:  # also those of a process that died before it could tell
                told += await self._tell(entry, OFFERED, now)
        return told

    async def _take_back(self, directory: Directory, calendar: Calendar, entry: WaitlistEntry, now: datetime) -> int:
        """Give an offer back that nobody answered; the conversation hears of it, whatever happens here."""
        told = await self._tell(entry, OVER, now)
        desk = _desk(directory, calendar, entry.conversation_id, now)
        desk.pass_over(entry)
        await _applied(calendar, desk)
        return told

    async def _make_offers(self, directory: Directory, calendar: Calendar, now: datetime) -> None:
        entries = await calendar.waiting(now)
        waiting = [one for one in entries if one.status is Waiting.WAITING]
        offering = len(waiting) < len(entries)
        if not waiting:
            return
        holds = await calendar.holds_between(now, now + _YEARS, now)
        busy = {one.conversation_id for one in holds}
        desk = _desk(directory, calendar, None, now)
        for entry in in_order(waiting, directory.business.policies):
            if await self._is_over(directory, calendar, entry, now):
                continue
            conversation = await self._reachable(entry, now)
            if conversation is None or conversation.id in busy or not directory.business.policies.waitlist:
                continue
            found = await _openings(desk, entry)
            taken = set(passed_in(entry.offer)) - {one.starts_at for one in found}
            if taken and not offering:  # taken for good, not held for the next: if it comes back it is news
                await _remember(calendar, replace(entry, offer=forget(entry.offer, taken)))
            opening = _suiting(found, directory, entry, now)
            if opening is None:
                continue
            own = _desk(directory, calendar, conversation.id, now)
            own.offer(entry, opening, kept=offer_of(opening, entry.service_ids, entry.party_size, entry.offer))
            if await _applied(calendar, own):
                offering = True
                _log.info("offered", business=entry.business_id, entry=entry.id, at=opening.starts_at.isoformat())
                busy.add(conversation.id)
            desk = _desk(directory, calendar, None, now)  # what it read is not true any more

    async def _is_over(self, directory: Directory, calendar: Calendar, entry: WaitlistEntry, now: datetime) -> bool:
        """Close an entry whose window is past, or whose customer booked meanwhile; return whether it was."""
        desk = _desk(directory, calendar, entry.conversation_id, now)
        if _past(directory, entry, now):
            desk.leave_waitlist(entry)
        elif booking := _served(directory, entry, await calendar.bookings_of(entry.customer_id, now)):
            desk.waited_for(entry, booking)
        else:
            return False
        await _applied(calendar, desk)
        return True

    async def _reachable(self, entry: WaitlistEntry, now: datetime) -> Conversation | None:
        """Return the conversation in which an offer may be made; None where people answer it, or nobody hears it."""
        if entry.conversation_id is None:
            return None
        try:
            conversation = await self._store.transcripts(entry.business_id).conversation(entry.conversation_id)
            account = await self._store.directories.account_by_id(conversation.account_id)
        except (UnknownConversation, UnknownAccount):
            return None
        window = self._windows.get(account.channel, 0)
        if window and now - conversation.last_heard_at >= timedelta(hours=window):
            return None
        return conversation if conversation.owner is Owner.BOT and not conversation.opted_out else None

    async def _tell(self, entry: WaitlistEntry, kind: str, now: datetime) -> int:
        """Put an offer, or its end, into the conversation's lane: once, however often it is told."""
        key = f"{kind}|{entry.id}|{entry.offered}"
        if entry.conversation_id is None or key in self._told:
            return 0
        try:
            found = await self._store.transcripts(entry.business_id).conversation(entry.conversation_id)
        except UnknownConversation:
            return 0
        body = encode_content(Due(kind, {"entry": entry.id, "n": entry.offered}))
        arrival = Arrival("waitlist", "timer", key, found.id, found.business_id, found.account_id, "", body, now, now)
        new = await self._store.mailbox.accept([arrival])
        if len(self._told) >= _MOST_TOLD:
            self._told.clear()
        self._told[key] = None
        return sum(new)


def in_order(entries: Iterable[WaitlistEntry], policies: Policies) -> list[WaitlistEntry]:
    """Return who is offered something first: by the owner's order, and of equals who waits longest."""

    def rank(one: WaitlistEntry) -> int:
        match policies.waitlist_order:
            case "priority":
                return -one.priority
            case "largest":
                return -(one.party_size or 0)
            case _:
                return 0

    return sorted(entries, key=lambda one: (rank(one), one.created_at, one.id))


async def _openings(desk: Desk, entry: WaitlistEntry) -> list[Opening]:
    """Return what is free of what is waited for."""
    try:
        return await desk.openings(wish_of(entry))
    except NotOffered:
        return []  # nobody does that here any more


def _suiting(found: list[Opening], directory: Directory, entry: WaitlistEntry, now: datetime) -> Opening | None:
    """Return the first opening that an entry was not offered before, and of which it may hear now."""
    passed = set(passed_in(entry.offer))
    soonest = now + directory.business.policies.waitlist_offer
    wakes = _wakes(directory, entry, now)
    for one in found:
        waits = wakes is None or one.starts_at <= wakes + directory.business.policies.waitlist_offer
        if one.starts_at not in passed and one.starts_at > soonest and waits:
            return one
    return None


def _wakes(directory: Directory, entry: WaitlistEntry, now: datetime) -> datetime | None:
    """Return when the quiet hours end that it is now; None where it is not quiet."""
    policies = directory.business.policies
    local = now.astimezone(ZoneInfo(directory.place[entry.place_id].zone))
    minute = local.hour * 60 + local.minute
    if policies.quiet_until <= minute < policies.quiet_from:
        return None
    morning = local.replace(hour=policies.quiet_until // 60, minute=policies.quiet_until % 60, second=0, microsecond=0)
    return morning + timedelta(days=1) if minute >= policies.quiet_from else morning


def _past(directory: Directory, entry: WaitlistEntry, now: datetime) -> bool:
    """Return whether nothing that is waited for can come any more."""
    place = directory.place.get(entry.place_id)
    if place is None:
        return True
    local = now.astimezone(ZoneInfo(place.zone)).replace(tzinfo=None)
    last = datetime.combine(entry.last, datetime.min.time()) + timedelta(minutes=entry.latest)
    return local > last


def _served(directory: Directory, entry: WaitlistEntry, bookings: Sequence[Booking]) -> Booking | None:
    """Return what a customer has booked since they wait: the same service, on a day for which they waited."""
    zone = ZoneInfo(directory.place[entry.place_id].zone)
    since = entry.offered_at or entry.created_at
    for one in bookings:
        same = one.place_id == entry.place_id and {item.service_id for item in one.items} >= set(entry.service_ids)
        day = one.starts_at.astimezone(zone).date()
        if same and one.status in OPEN and one.created_at >= since and entry.first <= day <= entry.last:
            return one
    return None


def _desk(directory: Directory, calendar: Calendar, conversation_id: ConversationId | None, now: datetime) -> Desk:
    return Desk(directory, calendar, "system", new_id(), now, conversation_id)


async def _remember(calendar: Calendar, entry: WaitlistEntry) -> None:
    """Write down an entry that goes on waiting."""
    with contextlib.suppress(OpeningTaken):  # it was changed meanwhile
        await calendar.apply([ChangeWaitlist(entry, Waiting.WAITING)])


async def _applied(calendar: Calendar, desk: Desk) -> bool:
    """Write what the desk was told; False where somebody was faster, which is all right."""
    try:
        await calendar.apply(desk.effects)
    except OpeningTaken:
        return False
    return True
