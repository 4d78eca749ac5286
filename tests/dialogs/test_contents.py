"""What is sent besides words and taps: heard where it means something, answered kindly where it does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

from dialogs.messages import (
    Contact,
    Deleted,
    Edited,
    Location,
    Media,
    MediaKind,
    Order,
    OrderLine,
    Reaction,
    Shortcut,
    Unsupported,
)
from dialogs.replies import Replies, voice_of
from domain.conversations import Owner
from tests.dialogs.talk import SALON, Talk, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from dialogs.messages import Content
    from domain.businesses import Directory

SUMMARY = "a haircut tomorrow at 3pm, I'm Zoe Hart"
PLACE = Location(38.71, -9.14, "Largo do Chiado")
BASKET = Order((OrderLine("soap", 2),))
MEANINGLESS: list[Content] = [
    *(Media(kind, "ref") for kind in get_args(MediaKind)),
    Media("image", "ref", "qwrtz plmk"),
    PLACE,
    Contact("Ben", ("+351961234567",)),
    Contact("Ana", (), own=True),
    Unsupported("poll"),
]
QUIET: list[Content] = [Reaction("👍", "m"), Reaction("", "m"), Deleted("m")]


def told(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def alone(directory: Directory = SALON) -> Directory:
    """Return a business in which nobody works with the chat."""
    policies = replace(directory.business.policies, staffed=False)
    return replace(directory, business=replace(directory.business, policies=policies))


@pytest.mark.parametrize("content", MEANINGLESS, ids=str)
def test_what_means_nothing_is_answered_and_the_question_asked_again(content: Content) -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        before = talk.state
        turn = await talk.send(content)
        assert len(turn.says) == 2
        assert keys(turn)[-1] == "summary"
        assert turn.outcome == "answered"
        assert talk.state.failed == 0
        assert (talk.state.stage, talk.state.slots, talk.state.kept) == (before.stage, before.slots, before.kept)

    told(story)


@pytest.mark.parametrize("content", MEANINGLESS, ids=str)
def test_who_begins_with_it_is_told_what_can_be_done_here(content: Content) -> None:
    async def story() -> None:
        talk = Talk()
        assert keys(await talk.send(content))[-1] == "help-first"
        assert len(keys(await talk.send(content))) == 1

    told(story)


def test_none_of_it_ever_calls_people_as_words_do_that_are_not_understood() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say("qwrtz plmk")
        for content in (*MEANINGLESS, *QUIET, Edited("qwrtz plmk", "m")):
            assert (await talk.send(content)).owner is Owner.BOT
        assert (await talk.say("qwrtz plmk")).owner is Owner.QUEUE  # the second failure, not the tenth

    told(story)


def test_each_kind_of_file_has_its_own_answer_and_people_are_mentioned_where_there_are_any() -> None:
    async def story() -> None:
        said = {}
        for kind in get_args(MediaKind):
            said[kind] = keys(await Talk().send(Media(kind, "ref")))[1]
        assert said == {
            "voice": "sent-voice",
            "audio": "sent-voice",
            "image": "sent-picture",
            "video": "sent-picture",
            "document": "sent-file",
            "sticker": "sent-sticker",
        }
        replies = Replies()
        for directory, people in ((SALON, True), (alone(), False)):
            turn = await Talk(directory).send(Media("voice", "ref"))
            words = replies.text(turn.says[1].key, turn.says[1].facts, voice_of(turn))
            assert ("ask for a person" in words) == people

    told(story)


def test_three_voice_notes_in_a_row_are_answered_once() -> None:
    async def story() -> None:
        turn = await Talk().send(*[Media("voice", f"ref{number}") for number in range(3)])
        assert keys(turn) == ["greeting", "sent-voice", "help-first"]

    told(story)


def test_a_caption_is_heard_as_if_it_had_been_written() -> None:
    async def story() -> None:
        talk, other = Talk(), Talk()
        turn = await talk.send(Media("image", "ref", SUMMARY))
        assert keys(turn) == keys(await other.say(SUMMARY))
        assert talk.state.slots == other.state.slots

    told(story)


@pytest.mark.parametrize("content", [*MEANINGLESS, *QUIET, BASKET, Edited("yes", "m"), Shortcut("book")], ids=str)
def test_while_people_answer_nothing_is_said(content: Content) -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        talk.owner = Owner.HUMAN
        turn = await talk.send(content)
        assert turn.says == []
        assert turn.outcome == "silent"

    told(story)


def test_who_wants_no_messages_is_heard_while_people_answer() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say("hi")
        talk.owner = Owner.HUMAN
        turn = await talk.send(Shortcut("stop"))
        assert (turn.opted_out, keys(turn)) == (True, ["opted-out"])

    told(story)


@pytest.mark.parametrize("content", QUIET, ids=str)
def test_a_reaction_and_a_message_that_is_taken_back_get_no_answer(content: Content) -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        before = talk.raw
        turn = await talk.send(content)
        assert (turn.says, turn.outcome) == ([], "silent")
        assert talk.raw == before

    told(story)


def test_her_own_card_is_her_number() -> None:
    async def story() -> None:
        for phones in (("351912345678",), ("+351 912 345 678",), ("912345678",), ("call me", "+351912345678")):
            talk = Talk()
            await talk.say(SUMMARY)
            await talk.say("yes")
            turn = await talk.send(Contact("Zoe", phones, own=True))
            assert keys(turn) == ["contact-saved"]
            assert talk.state.slots.phone == "+351912345678"

    told(story)


def test_a_foreign_number_keeps_its_country() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say("a haircut tomorrow")
        await talk.send(Contact("Zoe", ("4917612345678",), own=True))
        assert talk.state.slots.phone == "+4917612345678"

    told(story)


def test_a_card_whose_number_is_none_is_told_like_one_that_was_written() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        turn = await talk.send(Contact("Zoe", ("123",), own=True))
        assert keys(turn)[0] == "invalid-phone"
        assert talk.state.slots.phone == ""

    told(story)


def test_somebody_elses_card_is_nobodys_number_here() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        assert keys(await talk.send(Contact("Ben", ("+351961234567",))))[0] == "sent-contact"
        assert talk.state.slots.phone == ""

    told(story)


def test_a_location_after_the_question_where_you_are_is_answered_with_the_way() -> None:
    async def story() -> None:
        talk = Talk()
        assert "unsupported" in keys(await talk.send(PLACE))
        await talk.say("where are you?")
        assert keys(await talk.send(PLACE)) == ["address"]
        await talk.say("a haircut tomorrow")
        assert keys(await talk.send(PLACE))[0] == "unsupported"
        assert keys(await Talk().send(PLACE))[:2] == ["greeting", "unsupported"]

    told(story)


def test_a_basket_goes_to_people_where_there_are_any() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        turn = await talk.send(BASKET)
        assert (turn.owner, turn.outcome) == (Owner.QUEUE, "handed_over")
        assert keys(turn) == ["order-passed-on", "handed-over"]
        assert talk.state.kept is not None
        talk = Talk(alone())
        await talk.say(SUMMARY)
        turn = await talk.send(BASKET)
        assert turn.owner is Owner.BOT
        assert keys(turn) == ["order-not-here", "nobody-here", "summary"]

    told(story)


def test_an_edited_wish_is_heard_while_something_is_under_way() -> None:
    async def story() -> None:
        talk = Talk()
        assert (await talk.send(Edited("a haircut tomorrow", "m"))).says == []
        await talk.say(SUMMARY)
        turn = await talk.send(Edited("a haircut tomorrow at 4pm, I'm Zoe Hart", "m"))
        assert keys(turn) == ["summary"]
        kept = talk.state.kept
        assert kept is not None
        assert kept.starts_at.hour == 16
        assert (await talk.send(Edited("a haircut tomorrow at 4pm, I'm Zoe Hart!", "m"))).says == []

    told(story)


@pytest.mark.parametrize("words", ["yes", "no", "1", "cancel it", "yes, 3pm please", "qwrtz plmk"])
def test_nothing_is_decided_by_a_message_that_was_written_before_the_question(words: str) -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        before = talk.state
        turn = await talk.send(Edited(words, "m"))
        assert (turn.says, turn.outcome, turn.made) == ([], "silent", None)
        assert talk.state == before

    told(story)


def test_the_same_words_written_now_do_decide() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        assert (await talk.say("yes, 3pm please")).made is not None

    told(story)
