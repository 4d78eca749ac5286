"""Entries of a platform's menu mean the same in every language; the language of the app counts until words tell one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, get_args

import pytest

from dialogs.contents import SHORTCUTS
from dialogs.messages import Location, Media, Shortcut, ShortcutName
from dialogs.replies import voice_of
from dialogs.understanding.commands import OptOut
from tests.dialogs.talk import SALON, Talk, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

SUMMARY = "a haircut tomorrow at 3pm, I'm Zoe Hart"
PLACE = Location(38.71, -9.14)


def told(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


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
