"""Rows of how a business is set up: a whole directory written, and read back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, insert, select

from domain.businesses import (
    Business,
    DateOverride,
    Directory,
    Faq,
    Hours,
    Join,
    Limits,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
    Terms,
)
from storage.sql.models import (
    BusinessRow,
    FaqRow,
    HoursRow,
    JoinRow,
    OverrideRow,
    PlaceRow,
    ResourceRow,
    ServiceRow,
    StaffRow,
    StaffServiceRow,
)
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.rows import columns, from_json, money_columns, money_of, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from domain.ids import BusinessId
    from storage.sql.models import Base
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Transaction

    Read = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def _select(model: type[Base], *without: str) -> str:
    table = model.__table__
    return compiled(
        select(*columns(model, "business_id", "position", *without))
        .where(table.c.business_id == bindparam("b"))
        .order_by(table.c.position)
    )


BUSINESS = compiled(select(*columns(BusinessRow)).where(BusinessRow.id == bindparam("i")))
PLACES, SERVICES, STAFF, GIVEN = map(_select, (PlaceRow, ServiceRow, StaffRow, StaffServiceRow))
RESOURCES = _select(ResourceRow, "calendar_version")
HOURS, OVERRIDES, FAQS, JOINS = map(_select, (HoursRow, OverrideRow, FaqRow, JoinRow))


def upsert(model: type[Base], *without: str) -> str:
    """Return the statement that writes a row over the one of its key, in the order of the table's columns."""
    names = [one.name for one in columns(model, *without)]
    keys = [one.name for one in model.__table__.primary_key]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    written = compiled(insert(model).values({name: bindparam(name) for name in names}))
    return f"{written} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


UPSERT_BUSINESS = upsert(BusinessRow)
UPSERT_PLACE, UPSERT_SERVICE, UPSERT_STAFF = map(upsert, (PlaceRow, ServiceRow, StaffRow))
UPSERT_RESOURCE = upsert(ResourceRow, "calendar_version")
INSERT_GIVEN, INSERT_HOURS, INSERT_OVERRIDE, INSERT_FAQ, INSERT_JOIN = (
    compiled(insert(model)) for model in (StaffServiceRow, HoursRow, OverrideRow, FaqRow, JoinRow)
)
# What is set up anew, and what is only removed if it is gone: bookings and calendars go on with the rest.
CLEAR = tuple(
    compiled(model.__table__.delete().where(model.__table__.c.business_id == bindparam("b")))  # type: ignore[attr-defined]
    for model in (StaffServiceRow, HoursRow, OverrideRow, FaqRow, JoinRow)
)
DROP_RESOURCES = "DELETE FROM resources WHERE business_id = ? AND id NOT IN (SELECT value FROM json_each(?))"
DROP_STAFF = "DELETE FROM staff WHERE business_id = ? AND id NOT IN (SELECT value FROM json_each(?))"
DROP_SERVICES = "DELETE FROM services WHERE business_id = ? AND id NOT IN (SELECT value FROM json_each(?))"
DROP_PLACES = "DELETE FROM places WHERE business_id = ? AND id NOT IN (SELECT value FROM json_each(?))"


def read_directory(read: Read, business_id: BusinessId) -> Directory | None:
    """Return a business's set-up, None if there is none."""
    found = read(BUSINESS, (business_id,))
    if not found:
        return None
    key = (business_id,)
    id_, slug, name, trade, currency, country, languages, policies, links, version = found[0]
    gives: dict[str, list[Row]] = {}
    for staff_id, *given in read(GIVEN, key):
        gives.setdefault(staff_id, []).append(tuple(given))
    return Directory(
        business=Business(
            id_,
            slug,
            name,
            trade,
            currency,
            country,
            tuple(from_json(languages)),
            policies_of(policies),
            links,
        ),
        places=tuple(Place(*_unpacked(row)) for row in read(PLACES, key)),
        services=tuple(_service_of(row) for row in read(SERVICES, key)),
        staff=tuple(_staff_of(row, gives.get(row[0], ())) for row in read(STAFF, key)),
        resources=tuple(_resource_of(row) for row in read(RESOURCES, key)),
        hours=tuple(Hours(*row) for row in read(HOURS, key)),
        overrides=tuple(
            DateOverride(owner, date.fromisoformat(on), tuple((a, b) for a, b in from_json(ranges)), reason)
            for owner, on, ranges, reason in read(OVERRIDES, key)
        ),
        faqs=tuple(
            Faq(one, question, answer, tuple(from_json(keywords)), language, category)
            for one, question, answer, keywords, language, category in read(FAQS, key)
        ),
        version=version,
        joins=tuple(
            Join(one, tuple(from_json(tables)), low, high, priority)
            for one, tables, low, high, priority in read(JOINS, key)
        ),
    )


