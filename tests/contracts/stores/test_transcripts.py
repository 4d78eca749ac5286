"""Transcripts: what was said, in the order it was committed, to the business it was said to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.conversations import Message, Owner
from domain.errors import UnknownConversation
from domain.ports import ControlChange, Outcome
from tests.builders import LUZ_CHAT, MAR_CHAT, NOW, arrival, commit_for
from tests.contracts.stores.story import claim_one, due, hear, lines, meet, receipt, settled, story

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House


@story
async def test_lines_come_in_the_order_of_commits(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    for number in range(4):
        # a clock that runs backwards does not change the order
        await hear(store, arrival(f"q{number}", at=NOW - timedelta(hours=number)), says=(f"a{number}", f"b{number}"))
        note = Message(conversation.id, conversation.business_id, "note", f"n{number}", NOW - timedelta(days=number))
        await store.control.change(
            ControlChange(conversation.id, conversation.business_id, 0, Owner.BOT, keep_epoch=True, messages=(note,))
        )
    said = [f"{who}{number}" for number in range(4) for who in ("customer: q", "bot: a", "bot: b", "note: n")]
    assert await lines(store, conversation) == ["customer: hi", "bot: ok", *said]


@story
async def test_lines_are_read_page_by_page(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    for number in range(3):
        await hear(store, arrival(f"q{number}"), says=(f"a{number}",))
    transcripts = store.transcripts(LUZ_CHAT.business_id)
    everything = list(await transcripts.messages(conversation.id))
    read: list[Message] = []
    while page := await transcripts.messages(conversation.id, read[-1].id if read else "", 3):
        assert len(page) <= 3
        read += page
    assert read == everything
    assert len(everything) == 8
    assert list(await transcripts.last_messages(conversation.id, 2)) == everything[-2:]
    assert list(await transcripts.last_messages(conversation.id)) == everything[-6:]


@story
async def test_a_line_keeps_its_choices_and_its_card(house: House) -> None:
    store = house.store
    await store.mailbox.accept([arrival("hi", external_id="w1")])
    claim = await claim_one(store)
    commit = commit_for(claim)
    line = Message(
        claim.lane,
        claim.business_id,
        "bot",
        "Shall I book it? 💈",
        NOW,
        choices=(("t1", "Yes"), ("t2", "Change")),
        card={"service": "Haircut", "price": {"minor": 2500, "currency": "EUR"}},
    )
    commit.messages = [*commit.messages, line]
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    assert list(await store.transcripts(claim.business_id).messages(claim.lane)) == list(commit.messages)


@story
async def test_a_line_keeps_its_file_and_is_shown_with_what_became_of_it(house: House) -> None:
    store = house.store
    await store.mailbox.accept([arrival("my hair now", external_id="w1")])
    commit = commit_for(await claim_one(store), "Lovely", "When?")
    photo = {"kind": "image", "ref": "media-1", "mime": "image/jpeg", "size": None}
    heard, first, second = commit.messages
    pretended = replace(first, delivery="read", problem="none")
    commit.messages = [replace(heard, media=photo), pretended, second]
    assert await store.mailbox.commit([commit]) == [Outcome.COMMITTED]
    transcripts = store.transcripts(LUZ_CHAT.business_id)
    kept = [replace(heard, media=photo), first, second]
    assert list(await transcripts.messages(heard.conversation_id)) == kept, "only platforms say what became of it"

    (parcel,) = await due(store)
    await store.outbox.sending([parcel])
    await store.outbox.sent(parcel, "platform-1", track=True)
    await settled(store, heard.conversation_id, receipt(parcel.outgoing, "failed", "131026: not on WhatsApp"))
    told = replace(first, delivery="failed", problem="131026: not on WhatsApp")
    assert list(await transcripts.messages(heard.conversation_id)) == [kept[0], told, second]
    assert list(await transcripts.last_messages(heard.conversation_id, 2)) == [told, second]
    answer = await transcripts.turn_of(heard.conversation_id, "w1")
    assert answer is not None
    assert list(answer[1]) == [told, second]


@story
async def test_words_of_staff_keep_their_file(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    line = Message(conversation.id, conversation.business_id, "staff", "the way", NOW, media={"kind": "image"})
    await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", messages=(line,))
    )
    assert (await store.transcripts(conversation.business_id).last_messages(conversation.id, 1))[0] == line


@story
async def test_a_business_reads_only_its_own_conversations(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    bistro = store.transcripts(MAR_CHAT.business_id)
    with pytest.raises(UnknownConversation):
        await bistro.conversation(conversation.id)
    with pytest.raises(UnknownConversation):
        await bistro.state(conversation.id)
    with pytest.raises(UnknownConversation):
        await bistro.customer(conversation.customer_id)
    assert list(await bistro.messages(conversation.id)) == []
    assert list(await bistro.last_messages(conversation.id)) == []
    assert list(await bistro.open_conversations()) == []


@story
async def test_nobody_and_nothing_are_said_to_be_unknown(house: House) -> None:
    transcripts = house.store.transcripts(LUZ_CHAT.business_id)
    for unknown in (transcripts.conversation("x"), transcripts.state("x")):
        with pytest.raises(UnknownConversation):
            await unknown
    with pytest.raises(UnknownConversation):
        await transcripts.customer("x")


@story
async def test_those_who_wait_for_people_come_first(house: House) -> None:
    store = house.store
    for minutes, sender in enumerate(("ana", "rui", "eva")):
        await hear(store, arrival("hi", sender, at=NOW + timedelta(minutes=minutes)))
    waiting = await hear(store, arrival("a person", "tom", at=NOW - timedelta(hours=1)), owner=Owner.QUEUE)
    found = await store.transcripts(LUZ_CHAT.business_id).open_conversations()
    assert [one.external_id for one in found] == ["tom", "eva", "rui", "ana"]
    assert found[0].id == waiting.lane
    assert len(await store.transcripts(LUZ_CHAT.business_id).open_conversations(2)) == 2


@story
async def test_state_and_customer_are_those_of_the_last_turn(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("hm"), state=b'{"n": 2}')
    transcripts = store.transcripts(LUZ_CHAT.business_id)
    assert await transcripts.state(conversation.id) == b'{"n": 2}'
    assert (await transcripts.conversation(conversation.id)).version == 2
    customer = await transcripts.customer(conversation.customer_id)
    assert (customer.id, customer.business_id, customer.created_at) == (
        conversation.customer_id,
        LUZ_CHAT.business_id,
        NOW,
    )
