"""Deliveries: what became of a message, by its receipts, whatever order they come in."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.conversations import Owner
from domain.ports import ControlChange, Outcome
from domain.signals import RANK
from tests.builders import MAR_CHAT, arrival, talk
from tests.contracts.stores.story import due, hear, meet, receipt, sending, settled, shown, story, words

if TYPE_CHECKING:
    from tests.contracts.stores.houses import House

STATUSES = ("sent", "failed", "delivered", "read", "played")


@story
async def test_receipts_come_in_any_order_and_the_highest_stands(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    chance = random.Random(11)
    for _ in range(6):
        await hear(store, arrival("hm"), says=("ok",))
        parcel = await sending(store)
        await store.outbox.sent(parcel, f"platform-{parcel.outgoing.id}", track=True)
        best = "sent"
        order = chance.sample(STATUSES, 5)
        for first in range(0, 5, 2):  # some come together
            told = order[first : first + 2]
            outcome = await settled(
                store,
                conversation.id,
                *(receipt(parcel.outgoing, one, f"it {one}") for one in told),  # type: ignore[arg-type]
            )
            assert outcome is Outcome.COMMITTED
            best = max(best, *told, key=RANK.__getitem__)
            assert await shown(store, parcel) == (best, "" if best == "sent" else f"it {best}"), order


@story
async def test_the_same_status_again_changes_nothing(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("hm"), says=("ok",))
    parcel = await sending(store)
    await store.outbox.sent(parcel, "platform-1", track=True)
    for problem in ("the first", "the second"):
        await settled(store, conversation.id, receipt(parcel.outgoing, "failed", problem))
    assert await shown(store, parcel) == ("failed", "the first")
    (dead,) = await store.outbox.given_up()
    assert dead.problem == "the first"


@story
async def test_a_receipt_that_is_quicker_than_the_answer_is_believed(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    parcel = await sending(store)
    await settled(store, conversation.id, receipt(parcel.outgoing, "read"))
    (after,) = await due(store)
    assert after.outgoing.body == b"See you.", "the next one goes at once"
    await store.outbox.sent(parcel, "platform-1", track=True)
    assert await shown(store, parcel) == ("read", "")
    assert list(await store.outbox.sending([after])) == [True], "a late answer is no answer to the next one"


@story
async def test_a_channel_without_receipts_tells_nothing(house: House) -> None:
    store = house.store
    await hear(store, arrival("hi"), says=("one",))
    parcel = await sending(store)
    await store.outbox.sent(parcel, "platform-1")
    assert await shown(store, parcel) == ("", "")


@story
async def test_receipts_of_strangers_do_nothing(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    other = await meet(store, "eva", MAR_CHAT)
    await hear(store, arrival("yes"), notices=("Booked.",))
    parcel = await sending(store)
    row = parcel.outgoing
    strange = (
        receipt(row, "delivered", conversation_id="nobody"),
        receipt(row, "delivered", business_id=MAR_CHAT.business_id),
        receipt(row, "delivered", business_id=MAR_CHAT.business_id, conversation_id=other.id),
        receipt(row, "delivered", outgoing_id="nothing", message_id="nothing"),
    )
    assert await settled(store, conversation.id, *strange) is Outcome.COMMITTED
    assert await shown(store, parcel) == ("", "")
    assert await due(store) == [], "it is still on its way"
    await store.outbox.sent(parcel, "platform-1", track=True)
    assert await shown(store, parcel) == ("sent", "")


@story
async def test_who_was_erased_is_not_written_of_again(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.",))
    parcel = await sending(store)
    await store.privacy.erase(conversation.business_id, conversation.customer_id)
    await store.outbox.sent(parcel, "canary-platform-id", track=True)
    told = receipt(parcel.outgoing, "failed", "canary-problem")
    assert await settled(store, conversation.id, told) is Outcome.COMMITTED
    assert await store.outbox.given_up() == []
    assert "canary" not in await house.traces()


@story
async def test_a_failure_that_only_the_receipt_tells_is_a_dead_letter(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    parcel = await sending(store)
    await store.outbox.doubt(parcel, "no answer", timedelta(seconds=60))
    await settled(store, conversation.id, receipt(parcel.outgoing, "failed", "131026: not on WhatsApp"))
    assert await shown(store, parcel) == ("failed", "131026: not on WhatsApp")
    assert words(await due(store)) == ["See you."]
    (dead,) = await store.outbox.given_up()
    assert (dead.message_id, dead.kind, dead.channel, dead.problem) == (
        parcel.outgoing.message_id,
        "notice",
        "webchat",
        "131026: not on WhatsApp",
    )


@story
async def test_a_refused_message_that_arrived_all_the_same_is_not_sent_again(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    await hear(store, arrival("yes"), notices=("Booked.", "See you."))
    parcel = await sending(store)
    await store.outbox.failed(parcel, "429", timedelta(seconds=100))
    await settled(store, conversation.id, receipt(parcel.outgoing, "delivered"))
    assert words(await due(store)) == ["See you."]


@story
async def test_a_receipt_of_what_was_never_tried_ends_nothing(house: House) -> None:
    store = house.store
    conversation = await meet(store)
    _, row = talk(conversation, "Rosa here", kind="staff")
    await store.control.change(
        ControlChange(conversation.id, conversation.business_id, None, Owner.HUMAN, "rosa", outbox=(row,))
    )
    await settled(store, conversation.id, receipt(row, "read"))
    assert words(await due(store)) == ["Rosa here"]
