"""What stories are written with: the decorator that makes a test of one, and steps that many of them take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from domain.bookings import CancelBooking, MoveBooking, Status
from domain.ids import control_lane
from domain.ports import Outcome, Tracked
from tests.builders import LUZ, LUZ_CHAT, NOW, arrival, at, booking, commit_for, event, take_of
from tests.contracts.stores.houses import LEASE, House

if TYPE_CHECKING:
    from datetime import timedelta

    from domain.bookings import Booking
    from domain.businesses import Account
    from domain.conversations import Conversation, Outgoing
    from domain.ports import Arrival, Calendar, Claim, ControlChange, Parcel, Store
    from domain.signals import ReceiptStatus
    from tests.contracts.stores.houses import Opener

Story: TypeAlias = Callable[[House], Awaitable[None]]


class Told:
    """A story as pytest runs it: on the store that the fixture opens."""

    def __init__(self, story: Story, lease: timedelta) -> None:
        self.story = story
        self.lease = lease

    async def on(self, opener: Opener) -> None:
        """Tell it on a store of this opener."""
        async with opener(self.lease) as house:
            await self.story(house)


def story_with(lease: timedelta) -> Callable[[Story], Callable[[Opener], None]]:
    """Make a test of an async story that takes a house with such leases; its `told` tells it elsewhere."""

    def make(written: Story) -> Callable[[Opener], None]:
        told = Told(written, lease)

        def test(open_house: Opener) -> None:
            asyncio.run(told.on(open_house))

        test.__name__ = test.__qualname__ = str(getattr(written, "__name__", "story"))
        test.__module__ = written.__module__
        vars(test)["told"] = told
        return test

    return make


story = story_with(LEASE)
"""Make a test of an async story that takes a house."""


async def claim_one(store: Store) -> Claim:
    """Claim the one lane that must be ready."""
    claims = await store.mailbox.claim(10)
    assert len(claims) == 1, f"{len(claims)} lanes were ready instead of one"
    return claims[0]


async def hear(store: Store, *arrivals: Arrival, **leaves: Any) -> Claim:
    """Accept messages of one conversation, claim it and commit a turn that leaves what is said; returns the claim."""
    assert all(await store.mailbox.accept(arrivals)), "something was known already"
    claim = await claim_one(store)
    says = leaves.pop("says", ())
    assert await store.mailbox.commit([commit_for(claim, *says, **leaves)]) == [Outcome.COMMITTED]
    return claim


async def meet(store: Store, sender: str = "ana", account: Account = LUZ_CHAT, **leaves: Any) -> Conversation:
    """Let somebody write for the first time; returns the conversation, its words sent already."""
    claim = await hear(store, arrival("hi", sender, account=account), **leaves)
    for parcel in await store.outbox.due(10):
        assert await store.outbox.sending([parcel]) == [True]
        await store.outbox.sent(parcel, f"out-{parcel.outgoing.id}")
    return await store.transcripts(account.business_id).conversation(claim.lane)


async def lines(store: Store, conversation: Conversation) -> list[str]:
    """Return what was said in a conversation, author first."""
    messages = await store.transcripts(conversation.business_id).messages(conversation.id, most=1000)
    return [f"{one.author}: {one.text}" for one in messages]


async def taken(store: Store, *resources: str, business_id: str = LUZ_CHAT.business_id, **how: Any) -> list[str]:
    """Return what is taken in the week from NOW on, as `anna 15:00-15:30`."""
    from datetime import timedelta

    now = how.pop("now", NOW)
    busy = await store.calendar(business_id).busy(resources, NOW, NOW + timedelta(days=7), now, **how)
    found = sorted(busy, key=lambda one: (one.starts_at, one.resource_id))
    return [f"{one.resource_id.rpartition(':')[2]} {one.starts_at:%H:%M}-{one.ends_at:%H:%M}" for one in found]


async def due(store: Store, most: int = 10) -> list[Parcel]:
    """Return the parcels that may be sent now."""
    return list(await store.outbox.due(most))


def words(parcels: list[Parcel]) -> list[str]:
    """Return what parcels say."""
    return [one.outgoing.body.decode() for one in parcels]


def signal(conversation: str, text: str = "told", **how: Any) -> Arrival:
    """A signal of a conversation: a receipt, an echo."""
    return arrival(text, kind="control", lane=control_lane(conversation), **how)


def receipt(row: Outgoing, status: ReceiptStatus, problem: str = "", **how: Any) -> Tracked:
    """What a platform says of a message of ours."""
    told = Tracked(
        row.business_id, row.conversation_id, row.id, row.message_id, f"platform-{row.id}", status, NOW, row.channel
    )
    return replace(told, problem=problem, **how)


async def settled(store: Store, conversation: str, *tracked: Tracked, change: ControlChange | None = None) -> Outcome:
    """Let a signal of a conversation come in and settle it with what it says."""
    assert list(await store.mailbox.accept([signal(conversation)])) == [True]
    return await store.mailbox.settle(await claim_one(store), change, tracked)


async def sending(store: Store) -> Parcel:
    """Begin to send the one thing that may be sent."""
    (parcel,) = await due(store)
    assert list(await store.outbox.sending([parcel])) == [True]
    return parcel


async def shown(store: Store, parcel: Parcel) -> tuple[str, str]:
    """Return what a transcript says became of a message."""
    rows = await store.transcripts(parcel.outgoing.business_id).messages(parcel.outgoing.conversation_id)
    (line,) = [one for one in rows if one.id == parcel.outgoing.message_id]
    return line.delivery, line.problem


def calendar_of(house: House) -> Calendar:
    return house.store.calendar(LUZ.business.id)


def booked(who: Conversation, hour: int = 15, minute: int = 0, **how: object) -> Booking:
    """A booking of somebody who has written."""
    return booking(at(hour, minute), customer_id=who.customer_id, conversation=who.id, **how)  # type: ignore[arg-type]


def moved(one: Booking, hour: int, **how: object) -> MoveBooking:
    """The same booking at another hour."""
    later = replace(
        one, starts_at=at(hour), ends_at=at(hour) + (one.ends_at - one.starts_at), sequence=one.sequence + 1
    )
    return MoveBooking(later, take_of(later), event(later, "moved"), one.sequence, **how)  # type: ignore[arg-type]


def cancelled(one: Booking) -> CancelBooking:
    """The same booking given up; as every change it raises the sequence."""
    gone = replace(one, status=Status.CANCELLED, sequence=one.sequence + 1)
    return CancelBooking(gone, event(one, "cancelled", "ill"))
