"""Every choice is within reach: up to fifty, on every channel, by taps through the pages or by what is typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from dialogs.fit import pages
from dialogs.state import MOST_BYTES, Slots, State, dump
from dialogs.understanding.commands import Repeat
from tests.chat.wire import SHOWN
from tests.dialogs.many import having, offering
from tests.dialogs.talk import TALK, TOKENS, Talk, keys

if TYPE_CHECKING:
    from dialogs.messages import Capabilities, Outbound

NEAR = 5
"""Taps or messages, whichever a choice takes."""
MANY = 50


async def asked(count: int, can: Capabilities) -> Talk:
    talk = Talk(offering(count), can=can)
    turn = await talk.say("I'd like to book")
    assert turn.state.asked == "service"
    assert turn.state.offer is not None
    assert len(turn.state.offer.options) == count
    return talk


def tappable(shown: Outbound) -> tuple[tuple[str, str], ...]:
    return shown.buttons or shown.rows


async def walked(talk: Talk) -> list[Outbound]:
    """Return the pages of what is asked, by tapping the row that leads on until there is none."""
    offer, before = talk.state.offer, talk.raw
    found = [talk.sent[-1]]
    while tappable(found[-1]) and TOKENS.page(tappable(found[-1])[-1][0], TALK, offer) is not None:
        turn = await talk.tap_on(tappable(found[-1])[-1][0])
        assert keys(turn) == ["choose-again"]
        assert talk.raw == before, "turning a page changes nothing"
        found.append(talk.sent[-1])
    return found


async def taps_to_each(talk: Talk) -> dict[int, tuple[int, str]]:
    """Return how many taps lead to each choice, and the token of the last."""
    offer = talk.state.offer
    found: dict[int, tuple[int, str]] = {}
    for page, shown in enumerate(await walked(talk)):
        for token, label in tappable(shown):
            index = TOKENS.index(token, TALK, offer)
            if index is None:
                continue
            if pages(len(offer.options if offer else ()), talk.can or SHOWN["sms"]) > 1:
                assert label.startswith(f"{index + 1}. ")
            found.setdefault(index, (page + 1, token))
    return found


async def chosen(talk: Talk, raw: bytes | None, *, tap: str = "", words: str = "") -> list[str]:
    """Return the services that are known after a tap or after words."""
    talk.raw = raw
    await (talk.tap_on(tap) if tap else talk.say(words))
    return talk.state.slots.service


@pytest.mark.parametrize("channel", SHOWN)
@pytest.mark.parametrize("counts", [range(1, 21), range(21, 36), range(36, 51)], ids=lambda one: f"{one[0]}-{one[-1]}")
def test_every_choice_is_reached_with_five_taps_or_messages(channel: str, counts: range) -> None:
    async def story() -> None:
        for count in counts:
            talk = await asked(count, SHOWN[channel])
            raw, shown = talk.raw, " ".join(one.text for one in talk.sent)
            by_taps = await taps_to_each(talk)
            if by_taps:
                assert set(by_taps) == set(range(count)), "no choice is on no page"
            for index, service in enumerate(talk.directory.services):
                taps, token = by_taps.get(index, (NEAR + 1, ""))
                if taps <= NEAR:
                    assert await chosen(talk, raw, tap=token) == [service.id]
                else:
                    assert f"{index + 1}. " in shown or "write its number" in shown, "it is said that it can be typed"
                    assert await chosen(talk, raw, words=str(index + 1)) == [service.id]

    asyncio.run(story())


def test_a_chain_of_pages_alone_would_be_too_long() -> None:
    async def story() -> None:
        taps = await taps_to_each(await asked(MANY, SHOWN["whatsapp"]))
        assert max(count for count, _ in taps.values()) > NEAR
        taps = await taps_to_each(await asked(46, SHOWN["whatsapp"]))
        assert max(count for count, _ in taps.values()) == NEAR

    asyncio.run(story())


@pytest.mark.parametrize("count", [2, 10, 11, 27, MANY])
def test_a_number_and_a_name_choose_what_a_tap_chooses(count: int) -> None:
    async def story() -> None:
        talk = await asked(count, SHOWN["whatsapp"])
        raw = talk.raw
        offer = talk.state.offer
        assert offer is not None
        for index, service in enumerate(talk.directory.services):
            token = TOKENS.token(TALK, offer.id, index)
            number = index + 1
            written = [f"{number}", f"{number}.", f"number {number}", service.name, service.name.upper()]
            written.append(f"{number}. {service.name}")
            assert await chosen(talk, raw, tap=token) == [service.id]
            for words in written:
                assert await chosen(talk, raw, words=words) == [service.id], words

    asyncio.run(story())


def test_a_number_counts_in_the_whole_offer_on_whatever_page_it_is_typed() -> None:
    async def story() -> None:
        talk = await asked(MANY, SHOWN["whatsapp"])
        await walked(talk)
        assert await chosen(talk, talk.raw, words="2") == [talk.directory.services[1].id]

    asyncio.run(story())


def test_fifty_long_choices_are_remembered_in_four_kilobytes_and_all_pages_show_them_whole() -> None:
    async def story() -> None:
        talk = await asked(MANY, SHOWN["whatsapp"])
        assert talk.raw is not None
        assert len(talk.raw) <= MOST_BYTES
        shown = [detail for page in await walked(talk) for detail in page.details if detail]
        assert len(shown) == MANY // 3
        assert all(len(one) > 60 for one in shown)

    asyncio.run(story())


def test_a_page_of_an_older_offer_is_a_stale_tap_and_a_foreign_one_too() -> None:
    async def story() -> None:
        talk = await asked(MANY, SHOWN["whatsapp"])
        older = talk.sent[-1].rows[-1][0]
        await talk.say("what are your opening hours?")
        turn = await talk.tap_on(older)
        assert "stale-tap" in keys(turn)
        assert turn.outcome == "stale"
        offer = talk.state.offer
        assert offer is not None
        assert "stale-tap" in keys(await talk.tap_on(TOKENS.page_token("another talk", offer.id, 1)))

    asyncio.run(story())


def test_turning_a_page_is_no_failure_and_forgives_none() -> None:
    async def story() -> None:
        talk = await asked(MANY, SHOWN["whatsapp"])
        await talk.say("qwrtz plmk")
        turn = await talk.tap_on(talk.sent[-1].rows[-1][0])
        assert turn.state.failed == 1
        assert turn.outcome == "answered"
        assert turn.log == ["Page"]

    asyncio.run(story())


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "sms"])
@pytest.mark.parametrize("slot", ["place", "staff"])
def test_fifty_places_and_fifty_people_are_reached_by_number_and_by_name(slot: str, channel: str) -> None:
    async def story() -> None:
        directory = having(MANY, slot)
        slots = Slots(service=[directory.staff[0].service_ids[0]])
        state = State(stage="collecting", form="book", slots=slots, asked=slot, greeted=True, language="en")
        talk = Talk(directory, dump(state), can=SHOWN[channel])
        await talk.mean(Repeat())
        assert talk.state.asked == slot
        raw, ones = talk.raw, directory.places if slot == "place" else directory.staff
        by_taps = await taps_to_each(talk)
        assert set(by_taps) == (set() if channel == "sms" else set(range(MANY)))
        for index, one in enumerate(ones):
            taps, token = by_taps.get(index, (NEAR + 1, ""))
            for how in ({"tap": token} if taps <= NEAR else {}, {"words": str(index + 1)}, {"words": one.name}):
                if how:
                    talk.raw = raw
                    await (talk.tap_on(how["tap"]) if "tap" in how else talk.say(how["words"]))
                    assert getattr(talk.state.slots, slot) == one.id, how

    asyncio.run(story())
