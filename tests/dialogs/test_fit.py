"""Fitting replies to channels: nothing is lost, no limit is passed, nothing is cut inside a character."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dialogs.fit import fit, size
from dialogs.graphemes import border_before
from dialogs.messages import Capabilities, Outbound, Reply

TERMINAL = Capabilities(buttons=0, quiet_ms=0)
WHATSAPP = Capabilities(text_limit=1024, buttons=3, button_label=20, list_rows=10, row_label=24)
INSTAGRAM = Capabilities(text_limit=1000, text_unit="bytes", buttons=13, button_label=20)
TIMES = tuple((f"token{n}", label) for n, label in enumerate(("09:00", "10:30", "11:15", "16:45", "19:00")))
FAMILY = "👨‍👩‍👧‍👦"


def labels(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"t{number}", name) for number, name in enumerate(names))


def test_few_choices_are_buttons() -> None:
    assert fit(Reply("When?", TIMES[:3]), WHATSAPP) == [Outbound("When?", buttons=TIMES[:3])]


def test_more_choices_than_buttons_are_a_list() -> None:
    assert fit(Reply("When?", TIMES), WHATSAPP) == [Outbound("When?", rows=TIMES)]


def test_choices_are_numbered_where_nothing_can_be_tapped() -> None:
    assert fit(Reply("When?", TIMES[:2]), TERMINAL) == [Outbound("When?\n1. 09:00\n2. 10:30")]


def test_numbers_are_not_numbered() -> None:
    """Somebody who types 2 where "1. 2" and "2. 3" are shown would get a table for three."""
    assert fit(Reply("How many people?", labels("2", "3", "4")), TERMINAL) == [Outbound("How many people?\n2 · 3 · 4")]


def test_a_long_label_is_shortened_while_it_stays_different() -> None:
    shown = fit(Reply("Which?", labels("Balayage with toner and cut", "Haircut")), WHATSAPP)
    assert shown[0].buttons == labels("Balayage with toner…", "Haircut")


def test_labels_that_would_look_alike_get_the_wider_list() -> None:
    two = labels("Balayage with toner 1st", "Balayage with toner 2nd")
    assert fit(Reply("Which?", two), WHATSAPP) == [Outbound("Which?", rows=two)]


def test_labels_that_look_alike_everywhere_are_numbered() -> None:
    two = labels("Balayage with toner and a cut", "Balayage with toner and a wash")
    (shown,) = fit(Reply("Which?", two), WHATSAPP)
    assert shown.text == "Which?\n1. Balayage with toner and a cut\n2. Balayage with toner and a wash"


def test_a_label_is_not_cut_inside_an_emoji() -> None:
    can = replace(WHATSAPP, button_label=8)
    assert fit(Reply("?", labels(f"abcd{FAMILY}", "b")), can)[0].buttons[0][1] == "abcd…"


def test_a_page_ends_with_a_paragraph_then_a_sentence_then_a_word() -> None:
    can = Capabilities(text_limit=20)
    assert [page.text for page in fit(Reply("First paragraph.\n\nSecond one is here."), can)] == [
        "First paragraph.",
        "Second one is here.",
    ]
    assert [page.text for page in fit(Reply('He said "so it is." Then he went.'), can)] == [
        'He said "so it is."',
        "Then he went.",
    ]
    assert [page.text for page in fit(Reply("one two three four five six seven"), can)] == [
        "one two three four",
        "five six seven",
    ]


def test_numbers_go_on_over_pages_and_a_line_stays_whole() -> None:
    can = Capabilities(text_limit=30)
    pages = fit(Reply("Which of these?", labels("Haircut", "Beard trim", "Shave", "Colour")), can)
    assert [page.text for page in pages] == ["Which of these?\n1. Haircut", "2. Beard trim\n3. Shave", "4. Colour"]


def test_choices_and_card_come_with_the_last_page() -> None:
    can = Capabilities(text_limit=10, buttons=3, cards=True)
    pages = fit(Reply("one two three four", labels("Yes", "No"), card={"id": "b1"}), can)
    assert [bool(page.buttons) for page in pages] == [False, True]
    assert [page.card for page in pages] == [None, {"id": "b1"}]


def test_a_card_is_left_out_where_it_cannot_be_shown() -> None:
    assert fit(Reply("Booked.", card={"id": "b1"}), TERMINAL) == [Outbound("Booked.")]


def test_nothing_to_say_is_no_message() -> None:
    assert fit(Reply(""), TERMINAL) == []


def test_a_limit_in_bytes_counts_bytes() -> None:
    pages = fit(Reply("é" * 501), INSTAGRAM)
    assert [len(page.text.encode()) for page in pages] == [1000, 2]


def test_a_limit_in_utf16_counts_surrogates() -> None:
    pages = fit(Reply("😀" * 11), Capabilities(text_limit=10, text_unit="utf16"))
    assert [len(page.text) for page in pages] == [5, 5, 1]


@pytest.mark.parametrize(
    "cluster",
    [
        "e\u0301",
        FAMILY,
        "👍🏽",
        "🇵🇹",
        "각",
        "\u1100\u1161\u11a8",
        "क्षि",
        "✈\ufe0f",
        "1\ufe0f\u20e3",
        "\r\n",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
    ids=ascii,
)
def test_a_character_of_many_code_points_stays_whole(cluster: str) -> None:
    text = f"a{cluster}{cluster}b"
    width = len(cluster)
    borders = {border_before(text, at) for at in range(1, len(text))}
    assert borders == {1, 1 + width, 1 + 2 * width} - {len(text)}


words = st.text(
    st.sampled_from('ab.! \n\t\u00e9\u0301\u200d😀👨👩🏽🇵🇹각क्ष)"') | st.characters(exclude_categories=["Cs"]),
    max_size=300,
)
channels = st.builds(
    Capabilities,
    text_limit=st.integers(16, 90),
    text_unit=st.sampled_from(["chars", "bytes", "utf16"]),
    buttons=st.integers(0, 4),
    button_label=st.integers(2, 20),
    list_rows=st.integers(0, 10),
    row_label=st.integers(2, 24),
    cards=st.booleans(),
)
choices = st.lists(
    st.text(st.characters(categories=["L", "N", "Mn", "So", "Zs"]), min_size=1, max_size=30), max_size=14
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(words, choices, channels)
@example("x" * 100, ["a"] * 5, Capabilities(text_limit=16))
def test_nothing_is_lost_and_every_limit_is_kept(text: str, names: list[str], can: Capabilities) -> None:
    assume(text.strip() or names)
    reply = Reply(text, labels(*names), card={"id": "b"})
    pages = fit(reply, can)
    last = pages[-1]
    expected = text
    if names and not last.buttons and not last.rows:
        bare = all(" ".join(name.split()).isdecimal() for name in names)
        expected += "·".join(names) if bare else "".join(f"{number}. {name}" for number, name in enumerate(names, 1))
    assert squeezed("".join(page.text for page in pages)) == squeezed(expected)
    for shown, most, width in (
        (last.buttons, can.buttons, can.button_label),
        (last.rows, can.list_rows, can.row_label),
    ):
        if shown:
            assert len(shown) <= most
            assert [token for token, _ in shown] == [token for token, _ in reply.choices]
            assert all(len(label) <= width for _, label in shown)
            assert len({label for _, label in shown}) == len(names)
            for (_, label), name in zip(shown, names, strict=True):
                assert label == name or (label.endswith("…") and name.startswith(label[:-1]))
    assert not any(page.buttons or page.rows or page.card for page in pages[:-1])
    assert last.card == (reply.card if can.cards else None)
    for page in pages:
        assert size(page.text, can.text_unit) <= can.text_limit


@given(words, st.integers(1, 300))
def test_a_border_never_moves_forward_and_stands(text: str, at: int) -> None:
    found = border_before(text, at)
    assert found <= at
    assert border_before(text, found) == found


def test_the_usual_case_is_fast() -> None:
    """A turn has 100 us: fitting its reply may take a fiftieth of it (here with room for a busy machine)."""
    reply = Reply("A table for 2 on Sat 21 Nov at 20:45. Shall I book it?", labels("Yes", "Change"))
    best = float("inf")
    for _ in range(20):
        began = time.perf_counter()
        for _ in range(500):
            fit(reply, WHATSAPP)
        best = min(best, (time.perf_counter() - began) / 500)
    assert best < 6e-6
