"""The desk: all that may be asked of a business by a conversation, a manage link, staff or the API."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.alternatives import search
from domain.availability import openings_of
from domain.bookings import (
    OPEN,
    AmendBooking,
    AmendCustomer,
    Booking,
    BookingEvent,
    CancelBooking,
    MakeBooking,
    MoveBooking,
    PlaceHold,
    ReleaseHold,
    Status,
    may_cancel,
    may_move,
    transition,
)
from domain.diary import Diary
from domain.errors import BookingClosed, NotOffered, OpeningTaken
from domain.ids import derived_id, new_id
from domain.occupancy import Take, beyond
from domain.overlay import Overlay
from domain.sales import items_of
from domain.waiting import WaitlistDesk
from domain.wishes import wanted_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from domain.alternatives import Alternative
    from domain.availability import Opening, Start, Wish
    from domain.bookings import Effect
    from domain.businesses import Directory
    from domain.ids import BookingId, ConversationId, CustomerId, HoldId, ServiceId
    from domain.ports import Calendar
    from domain.resident import Resident

_BACK_OFFICE = ("staff", "api", "system")


class Desk(WaitlistDesk):
    """Reads a business's calendar, and collects what is to be written as `effects`, which its later reads see.

    It is opened for one actor (`customer:<id>`, `staff:<id>`, `bot`, `api`, `system`), one moment and one idempotency
    key, and thrown away after the turn. It writes nothing: whoever commits the effects learns whether the time was
    still free. Customers, and the bot for them, may not change a booking that has begun, nor move it within the minimum
    notice; staff may.
    """

    def __init__(
        self,
        directory: Directory,
        calendar: Calendar,
        actor: str,
        key: str,
        now: datetime,
        conversation_id: ConversationId | None = None,
        customer_id: CustomerId | None = None,
        resident: Resident | None = None,
    ) -> None:
        """Open the desk; `now` is aware, `key` is the same whenever the same request is heard again.

        `customer_id` is who stands at it, where that is one customer: some businesses give anyone whom they had last.
        `resident` is the engine that keeps calendars of this process; without it they are read.
        """
        self.directory = directory
        self.actor = actor
        self.now = now
        self._calendar = calendar
        self._key = key
        self._conversation_id = conversation_id
        self._customer_id = customer_id
        self._overlay = Overlay()
        self._resident = resident
        self._diary = Diary(directory, calendar, self._overlay, now, customer_id, resident)
        self._made = 0

    @property
    def effects(self) -> list[Effect]:
        """What is to be written, in order."""
        return self._overlay.effects

    async def openings(self, wish: Wish, *, without: Sequence[str] = (), most: int | None = None) -> list[Opening]:
        """Return every start that suits the wish, in order of time, or the first so many of them.

        `without` names holds and bookings that do not block: the own hold while correcting, the own booking while
        moving it. Raises NotOffered.
        """
        visit, found = await self._diary.starts(wish, without)
        return openings_of(visit, found[:most])

    async def minutes(self, wish: Wish) -> list[int]:
        """Return the epoch minute of every start that suits the wish, ascending: for whoever only counts them.

        Raises NotOffered.
        """
        return [one.minute for one in (await self._diary.starts(wish))[1]]

    async def alternatives(
        self, wish: Wish, wanted: datetime | None, *, most: int = 3, without: Sequence[str] = ()
    ) -> list[Alternative]:
        """Return at most `most` openings closest to what cannot be had, in order of time; see `domain.alternatives`.

        `wanted` is the start that was asked for, None when no time was named. Raises NotOffered.
        """

        async def read(other: Wish) -> list[Start]:
            return (await self._diary.starts(other, without))[1]

        return await search(self.directory, wish, wanted, most=most, now=self.now, read=read)

    def hold(self, opening: Opening, replaces: HoldId | None = None, *, moving: Booking | None = None) -> PlaceHold:
        """Keep an opening while the customer confirms, in exchange for the hold `replaces`.

        `moving`: the booking that is to be moved there. What it has itself needs no hold, and could not have one, so
        only what the opening takes beyond it is kept: nothing, if the new time lies within the old.
        Raises OpeningTaken where this desk itself has given the time away.
        """
        own = None if moving is None else self._current(moving)
        self._overlay.reseat(opening, self.actor, self.now, "for another party")
        take = self._overlay.checked(opening, replaces, None if own is None else own.id)
        if own is not None and own.status in OPEN:
            take = beyond(take, self._taken_by(own))
        expires_at = self.now + self.directory.business.policies.hold
        effect = PlaceHold(new_id(), self._conversation_id, take, expires_at, replaces)
        self._overlay.add(effect)
        return effect

    def release(self, hold_id: HoldId) -> None:
        """Give a kept time back."""
        self._overlay.add(ReleaseHold(hold_id))

    def book(
        self,
        opening: Opening,
        *,
        customer_id: CustomerId,
        service_ids: Sequence[ServiceId],
        party_size: int | None = None,
        name: str = "",
        phone: str = "",
        email: str = "",
        notes: str = "",
        source: str = "",
        staff_wished: bool = False,
        features: Sequence[str] = (),
        pinned: bool = False,
        status: Status = Status.CONFIRMED,
        hold_id: HoldId | None = None,
    ) -> Booking:
        """Book an opening at today's prices, using up the hold if there is one; the same key gives the same id.

        Raises OpeningTaken where this desk itself has given the time away, NotOffered for an unknown service or place
        and (field `start`) for a time that is past, which only staff may write down.
        """
        if opening.place_id not in self.directory.place:
            raise NotOffered(f"no such place: {opening.place_id}", "place")
        if opening.starts_at < self.now and not self._is_back_office:
            raise NotOffered(f"{opening.starts_at.isoformat()} is past", "start")
        items = items_of(self.directory, service_ids, party_size, opening.staff_id)
        if hold_id is None:
            self._overlay.reseat(opening, self.actor, self.now, "for another party")
        take = self._overlay.checked(opening, hold_id)
        key = f"{self._key}:{self._made}"
        booking = Booking(
            id=derived_id("booking", self.directory.business.id, key),
            business_id=self.directory.business.id,
            place_id=opening.place_id,
            customer_id=customer_id,
            status=status,
            items=items,
            starts_at=opening.starts_at,
            ends_at=opening.ends_at,
            created_at=self.now,
            conversation_id=self._conversation_id,
            staff_id=opening.staff_id,
            staff_wished=staff_wished,
            resource_ids=opening.resource_ids,
            party_size=party_size,
            name=name,
            phone=phone,
            email=email,
            notes=notes,
            source=source,
            code=_new_code(),
            pinned=pinned,
            features=tuple(features),
        )
        event = self._event(booking, "booked", "")
        self._overlay.add(MakeBooking(booking, take, event, key, hold_id))
        self._made += 1
        return booking

    def move(
        self,
        booking: Booking,
        opening: Opening,
        hold_id: HoldId | None = None,
        *,
        service_ids: Sequence[ServiceId] | None = None,
        party_size: int | None = None,
        staff_wished: bool | None = None,
        features: Sequence[str] | None = None,
        reason: str = "",
    ) -> Booking:
        """Give a booking another time, and other services or another party if these are named. Id and code stay.

        Services that stay keep the price they were sold at. Raises BookingClosed where it is over, cancelled or too
        late to be changed, OpeningTaken where this desk itself has given the time away, NotOffered for an unknown
        service and (field `start`) where nothing would change.
        """
        before = self._current(booking)
        notice = self.directory.business.policies.minimum_notice
        if not (before.status in OPEN if self._is_back_office else may_move(before, self.now, notice)):
            raise BookingClosed(f"booking {before.id} is {before.status} or too close to be moved")
        party = before.party_size if party_size is None else party_size
        items = before.items
        if _is_the_same(before, opening, service_ids, party) and staff_wished in (None, before.staff_wished):
            raise NotOffered("the booking is there already", "start")
        if service_ids is not None or party != before.party_size or opening.staff_id != before.staff_id:
            wanted = [one.service_id for one in before.items] if service_ids is None else service_ids
            sold = {one.service_id: one.price for one in before.items}
            items = tuple(
                replace(one, price=sold[one.service_id]) if one.service_id in sold else one
                for one in items_of(self.directory, wanted, party, opening.staff_id)
            )
        if hold_id is None:
            self._overlay.reseat(opening, self.actor, self.now, "for another party")
        take = self._overlay.checked(opening, hold_id, before.id)
        after = replace(
            before,
            place_id=opening.place_id,
            items=items,
            starts_at=opening.starts_at,
            ends_at=opening.ends_at,
            staff_id=opening.staff_id,
            staff_wished=before.staff_wished if staff_wished is None else staff_wished,
            resource_ids=opening.resource_ids,
            party_size=party,
            features=before.features if features is None else tuple(features),
            sequence=before.sequence + 1,
        )
        self._overlay.add(MoveBooking(after, take, self._event(after, "moved", reason), before.sequence, hold_id))
        return after

    def cancel(self, booking: Booking, reason: str = "") -> Booking:
        """Give up a booking and its time. Raises BookingClosed where it is over, cancelled or has begun."""
        before = self._current(booking)
        if not (before.status in OPEN if self._is_back_office else may_cancel(before, self.now)):
            raise BookingClosed(f"booking {before.id} is {before.status} or has begun")
        after = replace(transition(before, Status.CANCELLED), sequence=before.sequence + 1)
        self._overlay.add(CancelBooking(after, self._event(after, "cancelled", reason)))
        return after

    def amend(
        self,
        booking: Booking,
        *,
        name: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        notes: str | None = None,
        reason: str = "",
    ) -> Booking:
        """Change name, contact or notes of a booking; what is None stays. Raises BookingClosed where it is not open."""
        before = self._current(booking)
        if before.status not in OPEN:
            raise BookingClosed(f"booking {before.id} is {before.status}")
        after = replace(
            before,
            name=before.name if name is None else name,
            phone=before.phone if phone is None else phone,
            email=before.email if email is None else email,
            notes=before.notes if notes is None else notes,
        )
        if after != before:
            self._overlay.add(AmendBooking(after, self._event(after, "amended", reason)))
        return after

    def amend_customer(self, customer_id: CustomerId, *, name: str = "", phone: str = "", email: str = "") -> None:
        """Write down what customers told about themselves; what is empty stays as it is."""
        if name or phone or email:
            self._overlay.add(AmendCustomer(customer_id, name, phone, email))

    async def bookings_of(self, customer_id: CustomerId) -> list[Booking]:
        """Return a customer's open bookings that are not over, in order of time."""
        known = {one.id: one for one in await self._calendar.bookings_of(customer_id, self.now)}
        known.update(self._overlay.bookings)
        mine = [
            one
            for one in known.values()
            if one.customer_id == customer_id and one.status in OPEN and one.ends_at > self.now
        ]
        return sorted(mine, key=lambda one: (one.starts_at, one.id))

    async def booking(self, booking_id: BookingId) -> Booking:
        """Return a booking as it stands with what this desk was told. Raises BookingNotFound."""
        return self._overlay.bookings.get(booking_id) or await self._calendar.booking(booking_id)

    async def booking_by_code(self, code: str) -> Booking:
        """Return the booking that a manage link names, likewise. Raises BookingNotFound."""
        for one in self._overlay.bookings.values():
            if one.code == code:
                return one
        return await self._calendar.booking_by_code(code)

    async def commit(self, wish: Wish | None = None) -> None:
        """Write what was collected, outside a turn, all or none.

        Raises what Calendar.apply raises. OpeningTaken then carries the three nearest alternatives, looked for by the
        wish, or by what was to be booked or moved.
        """
        try:
            await self._calendar.apply(self.effects)
        except OpeningTaken as taken:
            taken.alternatives = await self._instead(wish)
            raise

    async def _instead(self, wish: Wish | None) -> Sequence[Alternative]:
        """Return what could be had instead of what was refused."""
        wanted = wanted_by(self.directory, self.effects, wish)
        if wanted is None:
            return ()
        fresh = Desk(
            self.directory, self._calendar, self.actor, self._key, self.now, None, self._customer_id, self._resident
        )
        return await fresh.alternatives(wanted.wish, wanted.start, without=wanted.without)

    def _taken_by(self, booking: Booking) -> Take:
        """Return what a booking takes, with the buffers that its services have today."""
        first = self.directory.service.get(booking.items[0].service_id) if booking.items else None
        last = self.directory.service.get(booking.items[-1].service_id) if booking.items else None
        return Take(
            booking.resource_ids,
            booking.starts_at - timedelta(minutes=first.buffer_before if first else 0),
            booking.ends_at + timedelta(minutes=last.buffer_after if last else 0),
        )

    def _current(self, booking: Booking) -> Booking:
        return self._overlay.bookings.get(booking.id, booking)

    def _event(self, booking: Booking, kind: str, reason: str) -> BookingEvent:
        return BookingEvent(booking.id, kind, self.actor, self.now, reason)

    @property
    def _is_back_office(self) -> bool:
        return self.actor.partition(":")[0] in _BACK_OFFICE


def _is_the_same(
    booking: Booking, opening: Opening, service_ids: Sequence[ServiceId] | None, party_size: int | None
) -> bool:
    return (
        (booking.starts_at, booking.ends_at, booking.place_id) == (opening.starts_at, opening.ends_at, opening.place_id)
        and booking.staff_id == opening.staff_id
        and (booking.staff_id is not None or booking.resource_ids == opening.resource_ids)
        and booking.party_size == party_size
        and (service_ids is None or [one.service_id for one in booking.items] == list(service_ids))
    )


def _new_code() -> str:
    """Return 120 unguessable bits as 20 characters that are safe in a URL."""
    return base64.urlsafe_b64encode(os.urandom(15)).decode()
