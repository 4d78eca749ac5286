"""Our words in the fields of the Bot API's methods."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Message, SendRefused, Typing
from adapters.telegram.channel import Telegram
from adapters.telegram.menu import COMMANDS, DEFAULT, languages, menu
from adapters.telegram.outbound import deep_link, keyboard, message_fields, peer, typing_fields
from dialogs.fit import fit
from dialogs.messages import Outbound, Reply
from tests.adapters.telegram.channels import words
from tests.adapters.telegram.samples import STEADY
from tests.platforms.telegram_limits import Refusal, check_commands, check_keyboard, check_language, check_text

ANYTHING = st.characters(exclude_categories=())
"""Surrogates, too."""


def laid_out(*labels: str) -> list[list[str]]:
    rows = keyboard([(f"t{number}", label) for number, label in enumerate(labels)])
    return [[button["text"] for button in row] for row in rows]


def test_words_are_plain_text_without_previews() -> None:
    assert message_fields(words(4711, "See *this*: https://bistro.example <b>")) == {
        "chat_id": 4711,
        "text": "See *this*: https://bistro.example <b>",
        "link_preview_options": {"is_disabled": True},
    }


def test_a_business_accounts_customer_is_reached_through_its_connection() -> None:
    fields = message_fields(words("bc-1:4711"))
    assert (fields["chat_id"], fields["business_connection_id"]) == (4711, "bc-1")
    assert typing_fields(Typing("bc-1:4711")) == {
        "chat_id": 4711,
        "business_connection_id": "bc-1",
        "action": "typing",
    }
    assert typing_fields(Typing("4711")) == {"chat_id": 4711, "action": "typing"}


@pytest.mark.parametrize("to", ["", "me", "@ana", "4711 ", ":4711", "a b:4711", "a:b:4711", "1" * 17, "4711\n", "٤٧"])
def test_what_is_no_chat_is_refused(to: str) -> None:
    with pytest.raises(SendRefused, match="not a Telegram chat"):
        peer(to)


@pytest.mark.parametrize("rows", [False, True])
def test_choices_are_buttons_that_carry_their_tokens(rows: bool) -> None:
    fields = message_fields(words(4711, "Shall I book it?", "Yes", "Change", rows=rows))
    assert fields["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "token-0"}, {"text": "Change", "callback_data": "token-1"}]
        ]
    }


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["19:15", "19:30", "20:00", "20:15", "20:45"], [["19:15", "19:30", "20:00", "20:15"], ["20:45"]]),
        (["9:15 AM", "10:30 AM", "2:00 PM"], [["9:15 AM", "10:30 AM", "2:00 PM"]]),
        (["Yes", "Change", "No"], [["Yes", "Change", "No"]]),
        (["Haircut", "Beard trim", "Colour"], [["Haircut", "Beard trim"], ["Colour"]]),
        (["Sat 21 Nov", "Sun 22 Nov", "Mon 23 Nov"], [["Sat 21 Nov", "Sun 22 Nov"], ["Mon 23 Nov"]]),
        (["Anna", "Rosa", "Whoever is free that day"], [["Anna", "Rosa"], ["Whoever is free that day"]]),
        (
            ["Tomorrow at 19:15 with Anna", "Tomorrow at 20:45 with Rosa"],
            [["Tomorrow at 19:15 with Anna"], ["Tomorrow at 20:45 with Rosa"]],
        ),
        (["19:15", "19:30", "Another day", "20:00"], [["19:15", "19:30"], ["Another day", "20:00"]]),
        (["カットとカラー", "カット"], [["カットとカラー", "カット"]]),
        (["カットとカラーとトリートメント", "カット"], [["カットとカラーとトリートメント"], ["カット"]]),
        ([], []),
    ],
)
def test_short_labels_stand_four_in_a_row_medium_ones_two_and_long_ones_alone(
    labels: list[str], rows: list[list[str]]
) -> None:
    assert laid_out(*labels) == rows


@STEADY
@given(labels=st.lists(st.text(min_size=1, max_size=64).filter(str.strip), max_size=100))
def test_no_choice_is_lost_moved_or_refused(labels: list[str]) -> None:
    rows = laid_out(*labels)
    assert [label for row in rows for label in row] == labels
    assert all(1 <= len(row) <= 4 for row in rows)
    check_keyboard({"inline_keyboard": keyboard([("t", label) for label in labels])})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (Outbound(""), "no words"),
        (Outbound(" \n\t"), "no words"),
        (Outbound("x" * 4097), "longer than 4096"),
        (Outbound("😀" * 2049), "longer than 4096"),
        (Outbound("When?", (("", "Yes"),)), "token has 1 to 64 bytes"),
        (Outbound("When?", (("t" * 65, "Yes"),)), "token has 1 to 64 bytes"),
        (Outbound("When?", (("é" * 33, "Yes"),)), "token has 1 to 64 bytes"),
        (Outbound("When?", (("t", ""),)), "without a label"),
        (Outbound("When?", (("t", " "),)), "without a label"),
        (Outbound("When?", tuple((f"t{n}", f"{n}") for n in range(101))), "more than 100 choices"),
    ],
)
def test_what_the_platform_would_not_take_is_refused_before_it_is_sent(content: Outbound, why: str) -> None:
    with pytest.raises(SendRefused, match=why):
        message_fields(Message("4711", content, "key-1"))


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048])
def test_what_just_fits_is_sent(text: str) -> None:
    assert message_fields(words(4711, text))["text"] == text
    fields = message_fields(Message("4711", Outbound("?", (("t" * 64, "x" * 64),)), "key-1"))
    assert len(fields["reply_markup"]["inline_keyboard"]) == 1


def test_half_a_character_is_sent_as_one_that_stands_for_it() -> None:
    fields = message_fields(words(4711, "hi \ud83d there", "a\udc00"))
    assert fields["text"] == "hi \ufffd there"
    assert fields["reply_markup"]["inline_keyboard"][0][0]["text"] == "a\ufffd"


@STEADY
@given(
    text=st.text(alphabet=ANYTHING, max_size=60) | st.text(max_size=3).map(lambda few: few * 2000),
    choices=st.lists(st.tuples(st.text(max_size=70), st.text(max_size=70)), max_size=5),
)
def test_what_is_not_refused_here_is_not_refused_there(text: str, choices: list[tuple[str, str]]) -> None:
    try:
        fields = message_fields(Message("4711", Outbound(text, tuple(choices)), "key-1"))
    except SendRefused:
        return
    check_text(fields["text"])
    check_keyboard(fields.get("reply_markup"))


def test_a_check_of_a_texts_length_in_characters_is_caught() -> None:
    """The broken twin: 4,096 characters are not 4,096 UTF-16 units."""
    text = "😀" * 4096
    assert len(text) <= Telegram.can.text_limit
    with pytest.raises(Refusal, match="too long"):
        check_text(text)


@STEADY
@given(
    text=st.text(max_size=40).map(lambda s: s * 400),
    labels=st.lists(st.text(min_size=1, max_size=90).filter(str.strip), unique=True, max_size=110),
)
def test_what_was_fitted_is_never_refused(text: str, labels: list[str]) -> None:
    choices = tuple((f"token-{n}", label) for n, label in enumerate(labels))
    for outbound in fit(Reply(text, choices), Telegram.can):
        if outbound.text.strip():
            fields = message_fields(Message("4711", outbound, "key-1"))
            check_text(fields["text"])
            check_keyboard(fields.get("reply_markup"))


@pytest.mark.parametrize("payload", ["a", "web-1_X", "x" * 64])
def test_a_link_carries_its_payload(payload: str) -> None:
    assert deep_link("@bistro_bot", payload) == f"https://t.me/bistro_bot?start={payload}"
    assert deep_link("bistro_bot", payload) == deep_link("@bistro_bot", payload)


@pytest.mark.parametrize(
    ("username", "payload"),
    [
        ("bistro_bot", ""),
        ("bistro_bot", "x" * 65),
        ("bistro_bot", "a b"),
        ("bistro_bot", "é"),
        ("bistro_bot", "a\n"),
        ("bistro_bot", "a&b"),
        ("", "a"),
        ("bistro/bot", "a"),
        ("@@bistro_bot", "a"),
        ("b", "a"),
        ("x" * 33, "a"),
    ],
)
def test_what_cannot_be_a_link_is_refused(username: str, payload: str) -> None:
    with pytest.raises(ValueError, match=r"@name|64"):
        deep_link(username, payload)


@STEADY
@given(payload=st.text(max_size=70))
def test_a_link_never_carries_anything_but_what_the_platform_takes(payload: str) -> None:
    try:
        link = deep_link("bistro_bot", payload)
    except ValueError:
        return
    assert re.fullmatch(r"https://t\.me/bistro_bot\?start=[A-Za-z0-9_-]{1,64}", link)


def test_the_menu_is_whole_in_every_language_and_heard_as_shortcuts() -> None:
    from adapters.telegram.contents import SHORTCUTS

    assert set(COMMANDS) == SHORTCUTS - {"start"}
    assert DEFAULT in languages()
    assert len(languages()) == 7
    seen: set[Any] = set()
    for language in languages():
        shown = menu(language)
        assert check_language(language) == language
        check_commands([{"command": name, "description": words} for name, words in shown])
        assert tuple(name for name, _ in shown) == COMMANDS
        assert not seen & {words for _, words in shown}, "no language has the words of another"
        seen |= {words for _, words in shown}
