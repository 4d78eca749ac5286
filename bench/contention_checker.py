"""The checker: reads the raw tables after everybody has gone, and finds what must not be, without product code."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from bench.stores import document

if TYPE_CHECKING:
    from bench.contention_journal import Journal
    from bench.stores import Tables

FREE = ("cancelled", "no_show")
"""A booking that stands so takes nothing."""
OPEN = ("pending", "confirmed")
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "moved": (OPEN, ""),
    "amended": (OPEN, ""),
    "cancelled": (OPEN, "cancelled"),
    "no_show": (("confirmed", "no_show"), "no_show"),
    "restored": (FREE, "confirmed"),
    "seated": (("confirmed", "no_show", "seated"), "seated"),
    "begun": (("confirmed", "seated", "in_service"), "in_service"),
    "completed": (("confirmed", "seated", "in_service", "completed"), "completed"),
    "pinned": ((*OPEN, "seated", "in_service"), ""),
    "unpinned": ((*OPEN, "seated", "in_service"), ""),
    "reseated": (OPEN, ""),
}
"""By kind of event: how a booking may stand before it, and how it stands afterwards, "" for as before.

Two people may write down the same at the same time: that somebody sits, has gone, did not come."""
MINUTE = 60_000_000
QUARTER = 15 * MINUTE
PERIODS = ("day", "week", "month", "year")


class Row(NamedTuple):
    """A resource that is taken. Moments are microseconds since 1970 throughout."""

    business: str
    resource: str
    start: int
    end: int
    hold: str | None
    booking: str | None
    session: str | None


class Booked(NamedTuple):
    """A booking with what it was sold as."""

    business: str
    id: str
    status: str
    start: int
    end: int
    staff: str | None
    resources: tuple[str, ...]
    party: int | None
    name: str
    sequence: int
    pinned: bool
    source: str
    service: str


class Use(NamedTuple):
    """What a hold or a booking uses up of a counter."""

    business: str
    owner: str
    key: str
    bucket: int
    amount: int
    session: str | None


@dataclass
class Snapshot:
    """All that the tables say."""

    rows: list[Row] = field(default_factory=list)
    bookings: list[Booked] = field(default_factory=list)
    holds: set[tuple[str, str]] = field(default_factory=set)
    uses: list[Use] = field(default_factory=list)
    counters: dict[tuple[str, str, int], int] = field(default_factory=dict)
    events: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Business, id, booking, kind."""


