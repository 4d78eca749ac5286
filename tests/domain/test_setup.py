"""Set-ups that cannot be meant are refused with the name of the field; what is merely unfinished is not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from babel.core import get_global
from hypothesis import assume, given
from hypothesis import strategies as st

from bots.seed import bistro, salon
from domain.availability import openings
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
from domain.codes import COUNTRIES, CURRENCIES
from domain.errors import InvalidSetup
from domain.money import Money
from domain.setup import check
from tests.builders import LUZ, MAR
from tests.domain.scheduling import wish

CHRISTMAS = date(2026, 12, 25)
CUT = Service("cut", "Haircut", 60, Money(2500, "EUR"))
HOUSE = Directory(
    business=Business("biz", "biz", "Biz", "salon", "EUR", "PT"),
    places=(Place("place", "Place", "Europe/Lisbon"), Place("other", "Other", "Europe/Madrid")),
    services=(
        CUT,
        Service("long", "Long hair", 90, Money(4000, "EUR"), variant_of="cut"),
        Service("wash", "Wash", 15, Money(500, "EUR"), addon_to=("long",)),
        Service("laser", "Laser", 30, equipment=("laser",), needs_room=True, deposit=Money(1000, "EUR")),
        Service("duo", "Massage for two", 60, staff_needed=2),
        Service("table", "Table", 90, needs="table"),
        Service("yoga", "Yoga", 60, seats=12),
    ),
    staff=(
        Staff("anna", "Anna", ("cut", "laser", "duo", "yoga"), terms=(Terms("cut", 45, Money(3000, "EUR")),)),
        Staff("ben", "Ben", ("cut", "duo")),
    ),
    resources=(
        Resource("anna", "place", "staff", "Anna"),
        Resource("ben", "place", "staff", "Ben"),
        Resource("room", "place", "room", "Room"),
        Resource("beam", "place", "equipment", "Beam", features=("laser",)),
        Resource("t1", "place", "table", "Table 1", 1, 2, area="hall"),
        Resource("t2", "place", "table", "Table 2", 2, 4, area="hall"),
        Resource("t3", "place", "table", "Table 3", 2, 4, area="terrace"),
        Resource("t4", "other", "table", "Table 4", 2, 4, area="hall"),
    ),
    hours=(
        Hours("place", 0, 540, 720),
        Hours("place", 0, 720, 1140),
        Hours("place", 4, 1080, 1560),
        Hours("yoga", 0, 600, 660),
        Hours("anna", 0, 600, 1080),
        Hours("other", 2, 600, 900),
    ),
    overrides=(DateOverride("place", CHRISTMAS, ((600, 720), (780, 900))), DateOverride("anna", CHRISTMAS)),
    faqs=(Faq("cards", "Do you take cards?", "Yes."),),
    joins=(Join("a", ("t1", "t2"), 3, 6),),
)
"""One of everything, and nothing wrong."""


def business(**fields: Any) -> Directory:
    return replace(HOUSE, business=replace(HOUSE.business, **fields))


def policies(**fields: Any) -> Directory:
    return business(policies=Policies(**fields))


def changed(group: str, index: int, **fields: Any) -> Directory:
    """Return the house with some fields of one record changed."""
    records = list(getattr(HOUSE, group))
    records[index] = replace(records[index], **fields)
    return replace(HOUSE, **{group: tuple(records)})


def more(group: str, *records: Any) -> Directory:
    return replace(HOUSE, **{group: (*getattr(HOUSE, group), *records)})


NO = timedelta(0)
BAD: dict[str, tuple[Directory, str]] = {
    "a currency that nobody has": (business(currency="QQQ"), "business.currency"),
    "a country of three letters": (business(country="PRT"), "business.country"),
    "no language": (business(languages=()), "business.languages"),
    "a language by its name": (business(languages=("English",)), "business.languages"),
    "no grid": (policies(grid=0), "policies.grid"),
    "a grid that runs backwards": (policies(grid=-15), "policies.grid"),
    "a negative offset": (policies(grid_offset=-5), "policies.grid_offset"),
    "a grid aligned to the moon": (policies(grid_align="moon"), "policies.grid_align"),
    "an eighth day of the week": (policies(horizon_weekdays=(0, 7)), "policies.horizon_weekdays"),
    "a horizon in the past": (policies(horizon_days=-1), "policies.horizon_days"),
    "a horizon of a hundred years": (policies(horizon_days=36500), "policies.horizon_days"),
    "a range that ends before it begins": (
        policies(bookable_from=CHRISTMAS, bookable_until=date(2026, 12, 24)),
        "policies.bookable_from",
    ),
    "negative notice": (policies(minimum_notice=timedelta(minutes=-1)), "policies.minimum_notice"),
    "a hold of no time": (policies(hold=NO), "policies.hold"),
    "an offer of no time": (policies(waitlist_offer=NO), "policies.waitlist_offer"),
    "pinned after its start": (policies(pin_before=timedelta(hours=-1)), "policies.pin_before"),
    "a dial past its end": (policies(protect=1.5), "policies.protect"),
    "a dial below its beginning": (policies(protect=-0.1), "policies.protect"),
    "a dial at no number": (policies(protect=float("nan")), "policies.protect"),
    "negative pacing": (policies(pacing=-1), "policies.pacing"),
    "more covers online than there are": (policies(pacing=10, online_pacing=11), "policies.online_pacing"),
    "a party of nobody": (policies(party_limit=0), "policies.party_limit"),
    "no turn time": (policies(turn_minutes=()), "policies.turn_minutes"),
    "turn times that descend": (policies(turn_minutes=((4, 90), (2, 60))), "policies.turn_minutes"),
    "two turn times of one party": (policies(turn_minutes=((2, 90), (2, 60))), "policies.turn_minutes"),
    "a turn time of nothing": (policies(turn_minutes=((2, 0),)), "policies.turn_minutes"),
    "a turn time longer than the evening": (policies(turn_minutes=((2, 90), (6, 700))), "policies.turn_minutes"),
    "a quiet time past the day": (policies(quiet_from=1500), "policies.quiet_from"),
    "an unknown zone": (changed("places", 0, zone="Europe/Lisboa"), "places.place.zone"),
    "a continent": (changed("places", 0, zone="Europe"), "places.place.zone"),
    "a path for a zone": (changed("places", 1, zone="../../etc/passwd"), "places.other.zone"),
    "no zone": (changed("places", 0, zone=""), "places.place.zone"),
    "two places of one id": (more("places", HOUSE.places[0]), "places.place.id"),
    "two services of one id": (more("services", CUT), "services.cut.id"),
    "two members of staff of one id": (more("staff", HOUSE.staff[0]), "staff.anna.id"),
    "two tables of one id": (more("resources", HOUSE.resources[4]), "resources.t1.id"),
    "two joins of one id": (more("joins", HOUSE.joins[0]), "joins.a.id"),
    "two questions of one id": (more("faqs", HOUSE.faqs[0]), "faqs.cards.id"),
    "no id": (changed("faqs", 0, id=""), "faqs..id"),
    "a service named as a place": (more("services", Service("place", "Place", 30)), "services.place.id"),
    "a service of no minutes": (changed("services", 0, minutes=0), "services.cut.minutes"),
    "a service longer than the day": (changed("services", 3, minutes=601), "services.laser.minutes"),
    "a class longer than its hours": (changed("services", 6, minutes=61), "services.yoga.minutes"),
    "a negative buffer before": (changed("services", 0, buffer_before=-5), "services.cut.buffer_before"),
    "a negative buffer after": (changed("services", 0, buffer_after=-5), "services.cut.buffer_after"),
    "a buffer of a week": (changed("services", 0, buffer_after=10080), "services.cut.buffer_after"),
    "a negative price": (changed("services", 0, price=Money(-1, "EUR")), "services.cut.price"),
    "a price beyond reason": (changed("services", 0, price=Money(10**12, "EUR")), "services.cut.price"),
    "a price in another currency": (changed("services", 0, price=Money(2500, "USD")), "services.cut.price"),
    "a deposit in another currency": (changed("services", 3, deposit=Money(1, "GBP")), "services.laser.deposit"),
    "a deposit above the price": (changed("services", 0, deposit=Money(2501, "EUR")), "services.cut.deposit"),
    "a negative limit": (changed("services", 0, limits=Limits(per_week=-1)), "services.cut.limits.per_week"),
    "a class of fewer than none": (changed("services", 6, seats=-1), "services.yoga.seats"),
    "a variant of nothing": (changed("services", 1, variant_of="perm"), "services.long.variant_of"),
    "a variant of a variant": (
        more("services", Service("longer", "Longer", 120, variant_of="long")),
        "services.longer.variant_of",
    ),
    "a variant of itself": (changed("services", 0, variant_of="cut"), "services.cut.variant_of"),
    "added to nothing": (changed("services", 2, addon_to=("perm",)), "services.wash.addon_to"),
    "added to itself": (changed("services", 2, addon_to=("wash",)), "services.wash.addon_to"),
    "three people where two are": (changed("services", 4, staff_needed=3), "services.duo.staff_needed"),
    "served by nobody": (changed("services", 4, staff_needed=0), "services.duo.staff_needed"),
    "equipment that is not there": (changed("services", 3, equipment=("x-ray",)), "services.laser.equipment"),
    "a room that is not there": (changed("resources", 2, kind="equipment"), "services.laser.needs_room"),
    "a person without a calendar": (more("staff", Staff("carla", "Carla", ("cut",))), "staff.carla.id"),
    "a person who is a table": (more("staff", Staff("t1", "Table", ("cut",))), "staff.t1.id"),
    "a person who gives what nobody offers": (
        changed("staff", 1, service_ids=("cut", "duo", "perm")),
        "staff.ben.service_ids",
    ),
    "a person who gives it twice": (changed("staff", 1, service_ids=("duo", "duo")), "staff.ben.service_ids"),
    "a person of no priority": (changed("staff", 1, priority=0), "staff.ben.priority"),
    "a person with a negative limit": (changed("staff", 1, limits=Limits(-1)), "staff.ben.limits.per_day"),
    "terms for what they do not give": (
        changed("staff", 1, terms=(Terms("yoga"),)),
        "staff.ben.terms[0].service_id",
    ),
    "terms twice": (
        changed("staff", 1, terms=(Terms("cut", 30), Terms("cut", 40))),
        "staff.ben.terms[1].service_id",
    ),
    "terms of no minutes": (changed("staff", 1, terms=(Terms("cut", 0),)), "staff.ben.terms[0].minutes"),
    "terms in another currency": (
        changed("staff", 1, terms=(Terms("cut", None, Money(1, "USD")),)),
        "staff.ben.terms[0].price",
    ),
    "a table nowhere": (changed("resources", 4, place_id="moon"), "resources.t1.place_id"),
    "a table for nobody": (changed("resources", 4, min_party=0), "resources.t1.min_party"),
    "a table for more at least than at most": (changed("resources", 4, min_party=3), "resources.t1.min_party"),
    "a table of priority 11": (changed("resources", 4, priority=11), "resources.t1.priority"),
    "a join of tables in two areas": (changed("joins", 0, table_ids=("t1", "t3")), "joins.a.table_ids"),
    "a join of tables in two places": (changed("joins", 0, table_ids=("t1", "t4")), "joins.a.table_ids"),
    "a join of one table": (changed("joins", 0, table_ids=("t1",)), "joins.a.table_ids"),
    "a join of a table with itself": (changed("joins", 0, table_ids=("t1", "t1")), "joins.a.table_ids"),
    "a join with a table that is not there": (changed("joins", 0, table_ids=("t1", "t9")), "joins.a.table_ids"),
    "a join with a room": (changed("joins", 0, table_ids=("t1", "room")), "joins.a.table_ids"),
    "a join larger than its tables": (changed("joins", 0, max_party=7), "joins.a.max_party"),
    "a join for more at least than at most": (changed("joins", 0, min_party=7), "joins.a.min_party"),
    "hours that end before they start": (changed("hours", 0, closes=480), "hours[0].closes"),
    "hours that cross midnight": (changed("hours", 2, closes=120), "hours[2].closes"),
    "hours of no time": (changed("hours", 0, closes=540), "hours[0].closes"),
    "hours past the next day": (changed("hours", 2, closes=2881), "hours[2].closes"),
    "hours before the day": (changed("hours", 0, opens=-60), "hours[0].opens"),
    "an eighth weekday": (changed("hours", 0, weekday=7), "hours[0].weekday"),
    "hours that overlap": (changed("hours", 1, opens=700), "hours[1].opens"),
    "hours of nobody": (changed("hours", 3, owner_id="pilates"), "hours[3].owner_id"),
    "two overrides of one date": (more("overrides", HOUSE.overrides[1]), "overrides[2].on"),
    "an override of nobody": (changed("overrides", 0, owner_id="moon"), "overrides[0].owner_id"),
    "an override that ends before it starts": (changed("overrides", 0, ranges=((720, 600),)), "overrides[0].ranges"),
    "overlapping ranges of a date": (
        changed("overrides", 0, ranges=((600, 720), (700, 900))),
        "overrides[0].ranges",
    ),
    "a date past the next day": (changed("overrides", 0, ranges=((600, 3000),)), "overrides[0].ranges"),
}


def field_of(directory: Directory) -> str | None:
    """Return which field is said to be wrong, None when the set-up is accepted."""
    try:
        check(directory)
    except InvalidSetup as error:
        assert str(error).startswith(f"{error.field}: ")
        return error.field
    return None


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_meant_is_refused_with_the_name_of_the_field(what: str) -> None:
    directory, field = BAD[what]
    assert field_of(directory) == field


def test_hours_that_cross_midnight_are_told_how_to_be_written() -> None:
    with pytest.raises(InvalidSetup, match="past midnight is written as minutes past 1440"):
        check(changed("hours", 2, closes=120))


UNFINISHED: dict[str, Directory] = {
    "a business and nothing else": Directory(HOUSE.business, (), (), (), (), ()),
    "no hours yet": replace(HOUSE, hours=(), overrides=()),
    "nobody who gives it yet": replace(HOUSE, services=(CUT,), staff=(), hours=HOUSE.hours[:3]),
    "a heading is never held itself": changed("services", 0, minutes=700),
    "somebody is quick enough": changed("staff", 0, terms=(Terms("laser", 600),)),
    "a house open around the clock": replace(
        changed("services", 3, minutes=2000), hours=tuple(Hours("place", day, 0, 1440) for day in range(7))
    ),
    "a night that goes on after midnight": replace(
        changed("services", 3, minutes=900),
        hours=(Hours("place", 6, 1080, 1440), Hours("place", 0, 0, 540)),
        overrides=(),
    ),
    "one long day": more("overrides", DateOverride("place", date(2026, 12, 31), ((540, 1439),))),
}


@pytest.mark.parametrize("directory", [HOUSE, LUZ, MAR, salon(), bistro(), *UNFINISHED.values()])
def test_what_is_sound_or_merely_unfinished_is_accepted(directory: Directory) -> None:
    check(directory)


def test_a_service_fits_the_longest_day_there_is() -> None:
    longer = changed("services", 3, minutes=890)
    assert field_of(longer) == "services.laser.minutes"
    assert field_of(replace(longer, overrides=(DateOverride("place", CHRISTMAS, ((540, 1430),)),))) is None


@given(
    ranges=st.lists(st.tuples(st.integers(-100, 3000), st.integers(-100, 3000)), max_size=4),
    build=st.sampled_from([0, 1]),
)
def test_ranges_are_accepted_exactly_if_no_minute_is_backwards_outside_or_twice(
    ranges: list[tuple[int, int]], build: int
) -> None:
    house = replace(HOUSE, services=(), staff=(), resources=(), joins=(), hours=(), overrides=())
    weekly = replace(house, hours=tuple(Hours("place", 2, *one) for one in ranges))
    dated = replace(house, overrides=(DateOverride("place", CHRISTMAS, tuple(ranges)),))
    minutes = [minute for opens, closes in ranges for minute in range(opens, closes)]
    sound = (
        all(opens < closes for opens, closes in ranges)
        and all(0 <= minute < 2880 for minute in minutes)
        and len(set(minutes)) == len(minutes)
    )
    assert (field_of((weekly, dated)[build]) is None) is sound


@given(opens=st.integers(0, 1380), minutes=st.integers(30, 1440), long=st.integers(1, 1500))
def test_a_service_alone_in_the_house_is_refused_exactly_if_no_day_has_an_opening(
    opens: int, minutes: int, long: int
) -> None:
    closes = opens + minutes
    assume(closes <= 1440)
    alone = replace(
        HOUSE,
        business=replace(HOUSE.business, policies=Policies(minimum_notice=NO)),
        services=(replace(CUT, minutes=long),),
        staff=(Staff("ben", "Ben", ("cut",)),),
        hours=tuple(Hours("place", day, opens, closes) for day in (0, 2)),
        overrides=(),
        joins=(),
        resources=HOUSE.resources[:3],
    )
    found = openings(alone, wish(last=date(2026, 11, 29)), (), datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert (field_of(alone) is None) is bool(found)


def test_codes_are_those_that_babel_knows() -> None:
    tender = {
        code
        for periods in get_global("territory_currencies").values()
        for code, _, ends, is_tender in periods
        if ends is None and is_tender
    }
    assert tender >= CURRENCIES
    assert {"EUR", "USD", "GBP", "BRL", "JPY", "CHF"} <= CURRENCIES
    countries = {one for one in Locale("en").territories if re.fullmatch("[A-Z]{2}", one)}
    assert countries > COUNTRIES
    assert len(COUNTRIES) == 250
