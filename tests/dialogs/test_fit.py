"""Fitting replies to channels: nothing is lost, no limit is passed, and choices look the same wherever they are."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.cutting import sendable
from dialogs.fit import fit, pages, size
from dialogs.messages import Capabilities, Outbound, Pager, Reply, TemplateUse
from tests.chat.wire import SHOWN

TERMINAL, WHATSAPP, INSTAGRAM = SHOWN["terminal"], SHOWN["whatsapp"], SHOWN["instagram"]
TIMES = tuple((f"token{n}", label) for n, label in enumerate(("09:00", "10:30", "11:15", "16:45", "19:00")))
FAMILY = "👨‍👩‍👧‍👦"
MORE = Pager(tuple(f"page{page}" for page in range(1, 50)), "More", "Tap one, or write its number.")


def labels(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"t{number}", name) for number, name in enumerate(names))


def many(count: int) -> tuple[tuple[str, str], ...]:
    return labels(*(f"Choice {chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(count)))


def test_few_choices_are_buttons() -> None:
    assert fit(Reply("When?", TIMES[:3]), WHATSAPP) == [Outbound("When?", buttons=TIMES[:3])]


def test_more_choices_than_buttons_are_a_list_that_is_opened_in_the_customers_language() -> None:
    reply = Reply("Quando?", TIMES, opener="Escolher")
    assert fit(reply, WHATSAPP) == [Outbound("Quando?", rows=TIMES, opener="Escolher")]
    assert fit(replace(reply, choices=TIMES[:2]), WHATSAPP)[0].opener == ""


def test_choices_are_numbered_where_nothing_can_be_tapped() -> None:
    assert fit(Reply("When?", TIMES[:2]), TERMINAL) == [Outbound("When?\n1. 09:00\n2. 10:30")]


def test_numbers_are_not_numbered() -> None:
    """Somebody who types 2 where "1. 2" and "2. 3" are shown would get a table for three."""
    assert fit(Reply("How many people?", labels("2", "3", "4")), TERMINAL) == [Outbound("How many people?\n2 · 3 · 4")]
    sizes = labels(*map(str, range(1, 21)))
    (shown,) = fit(Reply("How many people?", sizes, pager=MORE), WHATSAPP)
    assert shown.rows == (*sizes[:9], ("page1", "More"))


def test_a_long_label_is_shortened_while_it_stays_different() -> None:
    shown = fit(Reply("Which?", labels("Balayage with toner and cut", "Haircut")), WHATSAPP)
    assert shown[0].buttons == labels("Balayage with toner…", "Haircut")


def test_labels_that_would_look_alike_get_the_wider_list() -> None:
    two = labels("Balayage with toner 1st", "Balayage with toner 2nd")
    assert fit(Reply("Which?", two), WHATSAPP) == [Outbound("Which?", rows=two)]


def test_labels_that_look_alike_are_told_apart_by_the_second_line_of_their_rows() -> None:
    two = labels("Balayage with toner and a cut", "Balayage with toner and a wash")
    (shown,) = fit(Reply("Which?", two), WHATSAPP)
    assert [label for _, label in shown.rows] == ["Balayage with toner and…", "Balayage with toner and…"]
    assert shown.details == ("Balayage with toner and a cut", "Balayage with toner and a wash")


def test_a_row_whose_label_is_whole_has_no_second_line() -> None:
    (shown,) = fit(Reply("Which?", labels("Haircut", "Balayage with toner and a wash", "Cut", "Wash")), WHATSAPP)
    assert shown.details == ("", "Balayage with toner and a wash", "", "")


def test_labels_that_look_alike_everywhere_are_numbered() -> None:
    two = labels("Balayage with toner and a cut", "Balayage with toner and a wash")
    (shown,) = fit(Reply("Which?", two), replace(WHATSAPP, row_detail=0))
    assert shown.text == "Which?\n1. Balayage with toner and a cut\n2. Balayage with toner and a wash"
    assert fit(Reply("Which?", labels("Ann", "Ann")), WHATSAPP) == [Outbound("Which?\n1. Ann\n2. Ann")]


def test_a_choice_without_a_label_is_no_button() -> None:
    assert fit(Reply("Which?", labels("Ann", " \n")), WHATSAPP) == [Outbound("Which?\n1. Ann\n2.")]


def test_a_label_is_not_cut_inside_an_emoji() -> None:
    can = replace(WHATSAPP, button_label=8)
    assert fit(Reply("?", labels(f"abcd{FAMILY}", "b")), can)[0].buttons[0][1] == "abcd…"


def test_labels_count_in_the_unit_of_their_channel() -> None:
    two = labels("Стрижка и укладка", "Стрижка")  # 32 bytes and 14
    assert fit(Reply("?", two), INSTAGRAM)[0].buttons == labels("Стрижка и…", "Стрижка")


def test_many_choices_are_pages_of_a_list_and_their_numbers_go_on() -> None:
    choices = many(25)
    reply = Reply("Which one?", choices, pager=MORE)
    assert pages(25, WHATSAPP) == 3
    first, second, last = (fit(replace(reply, page=page), WHATSAPP)[0] for page in range(3))
    assert first.text == "Which one?\nTap one, or write its number."
    assert second.text == last.text == "Which one?"
    assert first.rows[0] == ("t0", "1. Choice aa")
    assert first.rows[-1] == ("page1", "More")
    assert second.rows[0] == ("t9", "10. Choice aj")
    assert second.rows[-1] == ("page2", "More")
    assert [token for token, _ in last.rows] == [f"t{at}" for at in range(18, 25)]


def test_a_page_that_there_is_not_is_the_last_one() -> None:
    reply = Reply("Which one?", many(25), pager=MORE)
    assert fit(replace(reply, page=40), WHATSAPP) == fit(replace(reply, page=2), WHATSAPP)
    assert fit(replace(reply, page=-1), WHATSAPP) == fit(reply, WHATSAPP)


def test_a_number_before_a_row_takes_its_room_and_the_whole_label_goes_below() -> None:
    names = [f"Balayage with toner and cut {chr(97 + at)}" for at in range(11)]
    (shown,) = fit(Reply("Which?", labels(*names), pager=MORE), WHATSAPP)
    assert shown.rows[0][1] == "1. Balayage with toner…"
    assert shown.details == (*names[:9], "")


def test_namesakes_are_told_apart_by_their_numbers() -> None:
    (shown,) = fit(Reply("Which?", labels(*["Ann"] * 11), pager=MORE), WHATSAPP)
    assert [label for _, label in shown.rows[:3]] == ["1. Ann", "2. Ann", "3. Ann"]


def test_many_choices_without_a_way_to_the_next_page_are_numbered_lines() -> None:
    for reply, can in (
        (Reply("Which?", many(11)), WHATSAPP),
        (Reply("Which?", many(11), pager=Pager((), "More")), WHATSAPP),
        (Reply("Which?", many(14), pager=MORE), INSTAGRAM),
    ):
        shown = fit(reply, can)
        assert not any(page.rows or page.buttons for page in shown)
        assert "11. " in shown[-1].text


def test_numbers_go_on_over_messages_and_a_line_stays_whole() -> None:
    can = Capabilities(text_limit=30)
    shown = fit(Reply("Which of these?", labels("Haircut", "Beard trim", "Shave", "Colour")), can)
    assert [page.text for page in shown] == ["Which of these?\n1. Haircut", "2. Beard trim\n3. Shave", "4. Colour"]


def test_a_text_that_is_too_long_above_choices_goes_ahead_of_them() -> None:
    story = "This happened then. " * 80
    shown = fit(Reply(f"{story}\n\nWhich one?", TIMES), WHATSAPP)
    assert [bool(page.rows) for page in shown] == [False, True]
    assert shown[0].text == story.strip()
    assert shown[1].text == "Which one?"
    assert len(shown[0].text) > WHATSAPP.choices_text_limit


def test_choices_template_and_card_come_with_the_last_message() -> None:
    can = Capabilities(text_limit=10, buttons=3, cards=True)
    use = TemplateUse("confirmation", "en", ("Ana", "Cut", "now", "here"))
    shown = fit(Reply("one two three four", labels("Yes", "No"), card={"id": "b1"}, template=use), can)
    assert [bool(page.buttons) for page in shown] == [False, True]
    assert [page.card for page in shown] == [None, {"id": "b1"}]
    assert [page.template for page in shown] == [None, use]


def test_a_card_is_left_out_where_it_cannot_be_shown() -> None:
    assert fit(Reply("Booked.", card={"id": "b1"}), TERMINAL) == [Outbound("Booked.")]
    assert fit(Reply("", card={"id": "b1"}), SHOWN["webchat"]) == [Outbound("", card={"id": "b1"})]


def test_nothing_to_say_is_no_message() -> None:
    assert fit(Reply(""), TERMINAL) == []
    assert fit(Reply(" \n "), WHATSAPP) == []


def test_choices_alone_get_a_line_above_them_or_numbers() -> None:
    assert fit(Reply("  ", TIMES[:2], opener="Choose"), WHATSAPP) == [Outbound("Choose", buttons=TIMES[:2])]
    assert fit(Reply("", TIMES[:2]), WHATSAPP) == [Outbound("1. 09:00\n2. 10:30")]
    assert fit(Reply("", many(11), pager=MORE, opener="Choose"), WHATSAPP)[0].text == MORE.hint


anything = st.text(st.characters(), max_size=400) | st.text(
    st.sampled_from('ab.! \n\t\u00e9\u0301\u200d😀👨👩🏽🇵🇹각क्ष)"\u05d0\u200f\ud83d\ude00'), max_size=400
)
texts = anything | st.tuples(anything, st.integers(2, 30)).map(lambda one: one[0] * one[1])
names = st.lists(st.text(st.characters(), max_size=90) | st.integers(1, 60).map(str), max_size=50)


def squeezed(text: str) -> str:
    return "".join(text.split())


def check(reply: Reply, can: Capabilities, fitted_to: Capabilities | None = None) -> None:
    """Check everything that a platform would refuse, and that nothing of the text is missing."""
    shown = fit(reply, fitted_to or can)
    for page in shown:
        limit = (can.choices_text_limit or can.text_limit) if page.buttons or page.rows else can.text_limit
        page.text.encode()
        assert page.text.strip()
        assert size(page.text, can.text_unit) <= limit
        for choices, most, width in ((page.buttons, can.buttons, can.button_label), (page.rows, can.list_rows, 24)):
            assert len(choices) <= most
            assert all(0 < size(label, can.text_unit) <= width for _, label in choices)
            assert all(len(token.encode()) <= 64 for token, _ in choices)
            assert all(label == " ".join(label.split()) for _, label in choices)
        assert len(page.details) in (0, len(page.rows))
        assert all(size(detail, can.text_unit) <= can.row_detail for detail in page.details)
        apart = set(zip(page.rows, page.details, strict=True)) if page.details else set(page.rows)
        assert len({(label, detail) for (_, label), detail in apart} if page.details else apart) == len(page.rows)
        assert size(page.opener, can.text_unit) <= can.button_label
        assert not (page.buttons and page.rows)
    if not reply.choices:
        assert squeezed("".join(page.text for page in shown)) == squeezed(sendable(reply.text))
        return
    assert shown, "choices are never lost"
    assert not any(page.buttons or page.rows for page in shown[:-1])
    whole = squeezed("".join(page.text for page in shown))
    assert whole.startswith(squeezed(sendable(reply.text)) or whole)
    tapped = [token for token, _ in shown[-1].buttons or shown[-1].rows]
    tokens = [token for token, _ in reply.choices]
    if not tapped:
        bare = all(" ".join(label.split()).isdecimal() for _, label in reply.choices)
        assert all(bare or squeezed(f"{number}.") in whole for number in range(1, len(tokens) + 1))
    elif tapped != tokens:
        *some, more = tapped if tapped[-1].startswith("page") else [*tapped, ""]
        assert reply.pager
        assert some == tokens[tokens.index(some[0]) :][: len(some)]
        assert more or some[-1] == tokens[-1]


@pytest.mark.parametrize("channel", SHOWN)
@given(texts, names, st.integers(0, 6), st.sampled_from(["", "Choose", "Wählen Sie bitte eine Zeile aus"]))
@example(" \n" * 2000, [], 0, "")
@example("\ud83d" * 1200, ["\ude00", "a", "b", "c"], 0, "Choose")
def test_no_platform_would_refuse_what_is_sent(
    channel: str, text: str, said: list[str], page: int, opener: str
) -> None:
    check(Reply(text, labels(*said), pager=MORE, page=page, opener=opener), SHOWN[channel])


@pytest.mark.parametrize("channel", SHOWN)
@pytest.mark.parametrize(
    "piece",
    ["x", " ", "word ", "Sentence one. ", "e\u0301", "\u0301", FAMILY, "🇵🇹", "مرحبا ", "क्षि", "\u200d", "\r\n"],
    ids=ascii,
)
def test_a_hundred_thousand_characters_are_fitted_in_no_time(channel: str, piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = time.perf_counter()
    check(Reply(text), SHOWN[channel])
    check(Reply(text, labels("Yes", "No"), opener="Choose"), SHOWN[channel])
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    ("reply", "wider"),
    [
        (Reply("x" * 1025, TIMES[:2]), {"choices_text_limit": 1025}),
        (Reply("x" * 4097), {"text_limit": 4097}),
        (Reply("Which?", labels("One label of 21 chars", "Two")), {"button_label": 21}),
        (Reply("Which?", many(4)), {"buttons": 4}),
        (Reply("Which?", labels("A label of some 25 letter", "b", "c", "d")), {"row_label": 25}),
        (Reply("Which?", labels("x" * 73, "b", "c", "d")), {"row_detail": 73}),
        (Reply("Which?", TIMES, opener="An opener of 21 chars"), {"button_label": 21}),
    ],
    ids=lambda one: "+".join(one) if isinstance(one, dict) else "",
)
def test_a_limit_that_is_off_by_one_is_seen(reply: Reply, wider: dict[str, int]) -> None:
    check(reply, WHATSAPP)
    with pytest.raises(AssertionError):
        check(reply, WHATSAPP, replace(WHATSAPP, **wider))  # type: ignore[arg-type]


def test_the_usual_case_is_fast() -> None:
    """A turn has 100 us: fitting its reply may take a tenth of it, on a busy machine too."""
    reply = Reply("A table for 2 on Sat 21 Nov at 20:45. Shall I book it?", labels("Yes", "Change"))
    best = float("inf")
    for _ in range(20):
        began = time.perf_counter()
        for _ in range(500):
            fit(reply, WHATSAPP)
        best = min(best, (time.perf_counter() - began) / 500)
    assert best < 10e-6
