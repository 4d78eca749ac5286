"""Directories: how businesses are set up, and from which version on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.businesses import Account, Hours
from domain.errors import InvalidSetup, UnknownAccount
from domain.money import Money
from tests.builders import EUR, LUZ, LUZ_CHAT, MAR_CHAT, NOW, ROSA, at, book, booking, luz_studio
from tests.contracts.stores.story import meet, story

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_a_business_is_read_as_it_was_set_up(house: House) -> None:
    assert await house.store.directories.directory(LUZ.business.id) == LUZ


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
