"""What is sent besides words and taps: heard where it means something, answered kindly where it does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import pytest

from dialogs.contents import SHORTCUTS
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
    ShortcutName,
    Unsupported,
)
from dialogs.replies import Replies, voice_of
from dialogs.stages import Stage
from dialogs.state import Kept, State, load
from dialogs.understanding.commands import OptOut
from domain.conversations import Owner
from tests.dialogs.talk import BISTRO, SALON, Talk, keys

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


def test_every_entry_of_the_menu_means_something() -> None:
    assert set(SHORTCUTS) == set(get_args(ShortcutName))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("start", "help-first"),
        ("help", "help"),
        ("book", "ask-service"),
        ("bookings", "no-bookings"),
        ("change", "no-bookings"),
        ("cancel", "no-bookings"),
        ("person", "handed-over"),
        ("stop", "opted-out"),
    ],
)
def test_an_entry_of_the_menu_does_what_it_says_in_every_language(name: ShortcutName, said: str) -> None:
    async def story() -> None:
        for language in SALON.business.languages:
            talk = Talk(can=None)
            talk.hint = language
            turn = await talk.send(Shortcut(name))
            assert said in keys(turn)
            assert voice_of(turn).language == language

    told(story)


def test_the_menu_moves_and_cancels_what_is_booked() -> None:
    async def story() -> None:
        talk = Talk()
        await talk.say(SUMMARY)
        await talk.say("yes")
        assert "your-booking" in keys(await talk.send(Shortcut("bookings")))
        assert "which-booking-it-is" in keys(await talk.send(Shortcut("change")))
        assert "ask-cancel" in keys(await talk.send(Shortcut("cancel")))
        turn = await talk.send(Shortcut("cancel"))
        assert (keys(turn), turn.made) == (["ask-cancel-again"], None)
        assert (await talk.say("yes")).outcome == "cancelled"

    told(story)


def test_who_wanted_no_messages_is_answered_when_they_use_the_menu() -> None:
    async def story() -> None:
        for name in get_args(ShortcutName):
            talk = Talk()
            await talk.mean(OptOut())
            assert (await talk.send(Media("voice", "ref"))).says == []
            turn = await talk.send(Shortcut(name))
            assert turn.says == [] if name == "stop" else turn.says
            assert turn.opted_out == (name == "stop")

    told(story)


async def begun(*words: str, directory: Directory = SALON) -> tuple[Talk, State]:
    """Return a conversation in which this was said, and its state as another one would be given it."""
    talk = Talk(directory)
    for one in words:
        await talk.say(one)
    return talk, load(talk.raw)


async def arrived(there: State, talk: Talk | None = None) -> tuple[Talk, Any]:
    here = talk or Talk()
    here.arrived_with = there
    turn = await here.send(Shortcut("start", "c-4f7c2a9e"))
    here.arrived_with = None
    return here, turn


def test_what_was_begun_elsewhere_is_gone_on_with() -> None:
    async def story() -> None:
        _, there = await begun("hola", "un corte mañana a las 3 de la tarde")
        here, turn = await arrived(there)
        assert keys(turn) == ["greeting", "link-arrived", "ask-name"]
        assert here.state.language == "es"
        assert here.state.slots.date == there.slots.date
        assert (here.state.kept, here.state.failed) == (None, 0)
        assert keys(await here.say("Zoe Hart")) == ["summary"]

    told(story)


def test_what_was_kept_offered_and_counted_there_stays_there() -> None:
    async def story() -> None:
        elsewhere, there = await begun(SUMMARY)
        there.failed, there.nudged = 1, True
        assert isinstance(there.kept, Kept)
        here = Talk()
        here, turn = await arrived(there, here)
        assert keys(turn)[1:] == ["link-arrived", "summary"]
        kept = here.state.kept
        assert kept is not None
        assert kept.hold_id != there.kept.hold_id
        assert (here.state.failed, here.state.nudged) == (0, False)
        offer, theirs = here.state.offer, elsewhere.state.offer
        assert offer is not None
        assert theirs is not None
        assert offer.id != theirs.id

    told(story)


def test_a_link_that_has_run_out_says_so_and_greets() -> None:
    async def story() -> None:
        assert keys(await Talk().send(Shortcut("start", "c-old"))) == ["greeting", "link-over", "help-first"]
        assert keys(await Talk().send(Shortcut("start"))) == ["greeting", "help-first"]

    told(story)


def test_a_booking_that_was_made_there_can_be_moved_here() -> None:
    async def story() -> None:
        talk, there = await begun(SUMMARY, "yes", "skip")
        here, turn = await arrived(there, talk)
        assert keys(turn) == ["your-booking", "help-first"]
        assert here.state.booking == there.booking
        other, moving = await begun(SUMMARY, "yes", "skip", "can I move my appointment?")
        here = Talk()
        here.calendar = other.calendar
        _, turn = await arrived(moving, here)
        assert keys(turn) == ["greeting", "link-arrived", "which-booking-it-is", "ask-new-date"]
        assert keys(await here.say("Monday at 10")) == ["summary-move"]

    told(story)


def test_a_booking_that_is_gone_meanwhile_is_told() -> None:
    async def story() -> None:
        _, moving = await begun(SUMMARY, "yes", "skip", "can I move my appointment?")
        here, turn = await arrived(moving)  # another calendar, in which there is no such booking
        assert keys(turn)[:3] == ["greeting", "link-arrived", "booking-closed"]
        assert here.state.form == ""

    told(story)


def test_a_cancellation_goes_on_with_its_question() -> None:
    async def story() -> None:
        talk, _ = await begun(SUMMARY, "yes", "skip", "cancel my appointment")
        _, turn = await arrived(load(talk.raw), talk)
        assert keys(turn) == ["link-arrived", "ask-cancel"]
        assert (await talk.say("yes")).outcome == "cancelled"

    told(story)


def test_what_is_under_way_here_becomes_the_draft_and_its_time_is_given_back() -> None:
    async def story() -> None:
        _, there = await begun("a beard trim on Tuesday")
        here = Talk()
        await here.say(SUMMARY)
        kept = here.state.kept
        assert kept is not None
        await arrived(there, here)
        assert here.state.frame is not None
        assert here.state.frame.slots.service != here.state.slots.service
        start, end = kept.blocks_from, kept.blocks_until
        assert not await here.calendar.busy(kept.resource_ids, start, end, here.clock.now())

    told(story)


def test_a_day_that_is_over_meanwhile_is_asked_again() -> None:
    async def story() -> None:
        _, there = await begun("a table for 2 tomorrow at 8pm", directory=BISTRO)
        here = Talk(BISTRO)
        here.wait(timedelta(days=3))
        _, turn = await arrived(there, here)
        assert keys(turn)[-1] == "ask-date"
        assert here.state.slots.party_size == 2
        assert here.state.stage == Stage.COLLECTING

    told(story)


def test_the_language_of_the_app_counts_until_words_tell_another() -> None:
    async def story() -> None:
        talk = Talk()
        talk.hint = "pt"
        turn = await talk.send(Shortcut("start"))
        assert voice_of(turn).language == "pt"
        talk.hint = ""  # a tap or a timer does not say it again
        assert voice_of(await talk.tap(0)).language == "pt"
        turn = await talk.say("tomorrow please")
        assert voice_of(turn).language == "en"
        talk.hint = "pt"
        assert voice_of(await talk.send(PLACE)).language == "en"

    told(story)


def test_a_language_that_the_business_does_not_speak_is_no_hint() -> None:
    async def story() -> None:
        talk = Talk()
        talk.hint = "fi"
        assert voice_of(await talk.send(Shortcut("start"))).language == SALON.business.languages[0]

    told(story)
