"""The waitlist on SQLite: its rows, and how somebody joins and is changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from domain.errors import OpeningTaken
from domain.waitlist import Waiting, WaitlistEntry
from storage.sql.models import WaitlistRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns, from_json, to_json
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from domain.waitlist import ChangeWaitlist
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Transaction

STILL = (Waiting.WAITING, Waiting.OFFERED)
"""Somebody who stands so is on the waitlist."""

_entries = select(*columns(WaitlistRow)).where(WaitlistRow.business_id == bindparam("b"))
# In these words the index of those who still wait is found.
_STILL = "status IN ('waiting', 'offered')"
_ORDER = "ORDER BY created_at, id"
BY_ID = compiled(_entries.where(WaitlistRow.id == bindparam("i")))
WAITING = f"{compiled(_entries)} AND {_STILL} {_ORDER}"
OF_CUSTOMER = f"{compiled(_entries.where(WaitlistRow.customer_id == bindparam('c')))} AND {_STILL} {_ORDER}"
BUSINESSES = "SELECT business_id FROM waitlist_sizes WHERE waiting > 0 ORDER BY business_id"
INSERT = compiled(insert(WaitlistRow).prefix_with("OR IGNORE"))
CHANGE = compiled(
    update(WaitlistRow)
    .where(
        WaitlistRow.business_id == bindparam("b"),
        WaitlistRow.id == bindparam("i"),
        WaitlistRow.status == bindparam("was"),
    )
    .values({one.name: bindparam(one.name) for one in columns(WaitlistRow, "business_id", "id")})
)
RESIZE = """
    INSERT INTO waitlist_sizes (business_id, waiting) VALUES (?, ?)
    ON CONFLICT (business_id) DO UPDATE SET waiting = waiting + excluded.waiting"""


def join_waitlist(transaction: Transaction, entry: WaitlistEntry) -> None:
    """Put somebody on the waitlist; the same id twice changes nothing."""
    if transaction.execute(INSERT, entry_row(entry)).rowcount == 1 and entry.status in STILL:
        transaction.execute(RESIZE, (entry.business_id, 1))


def change_waitlist(transaction: Transaction, effect: ChangeWaitlist) -> None:
    """Write an entry as it stands afterwards. Raises OpeningTaken when its status is no longer what it was."""
    entry = effect.entry
    row = (*entry_row(entry)[2:], entry.business_id, entry.id, effect.was.value)
    if transaction.execute(CHANGE, row).rowcount != 1:
        raise OpeningTaken(entry.id)
    change = (entry.status in STILL) - (effect.was in STILL)
    if change:
        transaction.execute(RESIZE, (entry.business_id, change))


def entry_row(one: WaitlistEntry) -> Row:
    """Return all columns of `waitlist`."""
    return (
        one.business_id,
        one.id,
        one.place_id,
        one.customer_id,
        to_json(one.service_ids),
        one.first.isoformat(),
        one.last.isoformat(),
        to_micros(one.created_at),
        one.conversation_id,
        one.staff_id,
        one.party_size,
        to_json(one.features),
        one.earliest,
        one.latest,
        one.name,
        one.phone,
        one.priority,
        one.status.value,
        one.hold_id,
        None if one.offered_at is None else to_micros(one.offered_at),
        None if one.offer_until is None else to_micros(one.offer_until),
        one.offered,
        one.offer,
        one.booking_id,
    )


def entry_of(row: Row) -> WaitlistEntry:
    """Read `waitlist`."""
    business, id_, place, customer, services, first, last, created, conversation, staff, party, features, *rest = row
    earliest, latest, name, phone, priority, status, hold, offered_at, until, offered, offer, booking = rest
    return WaitlistEntry(
        id=id_,
        business_id=business,
        place_id=place,
        customer_id=customer,
        service_ids=tuple(from_json(services)),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        created_at=from_micros(created),
        conversation_id=conversation,
        staff_id=staff,
        party_size=party,
        features=tuple(from_json(features)),
        earliest=earliest,
        latest=latest,
        name=name,
        phone=phone,
        priority=priority,
        status=Waiting(status),
        hold_id=hold,
        offered_at=None if offered_at is None else from_micros(offered_at),
        offer_until=None if until is None else from_micros(until),
        offered=offered,
        offer=offer,
        booking_id=booking,
    )
