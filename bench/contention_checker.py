"""The checker: reads the raw tables after everybody has gone, and counts what must not be. It knows no product code."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.stores import document

if TYPE_CHECKING:
    from bench.contention_journal import Journal
    from bench.stores import Tables

FREE = ("cancelled", "no_show")
"""A booking that stands so takes nothing."""
MINUTE = 60_000_000
QUARTER = 15 * MINUTE


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
    for business, one, status, start, end, staff, resources, party, name, sequence, service in await tables.rows(
        "SELECT b.business_id, b.id, b.status, b.starts_at, b.ends_at, b.staff_id, b.resource_ids, b.party_size, "
        "b.name, b.sequence, i.service_id FROM bookings b "
        "JOIN booking_items i ON i.business_id = b.business_id AND i.booking_id = b.id"
    ):
        named = tuple(document(resources))
        found.bookings.append(
            Booked(business, one, status, micros(start), micros(end), staff, named, party, name, sequence, service)
        )
    found.holds.update(await tables.rows("SELECT business_id, id FROM holds"))  # type: ignore[arg-type]
    for business, owner, key, bucket, amount, session in await tables.rows(
        "SELECT business_id, owner_id, key, bucket, amount, session_id FROM counter_uses"
    ):
        found.uses.append(Use(business, owner, key, micros(bucket), amount, session))
    for business, key, bucket, used in await tables.rows("SELECT business_id, key, bucket, used FROM counters"):
        found.counters[business, key, micros(bucket)] = used
    found.events += await tables.rows("SELECT business_id, id, booking_id, kind FROM booking_events")  # type: ignore[arg-type]
    return found


def overlaps(rows: list[Row]) -> int:
    """Return how many rows begin before an earlier one of the same resource has ended: sort and sweep."""
    count = 0
    ends: dict[tuple[str, str], int] = {}
    for row in sorted(rows):
        name = (row.business, row.resource)
        end = ends.get(name)
        if end is not None and row.start < end:
            count += 1
        ends[name] = max(row.end, end or row.end)
    return count


def check(found: Snapshot, terms: dict[str, dict[str, Any]], journal: Journal) -> dict[str, int]:
    """Return the counts of everything that must not be; all are 0 for a sound store.

    `terms` is what the businesses were set up with: buffers and seats by service, covers a quarter.
    """
    uses: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in found.uses:
        uses[use.business, use.owner].append(use)
    return {
        "overlaps": overlaps(found.rows),
        "rows_wrong": _rows_wrong(found, terms, uses),
        "ownerless": _ownerless(found, uses),
        "uses_wrong": _uses_wrong(found, terms, uses),
        "counters_over": _counters_over(found, terms),
        "counters_unequal": _counters_unequal(found),
        **_compared(found, journal),
        "sequences_wrong": _sequences_wrong(found),
    }


def _rows_wrong(found: Snapshot, terms: dict[str, dict[str, Any]], uses: dict[tuple[str, str], list[Use]]) -> int:
    """Return how many bookings do not have exactly the rows that they must have."""
    own: dict[tuple[str, str], set[tuple[str, int, int]]] = defaultdict(set)
    sessions: dict[tuple[str, str], set[tuple[str, int, int]]] = defaultdict(set)
    for row in found.rows:
        if row.booking is not None:
            own[row.business, row.booking].add((row.resource, row.start, row.end))
        if row.session is not None:
            sessions[row.business, row.session].add((row.resource, row.start, row.end))
    wrong = 0
    for one in found.bookings:
        before, after = terms[one.business]["buffers"][one.service]
        start, end = one.start - before * MINUTE, one.end + after * MINUTE
        expected = {(resource, start, end) for resource in one.resources} if one.status not in FREE else set()
        shared = {use.session for use in uses[one.business, one.id] if use.session is not None}
        if one.service in terms[one.business]["seats"] and expected:
            has = [sessions[one.business, session] for session in shared]
            wrong += has != [expected] or bool(own[one.business, one.id])
        else:
            wrong += own[one.business, one.id] != expected or bool(shared)
    return wrong


def _ownerless(found: Snapshot, uses: dict[tuple[str, str], list[Use]]) -> int:
    """Return how many rows and uses belong to nobody who is there."""
    bookings = {(one.business, one.id) for one in found.bookings}
    in_sessions = {(use.business, use.session) for use in found.uses if use.session is not None}
    wrong = sum((business, owner) not in bookings | found.holds for business, owner in uses if uses[business, owner])
    for row in found.rows:
        if row.session is not None:
            wrong += (row.business, row.session) not in in_sessions
        elif row.booking is not None:
            wrong += (row.business, row.booking) not in bookings
        else:
            wrong += (row.business, row.hold) not in found.holds
    return wrong


def _uses_wrong(found: Snapshot, terms: dict[str, dict[str, Any]], uses: dict[tuple[str, str], list[Use]]) -> int:
    """Return how many bookings do not use up exactly the seats or covers that they must."""
    wrong = 0
    for one in found.bookings:
        house = terms[one.business]
        expected = []
        if one.status not in FREE and one.service in house["seats"]:
            expected.append((f"seats:{one.service}:{one.staff}", one.start, one.party or 1))
        elif one.status not in FREE and house["pacing"]:
            expected.append((f"pace:{house['place']}", one.start // QUARTER * QUARTER, one.party or 1))
        has = [(use.key, use.bucket, use.amount) for use in uses[one.business, one.id]]
        wrong += sorted(has) != expected
    return wrong


def _counters_over(found: Snapshot, terms: dict[str, dict[str, Any]]) -> int:
    """Return how many counters, or sums of uses, are above what the set-up allows."""
    sums: Counter[tuple[str, str, int]] = Counter()
    for use in found.uses:
        sums[use.business, use.key, use.bucket] += use.amount
    over = 0
    for name in {*sums, *found.counters}:
        business, key, _ = name
        kind, _, what = key.partition(":")
        house = terms[business]
        cap = house["pacing"]
        if kind == "seats":
            cap = next(seats for service, seats in house["seats"].items() if what.startswith(f"{service}:"))
        over += max(sums[name], found.counters.get(name, 0)) > cap
    return over


def _counters_unequal(found: Snapshot) -> int:
    """Return how many counters are not the sum of their uses."""
    sums: Counter[tuple[str, str, int]] = Counter()
    for use in found.uses:
        sums[use.business, use.key, use.bucket] += use.amount
    return sum(sums[name] != found.counters.get(name, 0) for name in {*sums, *found.counters})


def _compared(found: Snapshot, journal: Journal) -> dict[str, int]:
    """Compare what is written with what was said: nothing lost, nothing doubled, nothing written that was refused."""
    written = {one for _, one, _, _ in found.events}
    bookings = {one.id for one in found.bookings}
    booked = Counter(booking for _, _, booking, kind in found.events if kind == "booked")
    names = Counter((one.business, one.name) for one in found.bookings)
    return {
        "lost": sum(one not in written for one in journal.acknowledged)
        + sum(booking not in bookings or not booked[booking] for booking in journal.made.values()),
        "doubled": sum(many - 1 for many in (*names.values(), *booked.values()) if many > 1),
        "written_though_refused": sum(one in written for one in journal.refused_events),
    }


def _sequences_wrong(found: Snapshot) -> int:
    """Return how many bookings do not count each of their changes once: two at a time must not both succeed."""
    changes = Counter(
        (business, booking) for business, _, booking, kind in found.events if kind in ("moved", "cancelled", "restored")
    )
    return sum(one.sequence != changes[one.business, one.id] for one in found.bookings)
