"""Cutting texts: in the platform's own unit, at the best border, never inside a character that a reader sees as one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogs.cutting import parts, sendable, shortened, size, with_end
from dialogs.graphemes import border_after, border_before

FAMILY = "👨‍👩‍👧‍👦"
UNITS = ["chars", "bytes", "utf16"]
words = st.text(
    st.sampled_from('ab.! \n\t\u00e9\u0301\u200d😀👨👩🏽🇵🇹각क्ष)"\u05d0') | st.characters(exclude_categories=["Cs"]),
    max_size=300,
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def starts(text: str, found: list[str]) -> list[int]:
    """Return where each part stands in the text."""
    at, places = 0, []
    for part in found:
        while not text.startswith(part, at):
            assert text[at].isspace(), "only white space may be left out"
            at += 1
        places.append(at)
        at += len(part)
    assert not text[at:].strip()
    return places


def widest(text: str, unit: str) -> int:
    """Return the size of the largest grapheme of a text."""
    at = largest = 0
    while at < len(text):
        end = border_after(text, at + 1)
        largest, at = max(largest, size(text[at:end], unit)), end
    return largest


def test_a_part_ends_with_a_paragraph_then_a_sentence_then_a_word() -> None:
    assert parts("First paragraph.\n\nSecond one is here.", 20, "chars") == ["First paragraph.", "Second one is here."]
    assert parts('He said "so it is." Then he went.', 20, "chars") == ['He said "so it is."', "Then he went."]
    assert parts("one two three four five six seven", 20, "chars") == ["one two three four", "five six seven"]


def test_limits_are_counted_as_the_platform_counts() -> None:
    assert [len(part.encode()) for part in parts("é" * 501, 1000, "bytes")] == [1000, 2]
    assert [len(part) for part in parts("😀" * 11, 10, "utf16")] == [5, 5, 1]


def test_the_end_of_a_text_is_as_long_as_a_good_border_allows() -> None:
    text = "A long story. It has an end.\n\nAnd a question. Which one?"
    assert with_end(text, 60, "chars") == [text]
    assert with_end(text, 30, "chars") == ["A long story. It has an end.", "And a question. Which one?"]
    assert with_end(text, 15, "chars") == ["A long story. It has an end.\n\nAnd a question.", "Which one?"]
    assert with_end("one two three four", 9, "chars") == ["one two three", "four"]
    assert with_end("one two three four", 10, "chars") == ["one two", "three four"]
    assert with_end("x" * 10, 4, "chars") == ["x" * 6, "x" * 4]


def test_a_label_is_shortened_at_a_word_where_one_is_near() -> None:
    assert shortened("Balayage with toner and cut", 20, "chars") == "Balayage with toner…"
    assert shortened("Balayage with toners and cut", 20, "chars") == "Balayage with…"
    assert shortened("Cut and blowdryingwithstyling", 20, "chars") == "Cut and blowdryingw…"
    assert shortened("Haircut", 7, "chars") == "Haircut"


def test_a_label_is_shortened_in_the_unit_of_the_channel() -> None:
    assert shortened("Стрижка и укладка", 20, "bytes") == "Стрижка и…"
    assert shortened("😀😀😀😀", 7, "utf16") == "😀😀😀…"
    assert shortened("😀😀😀😀", 8, "utf16") == "😀😀😀😀"


def test_a_label_of_which_nothing_fits_is_empty_and_not_a_bare_ellipsis() -> None:
    assert shortened(FAMILY * 2, 7, "chars") == ""
    assert shortened("ab", 1, "chars") == ""


def test_halves_of_surrogate_pairs_are_put_together_or_replaced() -> None:
    assert sendable("\ud83d\ude00") == "😀"
    assert sendable("a\ud83d") == "a\ufffd"
    assert sendable("a😀") == "a😀"


@pytest.mark.parametrize("unit", UNITS)
@given(words, st.integers(16, 90))
@example(" " * 40 + "\u0301a", 20)
def test_parts_hold_everything_and_keep_characters_whole(unit: str, text: str, limit: int) -> None:
    found = parts(text, limit, unit)
    assert all(part.strip() and size(part, unit) <= limit for part in found)
    assert squeezed("".join(found)) == squeezed(text)
    if widest(text, unit) <= limit:
        assert all(border_before(text, at) == at for at in starts(text, found))


@pytest.mark.parametrize("unit", UNITS)
@given(words, st.integers(4, 60))
@example("a b" + "\u0301" * 30, 10)
def test_the_end_is_within_its_limit_and_nothing_is_lost(unit: str, text: str, limit: int) -> None:
    text = text.strip()
    if not text:
        return
    found = with_end(text, limit, unit)
    assert 1 <= len(found) <= 2
    assert all(part.strip() for part in found)
    assert size(found[-1], unit) <= limit
    assert squeezed("".join(found)) == squeezed(text)
    if widest(text, unit) <= limit:
        assert all(border_before(text, at) == at for at in starts(text, found))


@pytest.mark.parametrize("unit", UNITS)
@given(words, st.integers(2, 40))
def test_a_short_label_is_the_beginning_of_the_whole_one(unit: str, label: str, most: int) -> None:
    short = shortened(label, most, unit)
    assert size(short, unit) <= most
    if short != label:
        assert short == "" or short.endswith("…")
        kept = short[:-1]
        assert label.startswith(kept)
        rest = label[len(kept) :]
        at = len(kept) + len(rest) - len(rest.lstrip())
        assert len(kept) in (border_before(label, len(kept)), 0) or border_before(label, at) == at


@given(words, st.integers(1, 300))
def test_borders_stand_on_either_side_of_a_character(text: str, at: int) -> None:
    before, after = border_before(text, at), border_after(text, at)
    assert before <= at <= after or at > len(text)
    assert border_before(text, before) == before
    assert border_after(text, after) == after
    if before != at:
        assert border_before(text, after) == after


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
    assert {border_after(text, at) for at in range(1, len(text))} == borders | {1 + 2 * width}
