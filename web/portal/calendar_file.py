"""A booking as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from domain.bookings import Status

if TYPE_CHECKING:
    from datetime import datetime

    from domain.bookings import Booking
    from domain.businesses import Directory

CALENDAR_STATUS = {Status.CANCELLED: "CANCELLED", Status.INQUIRY: "TENTATIVE", Status.PENDING: "TENTATIVE"}
GONE = frozenset({Status.CANCELLED, Status.NO_SHOW})


def calendar_file(booking: Booking, directory: Directory, manage_url: str, now: datetime) -> bytes:
    """Return the file of a booking, in the zone of its place.

    The UID stays the same and SEQUENCE grows with every move, so that opening a later file changes the entry instead
    of making another; a cancelled booking's file removes it.
    """
    place = directory.place[booking.place_id]
    zone = ZoneInfo(place.zone)
    person = directory.person.get(booking.staff_id or "")
    what = " + ".join(one.name for one in booking.items)
    gone = booking.status in GONE

    calendar = Calendar()
    calendar.add("prodid", "-//Frontdesk//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{booking.id}@frontdesk")
    event.add("sequence", booking.sequence + (1 if gone else 0))
    event.add("dtstamp", now)
    event.add("dtstart", booking.starts_at.astimezone(zone))
    event.add("dtend", booking.ends_at.astimezone(zone))
    event.add("summary", f"{what} · {directory.business.name}" if what else directory.business.name)
    event.add("location", ", ".join(part for part in (place.name, place.address) if part))
    lines = [person.name if person else "", place.directions, place.phone, manage_url]
    event.add("description", "\n".join(line for line in lines if line))
    event.add("url", manage_url)
    event.add("status", "CANCELLED" if gone else CALENDAR_STATUS.get(booking.status, "CONFIRMED"))
    event.add("transp", "OPAQUE")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
