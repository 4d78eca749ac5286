"""Set-ups are checked: what a business may not be set up like, with the name of the field that is wrong."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from domain import businesses as kinds
from domain.codes import COUNTRIES, CURRENCIES
from domain.setup_hours import DAY, NEXT_DAY, check_hours, check_lengths, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.businesses import Business, Directory, Limits, Place, Policies, Resource, Service, Staff
    from domain.money import Money

MOST_MONEY = 10**9
"""Minor units: ten million euros for one visit is a slip of the keyboard."""
MOST_PEOPLE = 10_000
MOST_BOOKINGS = 1_000_000
MOST_DAYS = 3660

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_WORDS = {
    "contact": kinds.ContactPolicy,
    "horizon": kinds.HorizonKind,
    "grid_align": kinds.GridAlign,
    "anyone": kinds.AnyonePolicy,
    "seating": kinds.SeatingPolicy,
    "waitlist_order": kinds.WaitlistOrder,
}


def check(directory: Directory) -> None:
    """Raise InvalidSetup for the first thing that is wrong, its `field` naming where: `services.cut.buffer_after`.

    Records with an id are named by it, the others by their position from 0: `hours[3].closes`. What is merely not
    finished yet (no hours, nobody who gives a service) is not wrong.
    """
    _business(directory.business)
    _policies(directory.business.policies)
    _unique(directory)
    for place in directory.places:
        _place(place)
    for resource in directory.resources:
        _resource(directory, resource)
    for service in directory.services:
        _service(directory, service)
    for person in directory.staff:
        _person(directory, person)
    _joins(directory)
    check_hours(directory)
    check_lengths(directory)


def _within(field: str, value: float, least: float, most: float, unit: str = "") -> None:
    if not least <= value <= most:
        wrong(field, f"{value}{unit} is not between {least} and {most}")


def _business(business: Business) -> None:
    if business.currency not in CURRENCIES:
        wrong("business.currency", f"{business.currency!r} is no ISO 4217 currency")
    if business.country not in COUNTRIES:
        wrong("business.country", f"{business.country!r} is no ISO 3166 country of two letters")
    if not business.languages:
        wrong("business.languages", "at least one language must be named")
    for code in business.languages:
        if not _LANGUAGE.fullmatch(code):
            wrong("business.languages", f"{code!r} is no language code, as `pt` or `pt-BR`")


def _policies(policies: Policies) -> None:
    for name, kind in _WORDS.items():
        if (value := getattr(policies, name)) not in get_args(kind):
            wrong(f"policies.{name}", f"{value!r} is none of {', '.join(get_args(kind))}")
    _within("policies.grid", policies.grid, 1, DAY, " minutes")
    _within("policies.grid_offset", policies.grid_offset, 0, DAY, " minutes")
    _within("policies.horizon_days", policies.horizon_days, 0, MOST_DAYS)
    for weekday in policies.horizon_weekdays:
        _within("policies.horizon_weekdays", weekday, 0, 6)
    _within("policies.party_limit", policies.party_limit, 1, MOST_PEOPLE)
    _within("policies.pacing", policies.pacing, 0, MOST_PEOPLE)
    _within("policies.online_pacing", policies.online_pacing, 0, policies.pacing or MOST_PEOPLE)
    _within("policies.protect", policies.protect, 0, 1)
    _within("policies.quiet_from", policies.quiet_from, 0, DAY)
    _within("policies.quiet_until", policies.quiet_until, 0, DAY)
    for name in ("hold", "waitlist_offer", "answer_within", "reply_within", "nudge_after", "close_after"):
        if not timedelta(0) < getattr(policies, name) <= timedelta(days=MOST_DAYS):
            wrong(f"policies.{name}", "must be longer than nothing and at most ten years")
    for name in ("minimum_notice", "pin_before"):
        if not timedelta(0) <= getattr(policies, name) <= timedelta(days=MOST_DAYS):
            wrong(f"policies.{name}", "must not be negative and at most ten years")
    first, last = policies.bookable_from, policies.bookable_until
    if first is not None and last is not None and first > last:
        wrong("policies.bookable_from", f"{first} is after bookable_until, {last}")
    if not policies.turn_minutes:
        wrong("policies.turn_minutes", "at least one step must be named")
    party = 0
    for up_to, minutes in policies.turn_minutes:
        if up_to <= party:
            wrong("policies.turn_minutes", f"parties must ascend: {up_to} after {party}")
        if not 1 <= minutes <= DAY:
            wrong("policies.turn_minutes", f"{minutes} minutes for a party of {up_to} are not between 1 and {DAY}")
        party = up_to


def _unique(directory: Directory) -> None:
    for group in ("places", "resources", "services", "staff", "joins", "faqs"):
        _no_twice(group, [one.id for one in getattr(directory, group)])
    owners = {one.id: "places" for one in directory.places}
    for group in ("resources", "services"):
        for one in getattr(directory, group):
            if one.id in owners:
                wrong(f"{group}.{one.id}.id", f"{owners[one.id]} has something of this id, so hours would be of both")
            owners[one.id] = group


def _no_twice(group: str, ids: Iterable[str]) -> None:
    for one, times in Counter(ids).items():
        if not one or times > 1:
            wrong(f"{group}.{one}.id", f"{times} have this id" if one else "an id must not be empty")


def _place(place: Place) -> None:
    try:
        known = bool(place.zone) and ZoneInfo(place.zone) is not None
    except (KeyError, ValueError, OSError):  # not there; outside the folder of zones; a folder itself
        known = False
    if not known:
        wrong(f"places.{place.id}.zone", f"{place.zone!r} is no IANA time zone, as `Europe/Lisbon`")


def _resource(directory: Directory, resource: Resource) -> None:
    field = f"resources.{resource.id}"
    if resource.place_id not in directory.place:
        wrong(f"{field}.place_id", f"there is no place {resource.place_id!r}")
    if resource.kind not in get_args(kinds.ResourceKind):
        wrong(f"{field}.kind", f"{resource.kind!r} is none of {', '.join(get_args(kinds.ResourceKind))}")
    _within(f"{field}.priority", resource.priority, 1, 10)
    _party(field, resource.min_party, resource.max_party)


def _party(field: str, least: int, most: int) -> None:
    _within(f"{field}.min_party", least, 1, MOST_PEOPLE)
    _within(f"{field}.max_party", most, 1, MOST_PEOPLE)
    if least > most:
        wrong(f"{field}.min_party", f"{least} is more than max_party, {most}")


def _service(directory: Directory, service: Service) -> None:
    field = f"services.{service.id}"
    _within(f"{field}.minutes", service.minutes, 1, NEXT_DAY, " minutes")
    _within(f"{field}.buffer_before", service.buffer_before, 0, DAY, " minutes")
    _within(f"{field}.buffer_after", service.buffer_after, 0, DAY, " minutes")
    if service.needs not in get_args(kinds.ResourceKind):
        wrong(f"{field}.needs", f"{service.needs!r} is none of {', '.join(get_args(kinds.ResourceKind))}")
    _money(directory, f"{field}.price", service.price)
    _money(directory, f"{field}.deposit", service.deposit)
    if service.price is not None and service.deposit is not None and service.deposit.minor > service.price.minor:
        wrong(f"{field}.deposit", "is more than the price")
    _limits(field, service.limits)
    _within(f"{field}.seats", service.seats, 0, MOST_PEOPLE)
    _kin(directory, service, field)
    givers = sum(bool({service.id, service.variant_of} & {*one.service_ids}) for one in directory.staff)
    _within(f"{field}.staff_needed", service.staff_needed, 1, max(1, givers))
    if service.needs_room and not any(one.kind == "room" for one in directory.resources):
        wrong(f"{field}.needs_room", "there is no room")
    for feature in service.equipment:
        if not any(one.kind == "equipment" and feature in one.features for one in directory.resources):
            wrong(f"{field}.equipment", f"no equipment has the feature {feature!r}")


def _kin(directory: Directory, service: Service, field: str) -> None:
    """Refuse a variant, or something added, whose service is not one that can have it."""
    if service.variant_of is not None:
        heading = directory.service.get(service.variant_of)
        if heading is None:
            wrong(f"{field}.variant_of", f"there is no service {service.variant_of!r}")
        if heading.variant_of is not None or heading is service:
            wrong(f"{field}.variant_of", f"{heading.id!r} is a variant itself")
    for other in service.addon_to:
        if other not in directory.service:
            wrong(f"{field}.addon_to", f"there is no service {other!r}")
        if other == service.id:
            wrong(f"{field}.addon_to", "is added to itself")


def _money(directory: Directory, field: str, money: Money | None) -> None:
    if money is None:
        return
    if money.currency != directory.business.currency:
        wrong(field, f"is in {money.currency}, the business in {directory.business.currency}")
    if not 0 <= money.minor <= MOST_MONEY:
        wrong(field, f"{money.minor} is not between 0 and {MOST_MONEY} (in cents, or what the currency has)")


def _limits(field: str, limits: Limits) -> None:
    for name in ("per_day", "per_week", "per_month", "per_year"):
        _within(f"{field}.limits.{name}", getattr(limits, name), 0, MOST_BOOKINGS)


def _person(directory: Directory, person: Staff) -> None:
    field = f"staff.{person.id}"
    calendar = directory.resource.get(person.id)
    if calendar is None or calendar.kind != "staff":
        wrong(f"{field}.id", "has no resource of kind staff of this id, so their time could not be taken")
    for one, times in Counter(person.service_ids).items():
        if one not in directory.service:
            wrong(f"{field}.service_ids", f"there is no service {one!r}")
        if times > 1:
            wrong(f"{field}.service_ids", f"{one!r} is named {times} times")
    _within(f"{field}.priority", person.priority, 1, 10)
    _limits(field, person.limits)
    seen = set()
    for index, terms in enumerate(person.terms):
        own = f"{field}.terms[{index}]"
        service = directory.service.get(terms.service_id)
        if service is None or not {service.id, service.variant_of} & {*person.service_ids}:
            wrong(f"{own}.service_id", f"{person.name} does not give {terms.service_id!r}")
        if service.id in seen:
            wrong(f"{own}.service_id", f"there are terms for {terms.service_id!r} already")
        seen.add(service.id)
        if terms.minutes is not None:
            _within(f"{own}.minutes", terms.minutes, 1, NEXT_DAY, " minutes")
        _money(directory, f"{own}.price", terms.price)


def _joins(directory: Directory) -> None:
    for join in directory.joins:
        field = f"joins.{join.id}"
        if len(join.table_ids) < 2 or len({*join.table_ids}) < len(join.table_ids):
            wrong(f"{field}.table_ids", "at least two different tables are joined")
        tables = []
        for one in join.table_ids:
            table = directory.resource.get(one)
            if table is None or table.kind != "table":
                wrong(f"{field}.table_ids", f"there is no table {one!r}")
            tables.append(table)
        if len({one.place_id for one in tables}) > 1:
            wrong(f"{field}.table_ids", "stand in different places")
        if len({one.area for one in tables}) > 1:
            wrong(f"{field}.table_ids", f"stand in different areas: {', '.join(sorted({o.area for o in tables}))}")
        _party(field, join.min_party, join.max_party)
        if join.max_party > (seats := sum(one.max_party for one in tables)):
            wrong(f"{field}.max_party", f"{join.max_party} is more than the {seats} seats of its tables")
        _within(f"{field}.priority", join.priority, 1, 10)
