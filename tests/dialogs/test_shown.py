"""What was sent, as people read it in a transcript."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.messages import (
    Contact,
    Content,
    Deleted,
    Due,
    Edited,
    HandedBack,
    Location,
    Media,
    MediaKind,
    Option,
    Order,
    OrderLine,
    Reaction,
    Shortcut,
    Tap,
    Text,
    Unsupported,
)
from dialogs.shown import line_of, tapped

LINES: list[tuple[Content, str]] = [
    (Text("a haircut\nplease"), "a haircut\nplease"),
    (Media("voice", "r", seconds=7), "[voice note 0:07]"),
    (Media("audio", "r", seconds=187, name="song.mp3"), "[audio 3:07 song.mp3]"),
    (Media("image", "r", "like this,\nplease"), "[picture] like this, please"),
    (Media("video", "r", seconds=61), "[video 1:01]"),
    (Media("document", "r", "the plan", name="plan.pdf"), "[file plan.pdf] the plan"),
    (Media("sticker", "r", name="sticker.webp"), "[sticker]"),
    (Location(38.7, -9.1, "Largo do Chiado", "Lisboa"), "[location] Largo do Chiado, Lisboa"),
    (Location(38.70999, -9.14), "[location] 38.70999, -9.14000"),
    (Contact("Ben Hale", ("+351 961 234 567",)), "[contact] Ben Hale +351 961 234 567"),
    (Contact("", (), own=True), "[contact]"),
    (Order((OrderLine("soap", 2), OrderLine("comb", 1))), "[order] 2 × soap, 1 × comb"),
    (Order((OrderLine("soap", 2),), text="for Friday"), "[order] 2 × soap (for Friday)"),
    (Reaction("👍", "m1"), "👍"),
    (Reaction("", "m1"), "[reaction taken back]"),
    (Edited("at 4pm", "m1"), "edited: at 4pm"),
    (Deleted("m1"), "[message deleted]"),
    (Shortcut("book"), "/book"),
    (Unsupported("poll"), "[poll]"),
    (Tap("token"), "…"),
    (Due("nudge"), ""),
    (HandedBack("Rosa"), ""),
]


@pytest.mark.parametrize(("content", "line"), LINES, ids=[line or type(content).__name__ for content, line in LINES])
def test_the_line_of_what_was_sent(content: Content, line: str) -> None:
    assert line_of(content) == line


def test_every_content_has_its_line() -> None:
    assert {type(content) for content, _ in LINES} == set(get_args(Content))
    assert {content.kind for content, _ in LINES if isinstance(content, Media)} == set(get_args(MediaKind))


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_whatever_is_sent_stands_on_one_line_and_is_not_blank(one: str, other: str, more: list[str]) -> None:
    for content in (Media("document", "r", one, name=other), Location(0, 0, one, other), Contact(one, tuple(more))):
        line = line_of(content)
        assert line.strip()
        assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (Option("yes", "Yes"), "Yes"),
        (Option("at:2026-11-21|900|", "15:00", "2026-11-21", 900), "15:00"),
        (Option("at:2026-11-21|905|", "", "2026-11-21", 905), "2026-11-21 15:05"),
        (Option("date:2026-11-21", "", "2026-11-21"), "2026-11-21"),
        (Option("service:cut", ""), "cut"),
    ],
)
def test_a_tap_is_shown_as_what_was_tapped(option: Option, line: str) -> None:
    assert tapped(option) == line