def write_directory(transaction: Transaction, directory: Directory) -> None:
    """Write a set-up over what there was, at its version."""
    execute, business = transaction.execute, directory.business
    b = business.id
    execute(UPSERT_BUSINESS, _business_row(business, directory.version))
    for statement in CLEAR:
        execute(statement, (b,))

    def put(statement: str, rows: Iterable[Row]) -> None:
        for row in rows:
            execute(statement, row)

    put(UPSERT_PLACE, _numbered(b, ((*_plain(one)[:-1], to_json(one.aliases)) for one in directory.places)))
    put(UPSERT_SERVICE, _numbered(b, map(_service_columns, directory.services)))
    put(UPSERT_STAFF, _numbered(b, map(_staff_columns, directory.staff)))
    put(INSERT_GIVEN, ((b, *row) for one in directory.staff for row in _given_rows(one)))
    put(UPSERT_RESOURCE, _numbered(b, map(_resource_columns, directory.resources)))
    put(
        INSERT_JOIN,
        _numbered(
            b,
            ((one.id, to_json(one.table_ids), one.min_party, one.max_party, one.priority) for one in directory.joins),
        ),
    )
    put(INSERT_HOURS, ((b, *_plain(one), position) for position, one in enumerate(directory.hours)))
    put(
        INSERT_OVERRIDE,
        (
            (b, one.owner_id, one.on.isoformat(), to_json(one.ranges), one.reason, position)
            for position, one in enumerate(directory.overrides)
        ),
    )
    put(
        INSERT_FAQ,
        _numbered(
            b,
            (
                (one.id, one.question, one.answer, to_json(one.keywords), one.language, one.category)
                for one in directory.faqs
            ),
        ),
    )
    execute(DROP_RESOURCES, (b, _ids(directory.resources)))
    execute(DROP_STAFF, (b, _ids(directory.staff)))
    execute(DROP_SERVICES, (b, _ids(directory.services)))
    execute(DROP_PLACES, (b, _ids(directory.places)))


def policies_json(policies: Policies) -> str:
    """Return policies as they are kept, durations in seconds."""
    kept = {}
    for name in Policies.__dataclass_fields__:
        value = getattr(policies, name)
        kept[name] = value.total_seconds() if isinstance(value, timedelta) else value
    return to_json(kept)


def policies_of(text: str) -> Policies:
    """Read policies; one that this program does not know is passed over, one that is missing has its default."""
    kept = {name: value for name, value in from_json(text).items() if name in Policies.__dataclass_fields__}
    for name, value in kept.items():
        if isinstance(getattr(Policies(), name), timedelta):
            kept[name] = timedelta(seconds=value)
    return msgspec.convert(kept, Policies)


def _business_row(one: Business, version: int) -> Row:
    return (
        one.id,
        one.slug,
        one.name,
        one.trade,
        one.currency,
        one.country,
        to_json(one.languages),
        policies_json(one.policies),
        one.links,
        version,
    )


def _service_columns(one: Service) -> Row:
    return (
        one.id,
        one.name,
        one.minutes,
        *money_columns(one.price),
        one.description,
        to_json(one.aliases),
        one.buffer_before,
        one.buffer_after,
        one.needs,
        one.needs_room,
        to_json(one.equipment),
        one.staff_needed,
        one.seats,
        one.variant_of,
        to_json(one.addon_to),
        *money_columns(one.deposit),
        to_json(one.limits),
    )


def _service_of(row: Row) -> Service:
    id_, name, minutes, minor, currency, description, aliases, before, after, needs, needs_room, *rules = row
    equipment, staff_needed, seats, variant_of, addon_to, deposit_minor, deposit_currency, limits = rules
    return Service(
        id_,
        name,
        minutes,
        money_of(minor, currency),
        description,
        tuple(from_json(aliases)),
        before,
        after,
        needs,
        bool(needs_room),
        tuple(from_json(equipment)),
        staff_needed,
        seats,
        variant_of,
        tuple(from_json(addon_to)),
        money_of(deposit_minor, deposit_currency),
        Limits(**from_json(limits)),
    )


def _staff_columns(one: Staff) -> Row:
    return one.id, one.name, to_json(one.aliases), one.bio, one.priority, to_json(one.limits)


def _given_rows(one: Staff) -> Iterable[Row]:
    terms = {own.service_id: (position, own) for position, own in enumerate(one.terms)}
    for position, service_id in enumerate(one.service_ids):
        place, own = terms.get(service_id, (None, Terms(service_id)))
        yield one.id, service_id, position, own.minutes, *money_columns(own.price), place


def _staff_of(row: Row, given: Sequence[Row]) -> Staff:
    id_, name, aliases, bio, priority, limits = row
    own = {
        place: Terms(service_id, minutes, money_of(minor, currency))
        for service_id, minutes, minor, currency, place in given
        if place is not None
    }
    terms = tuple(own[place] for place in sorted(own))
    services = tuple(one[0] for one in given)
    return Staff(id_, name, services, tuple(from_json(aliases)), bio, terms, priority, Limits(**from_json(limits)))


def _resource_columns(one: Resource) -> Row:
    *plain, features, area, online, x, y, shape = _plain(one)
    return (*plain, to_json(features), area, online, x, y, shape)


def _resource_of(row: Row) -> Resource:
    id_, place, kind, name, low, high, priority, features, area, online, x, y, shape = row
    listed = tuple(from_json(features))
    return Resource(id_, place, kind, name, low, high, priority, listed, area, bool(online), x, y, shape)


def _plain(record: Any) -> Row:
    return tuple(getattr(record, name) for name in record.__dataclass_fields__)


def _unpacked(row: Row) -> Row:
    """Read the list that ends a row."""
    return (*row[:-1], tuple(from_json(row[-1])))


def _numbered(business_id: BusinessId, rows: Iterable[Row]) -> Iterable[Row]:
    """Put business and position where the tables have them: before and behind the id."""
    return ((business_id, row[0], position, *row[1:]) for position, row in enumerate(rows))


def _ids(records: Iterable[Any]) -> str:
    return to_json([one.id for one in records])
