"""Messages into WhatsApp's JSON: complete, within every limit, and refused before anything is sent otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.base import Message, SendRefused, Template, Typing, Unreachable
from adapters.whatsapp.outbound import OPENER, to_whatsapp
from dialogs.messages import Outbound, TemplateUse
from tests.platforms.graph_limits import violations

PHONE, USER = "351910000001", "PT.13491208655302741918"
KEY = "c1.o1.m1"


def body(outbound: Outbound, to: str = PHONE, key: str = KEY) -> dict[str, Any]:
    payload = to_whatsapp(Message(to, outbound, key))
    assert violations(payload) == []
    return payload


def pairs(count: int, label: str = "label {}") -> tuple[tuple[str, str], ...]:
    return tuple((f"token-{n}", label.format(n)) for n in range(count))


def test_words_go_out_with_our_key_and_without_a_preview_of_links() -> None:
    assert body(Outbound("Change it here: https://desk.test/b/1")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PHONE,
        "type": "text",
        "text": {"body": "Change it here: https://desk.test/b/1", "preview_url": False},
        "biz_opaque_callback_data": KEY,
    }


def test_three_choices_are_buttons() -> None:
    interactive = body(Outbound("When?", buttons=pairs(3)))["interactive"]
    assert interactive["type"] == "button"
    assert interactive["action"]["buttons"][2] == {"type": "reply", "reply": {"id": "token-2", "title": "label 2"}}


def test_ten_choices_are_a_list_whose_second_lines_are_there_where_they_say_something() -> None:
    details = ("the whole first label", *[""] * 9)
    interactive = body(Outbound("Which?", rows=pairs(10), details=details, opener="Choose"))["interactive"]
    assert interactive["action"]["button"] == "Choose"
    (section,) = interactive["action"]["sections"]
    assert section["rows"][0] == {"id": "token-0", "title": "label 0", "description": "the whole first label"}
    assert section["rows"][1] == {"id": "token-1", "title": "label 1"}
    assert "title" not in section  # only several sections need titles


def test_a_list_without_a_word_for_its_button_is_shown_all_the_same() -> None:
    assert body(Outbound("Which?", rows=pairs(4)))["interactive"]["action"]["button"] == OPENER


@pytest.mark.parametrize("to", [PHONE, f"+{PHONE}"])
def test_a_number_is_written_to(to: str) -> None:
    payload = body(Outbound("hi"), to)
    assert payload["to"] == to
    assert "recipient" not in payload


@pytest.mark.parametrize("to", [USER, "US.1a2B3c", "US.ENT.11815799212886844830", "BR." + "x" * 128])
def test_a_user_id_is_a_recipient(to: str) -> None:
    payload = body(Outbound("hi"), to)
    assert payload["recipient"] == to
    assert "to" not in payload


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "120363043@g.us",
        "US.",
        "us.123",
        "US.12/3",
        "US." + "1" * 129,
        "12",
        "1" * 16,
        "٣٥١٩١٠٠٠٠٠",
        f"{PHONE}\n",
    ],
)
def test_nobody_else_is_written_to(to: str) -> None:
    with pytest.raises(Unreachable):
        to_whatsapp(Message(to, Outbound("hi"), KEY))


def test_without_a_key_none_is_handed_along() -> None:
    assert "biz_opaque_callback_data" not in body(Outbound("hi"), key="")


def test_the_longest_of_everything_fits() -> None:
    assert body(Outbound("x" * 4096))
    assert body(Outbound("x" * 1024, buttons=(("i" * 256, "x" * 20),)))
    assert body(Outbound("x" * 1024, rows=(("i" * 200, "x" * 24),), details=("x" * 72,), opener="x" * 20))
    assert body(Outbound("hi"), key="k" * 512)


TOO_MUCH = {
    "no words": (Outbound(" \n"), "must not be empty"),
    "4097 characters": (Outbound("x" * 4097), "4096 characters, not 4097"),
    "no words above choices": (Outbound("", buttons=pairs(2)), "must not be empty"),
    "1025 characters above choices": (Outbound("x" * 1025, buttons=pairs(2)), "1024 characters, not 1025"),
    "1025 characters above a list": (Outbound("x" * 1025, rows=pairs(2)), "1024 characters, not 1025"),
    "buttons and a list": (Outbound("?", buttons=pairs(1), rows=pairs(1)), "either buttons or a list"),
    "4 buttons": (Outbound("?", buttons=pairs(4)), "3 buttons, not 4"),
    "11 rows": (Outbound("?", rows=pairs(11)), "10 rows, not 11"),
    "a long button": (Outbound("?", buttons=(("t", "x" * 21),)), "20 characters, not 21"),
    "a button without words": (Outbound("?", buttons=(("t", " "),)), "must not be empty"),
    "a button without an id": (Outbound("?", buttons=(("", "yes"),)), "must not be empty"),
    "a button with a long id": (Outbound("?", buttons=(("i" * 257, "yes"),)), "256 characters, not 257"),
    "an id with a space at its end": (Outbound("?", buttons=(("t ", "yes"),)), "space"),
    "equal buttons": (Outbound("?", buttons=(("a", "yes"), ("b", "yes "))), "labels of buttons must be different"),
    "equal ids": (Outbound("?", buttons=(("a", "yes"), ("a", "no"))), "ids of buttons must be different"),
    "equal ids of rows": (Outbound("?", rows=(("a", "yes"), ("a", "no"))), "ids of rows must be different"),
    "a long row": (Outbound("?", rows=(("t", "x" * 25),)), "24 characters, not 25"),
    "a row with a long id": (Outbound("?", rows=(("i" * 201, "yes"),)), "200 characters, not 201"),
    "a long second line": (Outbound("?", rows=pairs(1), details=("x" * 73,)), "72 characters, not 73"),
    "fewer second lines than rows": (Outbound("?", rows=pairs(2), details=("x",)), "2 rows has 1 second lines"),
    "a long word on the list's button": (Outbound("?", rows=pairs(1), opener="x" * 21), "20 characters, not 21"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_does_not_fit_is_refused_and_the_limit_is_named(name: str) -> None:
    outbound, why = TOO_MUCH[name]
    with pytest.raises(SendRefused, match=why) as refused:
        to_whatsapp(Message(PHONE, outbound, KEY))
    assert "x" * 21 not in str(refused.value)  # the limit is named, the words are not quoted


def test_a_key_that_is_too_long_is_refused() -> None:
    with pytest.raises(SendRefused, match="512"):
        to_whatsapp(Message(PHONE, Outbound("hi"), "k" * 513))


def test_half_an_emoji_does_not_keep_the_rest_from_being_sent() -> None:
    payload = body(Outbound("see you \ud83d soon"))
    assert payload["text"]["body"].encode() == "see you � soon".encode()


def test_a_template_goes_out_as_one() -> None:
    use = TemplateUse("reminder", "pt", ("Ana", "Corte", "sáb. 10:30", "Rua 1"), "abc")
    payload = to_whatsapp(Template(USER, use, KEY))
    assert violations(payload) == []
    assert payload["recipient"] == USER
    assert payload["type"] == "template"
    assert payload["template"]["name"] == "frontdesk_reminder"
    assert payload["biz_opaque_callback_data"] == KEY


def test_typing_reads_the_message_that_is_being_answered() -> None:
    payload = to_whatsapp(Typing(PHONE, "wamid.1"))
    assert violations(payload) == []
    assert payload["typing_indicator"] == {"type": "text"}
    assert payload["message_id"] == "wamid.1"
