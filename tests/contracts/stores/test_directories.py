"""Directories: how businesses are set up, and from which version on."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from domain.businesses import (
    Account,
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
from domain.errors import InvalidSetup, UnknownAccount
from domain.money import Money
from tests.builders import EUR, LUZ, LUZ_CHAT, MAR_CHAT, NOW, ROSA, at, book, booking, luz_studio
from tests.contracts.stores.story import meet, story

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_a_business_is_read_as_it_was_set_up(house: House) -> None:
    assert await house.store.directories.directory(LUZ.business.id) == LUZ


def everything() -> Directory:
    """A set-up that uses every field, none of them as it is by default."""
    b = "biz-all"
    place, cut, long, mask, yoga, table = (f"{b}:{one}" for one in ("place", "cut", "long", "mask", "yoga", "table"))
    anna, rosa, chair, t1, t2 = (f"{b}:{one}" for one in ("anna", "rosa", "chair", "t1", "t2"))
    limits = Limits(8, 30, 100, 900)
    return Directory(
        business=Business(
            b,
            "all",
            "All",
            "salon",
            "JPY",
            "PT",
            ("pt", "en"),
            Policies(
                contact="required",
                minimum_notice=timedelta(minutes=90),
                horizon_days=30,
                horizon="range",
                horizon_open_days=True,
                horizon_weekdays=(0, 5),
                bookable_from=date(2026, 11, 1),
                bookable_until=date(2026, 12, 31),
                grid=20,
                grid_align="packed",
                grid_offset=5,
                week_starts="sunday",
                anyone="last",
                pacing=20,
                online_pacing=12,
                seating="fixed",
                pin_before=timedelta(hours=3),
                protect=0.4,
                waitlist=False,
                waitlist_offer=timedelta(minutes=20),
                waitlist_order="largest",
                party_limit=6,
                hold=timedelta(minutes=7),
                answer_within=timedelta(minutes=3),
                reply_within=timedelta(minutes=11),
                nudge_after=timedelta(hours=2),
                close_after=timedelta(hours=12),
                quiet_from=1320,
                quiet_until=480,
                turn_minutes=((2, 80), (9, 130)),
                staffed=False,
            ),
            "https://all.example",
        ),
        places=(Place(place, "Here", "Europe/Lisbon", "Rua 1", "+351210000009", "a@all.example", "Stairs.", ("hq",)),),
        services=(
            Service(cut, "Cut", 30, Money(2500, "JPY"), "", ("trim",), 5, 10, limits=limits),
            Service(long, "Cut, long hair", 45, None, "", (), variant_of=cut, deposit=Money(0, "JPY")),
            Service(mask, "Mask", 15, None, "Warm.", (), addon_to=(cut, long), deposit=Money(500, "JPY")),
            Service(yoga, "Yoga", 60, None, seats=12, equipment=("mat", "laser"), staff_needed=2, needs_room=True),
            Service(table, "Table", 90, needs="table"),
        ),
        staff=(
            Staff(
                anna,
                "Anna",
                (cut, long, yoga),
                ("Ana",),
                "Bio.",
                (Terms(yoga, 50), Terms(cut, None, Money(3100, "JPY")), Terms(long)),
                9,
                Limits(per_day=5),
            ),
            Staff(rosa, "Rosa", (yoga,)),
        ),
        resources=(
            Resource(anna, place, "staff", "Anna"),
            Resource(rosa, place, "staff", "Rosa"),
            Resource(f"{b}:studio", place, "room", "Studio", 1, 20),
            Resource(chair, place, "equipment", "Laser", features=("laser", "mat")),
            Resource(t1, place, "table", "1", 2, 3, 8, ("window",), "terrace", False, 12, -30, "round"),
            Resource(t2, place, "table", "2", 2, 4, 3, (), "terrace", True, 40, 7, "long"),
        ),
        hours=(Hours(place, 0, 540, 1080), Hours(yoga, 0, 600, 660), Hours(anna, 0, 540, 780)),
        overrides=(
            DateOverride(place, date(2026, 12, 25), (), "Christmas"),
            DateOverride(anna, date(2026, 12, 24), ((540, 600), (660, 720))),
        ),
        faqs=(Faq(f"{b}:q", "Cards?", "Yes.", ("card",), "pt", "money"),),
        joins=(Join(f"{b}:j", (t1, t2), 3, 6, 7), Join(f"{b}:i", (t2, t1), 5, 5)),
    )


@story
async def test_every_field_is_read_as_it_was_set_up(house: House) -> None:
    directory, directories = everything(), house.store.directories
    b = directory.business
    account = Account("acc-all", b.id, "webchat", "all", "end-all", "All", directory.places[0].id)
    for record in (b.policies, directory.staff[0], directory.resources[4], directory.joins[0]):
        unnoticed = [one.name for one in fields(record) if getattr(record, one.name) == one.default]
        assert unnoticed == [], "what is as it is by default is not seen to be kept"
    await directories.save(directory, [account])
    async with house.another() as other:
        assert await other.directories.directory(b.id) == directory
    await directories.save(directory, [account])
    assert (await directories.directory(b.id)).version == 1, "nothing differs"
    other_way = replace(
        directory,
        staff=(replace(directory.staff[0], terms=directory.staff[0].terms[::-1]), directory.staff[1]),
        joins=directory.joins[:1],
        services=(replace(directory.services[0], limits=Limits()), *directory.services[1:]),
    )
    await directories.save(other_way, [account])
    assert await directories.directory(b.id) == replace(other_way, version=2)


@story
async def test_an_account_is_found_by_its_channel_and_name(house: House) -> None:
    directories = house.store.directories
    assert await directories.account("webchat", "luz") == LUZ_CHAT
    assert await directories.account_by_id(MAR_CHAT.id) == MAR_CHAT
    assert list(await directories.accounts()) == [LUZ_CHAT, MAR_CHAT]
    for unknown in (
        directories.account("webchat", "x"),
        directories.account("x", "luz"),
        directories.account_by_id("x"),
    ):
        with pytest.raises(UnknownAccount):
            await unknown


@story
async def test_the_version_grows_only_when_something_differs(house: House) -> None:
    directories = house.store.directories
    await directories.save(LUZ, [LUZ_CHAT])
    assert (await directories.directory(LUZ.business.id)).version == 1
    dearer = replace(LUZ, services=(replace(LUZ.services[0], price=Money(2700, EUR)), *LUZ.services[1:]))
    await directories.save(dearer, [LUZ_CHAT])
    assert await directories.directory(LUZ.business.id) == replace(dearer, version=2)
    await directories.save(LUZ, [LUZ_CHAT])
    assert await directories.directory(LUZ.business.id) == replace(LUZ, version=3)


@story
async def test_accounts_come_and_go(house: House) -> None:
    directories = house.store.directories
    phone = Account("acc-phone", LUZ.business.id, "whatsapp", "+351210000001", "end-wa", "Luz", LUZ.places[0].id)
    await directories.save(LUZ, [LUZ_CHAT, phone])
    assert await directories.account("whatsapp", "+351210000001") == phone
    await directories.save(LUZ, [LUZ_CHAT])
    with pytest.raises(UnknownAccount):
        await directories.account("whatsapp", "+351210000001")
    assert await directories.account("webchat", "mar") == MAR_CHAT


@story
async def test_setting_up_again_keeps_what_customers_did(house: House) -> None:
    store = house.store
    who = await meet(store)
    one = booking(at(15), customer_id=who.customer_id)
    await store.calendar(LUZ.business.id).apply([book(one)])
    await store.directories.save(replace(LUZ, faqs=()), [LUZ_CHAT])
    assert list(await store.calendar(LUZ.business.id).bookings_of(who.customer_id, NOW)) == [one]
    assert await store.transcripts(LUZ.business.id).conversation(who.id) == who


@story
async def test_a_set_up_that_cannot_be_meant_changes_nothing(house: House) -> None:
    directories = house.store.directories
    backwards = replace(LUZ, hours=(*LUZ.hours, Hours(ROSA, 0, 720, 540)), faqs=())
    with pytest.raises(InvalidSetup) as refused:
        await directories.save(backwards, [])
    assert refused.value.field == f"hours[{len(LUZ.hours)}].closes"
    assert await directories.directory(LUZ.business.id) == LUZ
    assert list(await directories.accounts()) == [LUZ_CHAT, MAR_CHAT]


@story
async def test_a_business_that_cannot_be_meant_is_not_there_at_all(house: House) -> None:
    directories = house.store.directories
    nowhere = luz_studio("biz-nowhere")
    nowhere = replace(nowhere, places=(replace(nowhere.places[0], zone="Europe/Atlantis"), *nowhere.places[1:]))
    with pytest.raises(InvalidSetup, match="Atlantis"):
        await directories.save(nowhere, [replace(LUZ_CHAT, id="acc-nowhere", business_id="biz-nowhere")])
    with pytest.raises(UnknownAccount):
        await directories.directory("biz-nowhere")
    assert list(await directories.accounts()) == [LUZ_CHAT, MAR_CHAT]