def micros(value: Any) -> int:
    """Return a moment as microseconds, however the driver hands it over."""
    if isinstance(value, datetime):
        return round((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
    return int(value)


async def read(tables: Tables) -> Snapshot:
    """Read everything from a SQL database."""
    found = Snapshot()
    for business, resource, start, end, *owners in await tables.rows(
        "SELECT business_id, resource_id, starts_at, ends_at, hold_id, booking_id, session_id FROM occupancy"
    ):
        found.rows.append(Row(business, resource, micros(start), micros(end), *owners))
    for business, one, status, start, end, staff, resources, *rest in await tables.rows(
        "SELECT b.business_id, b.id, b.status, b.starts_at, b.ends_at, b.staff_id, b.resource_ids, b.party_size, "
        "b.name, b.sequence, b.pinned, b.source, i.service_id FROM bookings b "
        "JOIN booking_items i ON i.business_id = b.business_id AND i.booking_id = b.id"
    ):
        named = tuple(document(resources))
        found.bookings.append(Booked(business, one, status, micros(start), micros(end), staff, named, *rest))
    found.holds.update(await tables.rows("SELECT business_id, id FROM holds"))
    for business, owner, key, bucket, amount, session in await tables.rows(
        "SELECT business_id, owner_id, key, bucket, amount, session_id FROM counter_uses"
    ):
        found.uses.append(Use(business, owner, key, micros(bucket), amount, session))
    for business, key, bucket, used in await tables.rows("SELECT business_id, key, bucket, used FROM counters"):
        found.counters[business, key, micros(bucket)] = used
    found.events += await tables.rows("SELECT business_id, id, booking_id, kind FROM booking_events ORDER BY seq")
    return found


def overlaps(rows: list[Row]) -> list[Row]:
    """Return the rows that begin before an earlier one of the same resource has ended: sort and sweep."""
    found = []
    ends: dict[tuple[str, str], int] = {}
    for row in sorted(rows, key=lambda one: one[:4]):
        name = (row.business, row.resource)
        end = ends.get(name)
        if end is not None and row.start < end:
            found.append(row)
        ends[name] = max(row.end, end or row.end)
    return found


def check(found: Snapshot, terms: dict[str, dict[str, Any]], journal: Journal) -> dict[str, list[Any]]:
    """Return everything that must not be, by what is wrong with it; all are empty for a sound store.

    `terms` is what the businesses were set up with: buffers and seats by service, covers a quarter.
    """
    uses: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in found.uses:
        uses[use.business, use.owner].append(use)
    sums: Counter[tuple[str, str, int]] = Counter()
    for use in found.uses:
        sums[use.business, use.key, use.bucket] += use.amount
    counters = {name: (sums[name], found.counters.get(name, 0)) for name in {*sums, *found.counters}}
    return {
        "overlaps": overlaps(found.rows),
        "rows_wrong": _rows_wrong(found, terms, uses),
        "ownerless": _ownerless(found, uses),
        "uses_wrong": _uses_wrong(found, terms, uses),
        "counters_over": [(name, both) for name, both in counters.items() if max(both) > _cap(terms[name[0]], name[1])],
        "counters_unequal": [(name, both) for name, both in counters.items() if both[0] != both[1]],
        **_compared(found, journal),
        **_histories(found),
    }


def _rows_wrong(found: Snapshot, terms: dict[str, dict[str, Any]], uses: dict[tuple[str, str], list[Use]]) -> list[Any]:
    """Return bookings that do not have exactly the rows that they must have."""
    own: dict[tuple[str, str], set[tuple[str, int, int]]] = defaultdict(set)
    sessions: dict[tuple[str, str], set[tuple[str, int, int]]] = defaultdict(set)
    for row in found.rows:
        if row.booking is not None:
            own[row.business, row.booking].add((row.resource, row.start, row.end))
        if row.session is not None:
            sessions[row.business, row.session].add((row.resource, row.start, row.end))
    wrong = []
    for one in found.bookings:
        before, after = terms[one.business]["buffers"][one.service]
        start, end = one.start - before * MINUTE, one.end + after * MINUTE
        expected = {(resource, start, end) for resource in one.resources} if one.status not in FREE else set()
        rows = own[one.business, one.id]
        shared = [sessions[one.business, use.session] for use in uses[one.business, one.id] if use.session is not None]
        if one.service in terms[one.business]["seats"] and expected:
            if rows or shared != [expected]:
                wrong.append((one, rows, shared))
        elif rows != expected or shared:
            wrong.append((one, rows, shared))
    return wrong


def _ownerless(found: Snapshot, uses: dict[tuple[str, str], list[Use]]) -> list[Any]:
    """Return rows and uses that belong to nobody who is there."""
    there = {(one.business, one.id) for one in found.bookings}
    sessions = {(use.business, use.session) for use in found.uses if use.session is not None}
    wrong: list[Any] = [each for owner, each in uses.items() if each and owner not in there | found.holds]
    for row in found.rows:
        if row.session is not None:
            owned = (row.business, row.session) in sessions
        elif row.booking is not None:
            owned = (row.business, row.booking) in there
        else:
            owned = (row.business, row.hold) in found.holds
        if not owned:
            wrong.append(row)
    return wrong


def _uses_wrong(found: Snapshot, terms: dict[str, dict[str, Any]], uses: dict[tuple[str, str], list[Use]]) -> list[Any]:
    """Return bookings that do not use up exactly the seats, covers and limits that they must."""
    wrong = []
    for one in found.bookings:
        house = terms[one.business]
        expected = []
        if one.status not in FREE and one.service in house["seats"]:
            expected.append((f"seats:{one.service}:{one.staff}", one.start, one.party or 1))
        elif one.status not in FREE and house["pacing"]:
            expected.append((f"pace:{house['place']}", one.start // QUARTER * QUARTER, one.party or 1))
        if one.status not in FREE:
            expected += [
                (f"{period}:{owner}", _begins(period, house["zone"], one.start), 1)
                for owner in (one.service, one.staff)
                for period in house["limits"].get(owner, ())
            ]
        has = [(use.key, use.bucket, use.amount) for use in uses[one.business, one.id]]
        if sorted(has) != sorted(expected):
            wrong.append((one, has))
    return wrong


def _begins(period: str, zone: str, start: int) -> int:
    """Return when the local day, week, month or year begins that a moment lies in."""
    midnight = datetime.fromtimestamp(start // 1_000_000, ZoneInfo(zone)).replace(hour=0, minute=0, second=0)
    if period == "week":
        midnight -= timedelta(days=midnight.weekday())
    elif period == "month":
        midnight = midnight.replace(day=1)
    elif period == "year":
        midnight = midnight.replace(month=1, day=1)
    return micros(midnight.astimezone(UTC))


def _cap(house: dict[str, Any], key: str) -> int:
    """Return up to how much the set-up lets a counter go."""
    kind, _, what = key.partition(":")
    if kind == "pace":
        return int(house["pacing"])
    if kind in PERIODS:
        return int(house["limits"][what][kind])
    return int(next(seats for service, seats in house["seats"].items() if what.startswith(f"{service}:")))


def _compared(found: Snapshot, journal: Journal) -> dict[str, list[Any]]:
    """Compare what is written with what was said: nothing lost, nothing doubled, nothing written that was refused."""
    written = {one for _, one, _, _ in found.events}
    bookings = {one.id for one in found.bookings}
    booked = Counter(booking for _, _, booking, kind in found.events if kind == "booked")
    names = Counter((one.business, one.name) for one in found.bookings)
    lost = [one for one in journal.acknowledged if one not in written]
    lost += [booking for booking in journal.made.values() if booking not in bookings or not booked[booking]]
    return {
        "lost": lost,
        "doubled": [name for name, many in (*names.items(), *booked.items()) if many > 1],
        "written_though_refused": [one for one in journal.refused_events if one in written],
    }


def _histories(found: Snapshot) -> dict[str, list[Any]]:
    """Return bookings whose events could not follow one another, or do not end in how the booking stands.

    Each of its changes raises its sequence once: of two at a time only one may succeed. Nobody is re-seated from
    tables that were promised, and nobody's promise is forgotten.
    """
    events: dict[tuple[str, str], list[str]] = defaultdict(list)
    for business, _, booking, kind in found.events:
        events[business, booking].append(kind)
    wrong, lost = [], []
    for one in found.bookings:
        first, *later = events[one.business, one.id] or [""]
        status, sequence, sound = "seated" if one.source == "walk_in" else "confirmed", 0, first == "booked"
        pinned = one.source == "walk_in"
        for kind in later:
            before, after = STEPS.get(kind, ((), ""))
            sound = sound and status in before and not (pinned and kind == "reseated")
            status = after or status
            sequence += kind in ("moved", "cancelled", "restored")
            pinned = {"pinned": True, "unpinned": False}.get(kind, pinned)
        if not sound or (status, sequence) != (one.status, one.sequence):
            wrong.append((one, [first, *later]))
        elif pinned != bool(one.pinned):
            lost.append((one, [first, *later]))
    return {"histories_wrong": wrong, "promises_lost": lost}
