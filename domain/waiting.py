"""Waiting at the desk: joining a waitlist, being offered what became free, taking it, leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.availability import Wish
from domain.bookings import PlaceHold, ReleaseHold
from domain.errors import NotOffered
from domain.hours import local_date
from domain.ids import derived_id, new_id
from domain.waitlist import ChangeWaitlist, JoinWaitlist, Waiting, WaitlistEntry

if TYPE_CHECKING:
    from datetime import datetime

    from domain.availability import Opening
    from domain.bookings import Booking
    from domain.businesses import Directory
    from domain.ids import ConversationId, CustomerId
    from domain.overlay import Overlay
    from domain.ports import Calendar


class WaitlistDesk:
    """What may be asked of a business's waitlist; the part of the desk that knows it."""

    directory: Directory
    actor: str
    now: datetime
    _overlay: Overlay
    _calendar: Calendar
    _key: str
    _conversation_id: ConversationId | None

    async def waitlist_of(self, customer_id: CustomerId) -> list[WaitlistEntry]:
        """Return a customer's entries that wait or have an offer, with what this desk was told, in order of joining."""
        known = {one.id: one for one in await self._calendar.waitlist_of(customer_id)}
        known.update(self._overlay.waiting)
        return [
            one
            for one in sorted(known.values(), key=lambda each: (each.created_at, each.id))
            if one.customer_id == customer_id and one.status in (Waiting.WAITING, Waiting.OFFERED)
        ]

    async def waitlist_entry(self, entry_id: str) -> WaitlistEntry | None:
        """Return an entry as it stands with what this desk was told, None if there is none."""
        return self._overlay.waiting.get(entry_id) or await self._calendar.waitlist_entry(entry_id)

    async def join_waitlist(
        self, wish: Wish, *, customer_id: CustomerId, name: str = "", phone: str = "", priority: int = 0
    ) -> WaitlistEntry:
        """Wait for what is wished; somebody who waits for the very same already keeps that place.

        Raises NotOffered (field `waitlist`) where the business has none, (field `place`) for an unknown place and
        (field `last`) when its days are over.
        """
        if not self.directory.business.policies.waitlist:
            raise NotOffered("there is no waitlist here", "waitlist")
        if wish.place_id not in self.directory.place:
            raise NotOffered(f"no such place: {wish.place_id}", "place")
        if wish.last < local_date(self.directory.place[wish.place_id].zone, self.now):
            raise NotOffered("these days are over", "last")
        wanted = WaitlistEntry(
            id=derived_id("waitlist", self.directory.business.id, self._key, str(len(self._overlay.waiting))),
            business_id=self.directory.business.id,
            place_id=wish.place_id,
            customer_id=customer_id,
            service_ids=wish.service_ids,
            first=wish.first,
            last=wish.last,
            created_at=self.now,
            conversation_id=self._conversation_id,
            staff_id=wish.staff_id,
            party_size=wish.party_size,
            features=wish.features,
            earliest=wish.earliest,
            latest=wish.latest,
            name=name,
            phone=phone,
            priority=priority,
        )
        for one in await self.waitlist_of(customer_id):
            if _same_wish(one, wanted):
                return one
        self._overlay.add(JoinWaitlist(wanted))
        return wanted

    def leave_waitlist(self, entry: WaitlistEntry) -> WaitlistEntry:
        """Stop waiting; what was offered is given back."""
        self._give_back(entry)
        return self._change(entry, replace(entry, status=Waiting.LEFT, hold_id=None, offer=""))

    def offer(self, entry: WaitlistEntry, opening: Opening, kept: str = "") -> WaitlistEntry:
        """Offer somebody what became free: a hold of their own until the offer is over. `kept` is stored with it.

        Raises OpeningTaken where this desk itself has given the time away.
        """
        until = self.now + self.directory.business.policies.waitlist_offer
        self._overlay.reseat(opening, self.actor, self.now, "for somebody from the waitlist")
        hold = PlaceHold(new_id(), entry.conversation_id, self._overlay.checked(opening), until)
        self._overlay.add(hold)
        offered = replace(
            entry,
            status=Waiting.OFFERED,
            hold_id=hold.hold_id,
            offered_at=self.now,
            offer_until=until,
            offered=entry.offered + 1,
            offer=kept,
        )
        return self._change(entry, offered)

    def pass_over(self, entry: WaitlistEntry, *, behind: bool = True) -> WaitlistEntry:
        """Take an offer back that was not accepted: they wait on, behind everybody who waits now.

        They keep their place (`behind` is False) where it could not be made to them. What was offered is remembered.
        """
        self._give_back(entry)
        since = self.now if behind else entry.created_at
        waiting = replace(entry, status=Waiting.WAITING, hold_id=None, offer_until=None, created_at=since)
        return self._change(entry, waiting)

    def waited_for(self, entry: WaitlistEntry, booking: Booking) -> WaitlistEntry:
        """Close an entry whose wish was booked. The hold of its offer is used up by the booking."""
        return self._change(entry, replace(entry, status=Waiting.BOOKED, booking_id=booking.id))

    def _change(self, before: WaitlistEntry, after: WaitlistEntry) -> WaitlistEntry:
        self._overlay.add(ChangeWaitlist(after, before.status))
        return after

    def _give_back(self, entry: WaitlistEntry) -> None:
        if entry.hold_id is not None:
            self._overlay.add(ReleaseHold(entry.hold_id))


def wish_of(entry: WaitlistEntry) -> Wish:
    """Return what somebody waits for."""
    return Wish(
        place_id=entry.place_id,
        service_ids=entry.service_ids,
        first=entry.first,
        last=entry.last,
        staff_id=entry.staff_id,
        party_size=entry.party_size,
        earliest=entry.earliest,
        latest=entry.latest,
        features=entry.features,
    )


_WISH = ("place_id", "service_ids", "first", "last", "staff_id", "party_size", "features", "earliest", "latest")


def _same_wish(one: WaitlistEntry, other: WaitlistEntry) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _WISH)
