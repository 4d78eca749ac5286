"""The mailbox: nothing lost, nothing doubled, in order, and nobody is starved."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.conversations import Owner, Timer
from domain.ids import conversation_id
from domain.ports import ControlChange, Outcome
from tests.builders import (
    LUZ_CHAT,
    MAR_CHAT,
    NOW,
    arrival,
    at,
    commit_for,
    hold,
)
from tests.contracts.stores.houses import SHORT, House
from tests.contracts.stores.story import claim_one, due, hear, lines, meet, story, story_with, taken, words

if TYPE_CHECKING:
    from domain.ports import Claim

ANA = conversation_id(LUZ_CHAT.id, "ana")


def texts(claim: Claim) -> list[str]:
    return [one.body.decode() for one in claim.mail]


@story
async def test_the_same_message_again_is_stored_once(house: House) -> None:
    mailbox = house.store.mailbox
    once = arrival("a haircut, please", external_id="wamid.1")
    assert list(await mailbox.accept([once, once])) == [True, False]
    assert list(await mailbox.accept([once])) == [False]
    claim = await claim_one(house.store)
    assert texts(claim) == ["a haircut, please"]
    assert await mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
    assert list(await mailbox.accept([once])) == [False], "handled, and its key is still known"
    assert not await mailbox.claim(10)


@story
async def test_a_key_is_an_endpoint_a_kind_and_an_external_id(house: House) -> None:
    known = [
        arrival("hi", external_id="1"),
        arrival("yes", external_id="1", kind="tap"),
        arrival("hi", external_id="1", account=MAR_CHAT),
        arrival("hi", external_id="2"),
    ]
    assert list(await house.store.mailbox.accept(known)) == [True] * 4


@story
async def test_two_doors_take_the_same_message_at_once(house: House) -> None:
    once = arrival("hi", external_id="wamid.1")
    answers = await asyncio.gather(*(house.store.mailbox.accept([once]) for _ in range(8)))
    assert sorted(answer[0] for answer in answers) == [False] * 7 + [True]
    assert texts(await claim_one(house.store)) == ["hi"]


@story
async def test_a_conversation_is_heard_in_order_ten_at_a_time(house: House) -> None:
    mailbox = house.store.mailbox
    for number in range(12):
        await mailbox.accept([arrival(f"line {number}")])
    claim = await claim_one(house.store)
    assert texts(claim) == [f"line {number}" for number in range(10)]
    assert await mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
    claim = await claim_one(house.store)
    assert texts(claim) == ["line 10", "line 11"], "the rest is ready at once"
    assert [one.id for one in claim.mail] == sorted(one.id for one in claim.mail)


@story
async def test_a_claim_brings_the_conversation_as_it_stands(house: House) -> None:
    first = await hear(house.store, arrival("hi"), stage="collecting", state=b'{"form": "visit"}')
    assert first.conversation is None
    assert first.state is None
    await house.store.mailbox.accept([arrival("tomorrow at 3pm", at=NOW + timedelta(minutes=1))])
    claim = await claim_one(house.store)
    assert claim.conversation is not None
    assert (claim.conversation.id, claim.conversation.version, claim.conversation.stage) == (ANA, 1, "collecting")
    assert claim.conversation.owner is Owner.BOT
    assert claim.state == b'{"form": "visit"}'
    assert (claim.business_id, claim.account_id) == (LUZ_CHAT.business_id, LUZ_CHAT.id)
    mail = claim.mail[0]
    assert (mail.kind, mail.sender, mail.sent_at, mail.attempts) == ("message", "ana", NOW + timedelta(minutes=1), 0)


@story
async def test_two_workers_never_have_one_lane(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hi", f"guest {number}") for number in range(12)])
    claims = [one for some in await asyncio.gather(*(mailbox.claim(5) for _ in range(6))) for one in some]
    assert len({one.lane for one in claims}) == len(claims) == 12


@story
async def test_what_comes_in_the_middle_of_a_turn_is_heard_next(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("a haircut")])
    claim = await claim_one(house.store)
    await mailbox.accept([arrival("with Anna")])
    assert not await mailbox.claim(10), "the lane is leased"
    assert await mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
    assert texts(await claim_one(house.store)) == ["with Anna"]


@story_with(SHORT)
async def test_a_frozen_worker_is_fenced_off(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("a haircut")])
    frozen = await claim_one(house.store)
    await house.lease_over()
    awake = await claim_one(house.store)
    assert texts(awake) == texts(frozen)
    assert awake.fence > frozen.fence
    assert await mailbox.commit([commit_for(frozen, "from the frozen one", effects=(hold(at(15)),))]) == [
        Outcome.FENCED
    ]
    assert await mailbox.commit([commit_for(awake, "from the one awake")]) == [Outcome.COMMITTED]
    assert await mailbox.commit([commit_for(frozen, "from the frozen one")]) == [Outcome.FENCED]
    assert await mailbox.fail(frozen, "too late") is False
    conversation = await house.store.transcripts(LUZ_CHAT.business_id).conversation(ANA)
    assert await lines(house.store, conversation) == ["customer: a haircut", "bot: from the one awake"]
    assert await taken(house.store, "biz-luz:anna") == []
    assert words(await due(house.store)) == ["from the one awake"]


@story
async def test_a_turn_committed_twice_counts_once(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hi"), arrival("hello?")])
    commit = commit_for(await claim_one(house.store), "Hi Ana")
    assert await mailbox.commit([commit]) == [Outcome.COMMITTED]
    assert await mailbox.commit([commit]) != [Outcome.COMMITTED]
    assert await lines(house.store, commit.conversation) == ["customer: hi", "customer: hello?", "bot: Hi Ana"]


@story
async def test_one_busy_business_does_not_starve_another(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hi", f"guest {number}", account=MAR_CHAT) for number in range(30)])
    await mailbox.accept([arrival("hi", "ana"), arrival("hi", "rui")])
    served = [claim.business_id for _ in range(2) for claim in await mailbox.claim(2)]
    assert served.count(LUZ_CHAT.business_id) == 2, f"served were {served}"


@story
async def test_a_burst_of_messages_is_one_turn(house: House) -> None:
    mailbox = house.store.mailbox
    quiet = timedelta(seconds=0.4)
    await mailbox.accept([arrival("hi", quiet=quiet)])
    assert not await mailbox.claim(10), "more may follow"
    await mailbox.accept([arrival("a haircut", quiet=quiet)])
    assert not await mailbox.claim(10)
    await house.pass_time(0.5)
    assert texts(await claim_one(house.store)) == ["hi", "a haircut"]


@story
async def test_a_tap_ends_the_quiet_time(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hmm", quiet=timedelta(seconds=60))])
    await mailbox.accept([arrival("yes", kind="tap")])
    assert texts(await claim_one(house.store)) == ["hmm", "yes"]


@story
async def test_a_failed_turn_is_heard_again_after_a_pause(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hi")])
    assert await mailbox.fail(await claim_one(house.store), "ValueError") is False
    assert not await mailbox.claim(10), "it pauses"
    await mailbox.accept([arrival("hello?")])
    assert not await mailbox.claim(10), "what comes in does not end the pause"
    await house.pauses_over()
    claim = await claim_one(house.store)
    assert (claim.mail[0].body, claim.mail[0].attempts) == (b"hi", 1)


@story
async def test_poison_is_set_aside_and_the_customer_goes_on(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("poison")])
    for failure in range(1, 6):
        claim = await claim_one(house.store)
        assert claim.mail[0].attempts == failure - 1
        assert await mailbox.fail(claim, "ValueError: poison") is (failure == 5)
        if failure == 1:
            await mailbox.accept([arrival("a haircut")])
        if failure < 5:
            assert not await mailbox.claim(10)
            await house.pauses_over()
    claim = await claim_one(house.store)
    assert texts(claim) == ["a haircut"], "at once"
    assert await mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
    await house.pauses_over()
    assert not await mailbox.claim(10)


@story
async def test_only_the_poison_is_set_aside(house: House) -> None:
    mailbox = house.store.mailbox
    await mailbox.accept([arrival("hi"), arrival("poison"), arrival("a haircut")])
    heard: list[str] = []
    set_aside = 0
    for _ in range(12):
        for claim in await mailbox.claim(10):
            if "poison" in texts(claim):
                set_aside += await mailbox.fail(claim, "ValueError: poison")
            else:
                heard += texts(claim)
                assert await mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]
        await house.pauses_over()
    assert heard == ["hi", "a haircut"], "what was heard together with poison is not lost"
    assert set_aside == 1


@story
async def test_what_was_set_aside_is_shown_the_latest_first(house: House) -> None:
    mailbox = house.store.mailbox
    told: list[tuple[str, str]] = []
    for sender, account in (("ana", LUZ_CHAT), ("eva", MAR_CHAT), ("rui", LUZ_CHAT)):
        await mailbox.accept([arrival("poison", sender, account=account, external_id=f"m-{sender}", kind="tap")])
        for _ in range(5):
            claim = await claim_one(house.store)
            await mailbox.fail(claim, f"ValueError: {sender}")
            await house.pauses_over()
        told.insert(0, (claim.lane, f"ValueError: {sender}"))
        house.clock.advance(timedelta(seconds=1))
    assert [(one.lane, one.error) for one in await mailbox.set_aside()] == told
    (eva,) = await mailbox.set_aside(MAR_CHAT.business_id)
    assert (eva.lane, eva.business_id, eva.account_id) == (told[1][0], MAR_CHAT.business_id, MAR_CHAT.id)
    assert (eva.kind, eva.external_id, eva.received_at) == ("tap", "m-eva", NOW)
    assert [one.lane for one in await mailbox.set_aside(most=1)] == [told[0][0]]
    assert list(await mailbox.set_aside("nobody")) == []


@story
async def test_a_refused_effect_takes_its_whole_turn_and_only_it(house: House) -> None:
    store, mailbox = house.store, house.store.mailbox
    await meet(store, "ana")
    await meet(store, "rui")
    await mailbox.accept([arrival("at 3", "ana"), arrival("at 3", "rui")])
    ana, rui = sorted(await mailbox.claim(10), key=lambda one: one.mail[0].sender)
    timer = Timer(rui.lane, rui.business_id, rui.account_id, "nudge", NOW)
    group = [
        commit_for(ana, "Kept for Ana", effects=(hold(at(15), conversation=ana.lane),)),
        commit_for(
            rui,
            "Kept for Rui",
            effects=(hold(at(9), conversation=rui.lane, resources=("biz-luz:rosa",)), hold(at(15))),
            timers=(timer,),
        ),
    ]
    assert await mailbox.commit(group) == [Outcome.COMMITTED, Outcome.TAKEN]
    assert await taken(store, "biz-luz:anna", "biz-luz:rosa") == ["anna 15:00-15:30"]
    assert words(await due(store)) == ["Kept for Ana"]
    assert await store.timers.fire(NOW, 10) == 0
    assert rui.conversation is not None
    assert await lines(store, rui.conversation) == ["customer: hi", "bot: ok"]
    assert not await mailbox.claim(10), "the lane is still leased"
    again = await mailbox.read(rui)
    assert texts(again) == ["at 3"]
    assert await mailbox.commit([commit_for(again, "At 3 is taken")]) == [Outcome.COMMITTED]
    assert await lines(store, rui.conversation) == ["customer: hi", "bot: ok", "customer: at 3", "bot: At 3 is taken"]


@story
async def test_staff_take_over_in_the_middle_of_a_turn(house: House) -> None:
    store, mailbox = house.store, house.store.mailbox
    await meet(store)
    await mailbox.accept([arrival("are you there?")])
    claim = await claim_one(store)
    await store.control.change(ControlChange(ANA, LUZ_CHAT.business_id, None, Owner.HUMAN, "rosa"))
    assert await mailbox.commit([commit_for(claim, "I am the bot", effects=(hold(at(15)),))]) == [Outcome.CONTROL_LOST]
    assert await due(store) == []
    assert await taken(store, "biz-luz:anna") == []
    assert not await mailbox.claim(10), "the lane is still leased"
    again = await mailbox.read(claim)
    assert again.conversation is not None
    assert (again.conversation.owner, again.conversation.owner_id) == (Owner.HUMAN, "rosa")
    assert texts(again) == ["are you there?"]
    assert await mailbox.commit([commit_for(again, notices=("noted",))]) == [Outcome.COMMITTED]


@story
async def test_a_private_note_does_not_stop_a_turn(house: House) -> None:
    store = house.store
    met = await meet(store)
    await store.mailbox.accept([arrival("are you there?")])
    claim = await claim_one(store)
    await store.control.change(ControlChange(ANA, LUZ_CHAT.business_id, met.control_epoch, Owner.BOT, keep_epoch=True))
    assert await store.mailbox.commit([commit_for(claim)]) == [Outcome.COMMITTED]


@story
async def test_the_words_of_a_turn_that_hands_over_are_said(house: House) -> None:
    claim = await hear(house.store, arrival("a person, please"), says=("I am asking somebody",), owner=Owner.QUEUE)
    conversation = await house.store.transcripts(claim.business_id).conversation(claim.lane)
    assert (conversation.owner, conversation.control_epoch) == (Owner.QUEUE, 1)
    assert words(await due(house.store)) == ["I am asking somebody"]


@story
async def test_turn_of_tells_who_waits_when_it_was_answered(house: House) -> None:
    store = house.store
    transcripts = store.transcripts(LUZ_CHAT.business_id)
    await store.mailbox.accept([arrival("hi", external_id="w1"), arrival("a haircut", external_id="w2")])
    assert await transcripts.turn_of(ANA, "w1") is None
    commit = commit_for(await claim_one(store), "Hi Ana", "When?")
    assert await transcripts.turn_of(ANA, "w1") is None
    await store.mailbox.commit([commit])
    for external_id in ("w1", "w2"):
        answer = await transcripts.turn_of(ANA, external_id)
        assert answer is not None
        turn, said = answer
        assert turn == commit.turn
        assert [one.text for one in said] == ["Hi Ana", "When?"]
    assert await transcripts.turn_of(ANA, "w3") is None
    assert await store.transcripts(MAR_CHAT.business_id).turn_of(ANA, "w1") is None


@story
async def test_a_control_lane_does_not_hold_up_its_conversation(house: House) -> None:
    store = house.store
    await meet(store)
    await store.mailbox.accept([arrival("delivered", kind="control", lane=f"control:{ANA}")])
    receipt = await claim_one(store)
    assert receipt.lane == f"control:{ANA}"
    assert receipt.conversation is not None
    await store.mailbox.accept([arrival("a haircut")])
    assert (await claim_one(store)).lane == ANA


@story
async def test_waiting_ends_when_a_message_comes(house: House) -> None:
    mailbox = house.store.mailbox
    loop = asyncio.get_running_loop()
    started = loop.time()
    waiting = asyncio.create_task(mailbox.wait(20))
    await asyncio.sleep(0.05)
    await mailbox.accept([arrival("hi")])
    await waiting
    assert loop.time() - started < 5
    await mailbox.wait(20)
    assert loop.time() - started < 5, "something is ready"
    await claim_one(house.store)
    await mailbox.wait(0.05)
