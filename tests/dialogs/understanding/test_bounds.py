"""Reading is bounded: the work done on hostile texts, counted in steps, grows with their length and no faster."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING

import pytest

from dialogs.understanding import contacts, figures, phrases, plain, rules
from dialogs.understanding.commands import Heard
from dialogs.understanding.lexicon import languages, load
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.rules import Rules
from dialogs.understanding.text import LONGEST, fold, tokens
from tests.dialogs.understanding.hostile import NASTY, grown, lines_run
from tests.dialogs.understanding.scenes import CATALOGUES, NOW, RESTAURANT, SALON

if TYPE_CHECKING:
    from dialogs.understanding.catalogue import Catalogue
    from dialogs.understanding.lexicon import Lexicon

STEPS_A_TOKEN = 15
STEPS_A_GROWN_TOKEN = 40
"""The most that a beginning of a language's own phrases may cost: fillers make several readings of it."""
LINES_A_SIGN = 450
"""Lines of code that one character may cost."""
GROWN = 250


def steps(
    text: str, lexicon: Lexicon, catalogue: Catalogue = SALON, reader: type[Phrases] = Phrases
) -> tuple[int, int]:
    said = tokens(text)
    return reader(said, [fold(word) for word in said], lexicon, catalogue, NOW.date()).visits, len(said)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", NASTY)
def test_the_steps_of_reading_grow_with_the_words_and_no_faster(kind: str, language: str) -> None:
    unit, lexicon = NASTY[kind], load(language, "salon")
    short, few = steps((unit * 10_000)[:500], lexicon)
    long, many = steps((unit * 10_000)[:2000], lexicon)
    assert short <= STEPS_A_TOKEN * few
    assert long <= STEPS_A_TOKEN * many
    assert many <= 2000


def dearest(lexicon: Lexicon, catalogue: Catalogue, reader: type[Phrases] = Phrases) -> tuple[float, float, str]:
    """Return the most steps a word that a beginning of a phrase costs, and how that grows with its length."""
    found = []
    for unit in grown(lexicon, GROWN):
        visits, size = steps((unit * 200)[:400], lexicon, catalogue, reader)
        found.append((visits / size, unit))
    found.sort(reverse=True)
    growth = [
        (visits / size / short, unit)
        for short, unit in found[:12]
        for visits, size in [steps((unit * 800)[:1600], lexicon, catalogue, reader)]
    ]
    return found[0][0], max(growth)[0], found[0][1]


@pytest.mark.parametrize("trade", CATALOGUES)
@pytest.mark.parametrize("language", languages())
def test_no_phrase_of_a_language_is_dear_to_begin_again_and_again(language: str, trade: str) -> None:
    dear, growth, unit = dearest(load(language, trade), CATALOGUES[trade])
    assert dear <= STEPS_A_GROWN_TOKEN, unit
    assert growth <= 1.2, unit


def unlimited() -> type[Phrases]:
    """Return a reader that skips any number of fillers: the walk as it is written, without its guard."""
    written = textwrap.dedent(inspect.getsource(Phrases._walk))
    guard = re.search(r"\n\s+and not \(at > start \+ 2 [^\n]*# keeps it linear", written)
    assert guard is not None
    space = {**vars(phrases)}
    exec(written.replace(guard[0], ""), space)
    return type("Unlimited", (Phrases,), {"__slots__": (), "_walk": space["_walk"]})


def test_the_broken_twin_that_skips_any_number_of_fillers_is_caught() -> None:
    lexicon = load("en", "salon")
    reader = unlimited()

    def a_word(many: int, kind: type[Phrases]) -> float:
        visits, size = steps("with " * many + "the " * many, lexicon, reader=kind)
        return visits / size

    assert a_word(200, Phrases) <= 1.2 * a_word(50, Phrases) <= STEPS_A_GROWN_TOKEN
    assert a_word(200, reader) > 3 * a_word(50, reader)


@pytest.mark.parametrize("kind", NASTY)
def test_ten_thousand_characters_are_read_as_their_beginning(kind: str) -> None:
    text = (NASTY[kind] * 10_000)[:10_000]
    for asked in ("", "name", "phone"):
        whole = Rules().read(Heard(text, NOW, SALON, language="en", asked=asked))
        cut = Rules().read(Heard(text[:LONGEST], NOW, SALON, language="en", asked=asked))
        assert whole == cut


def lines(text: str, catalogue: Catalogue, asked: str, language: str = "en") -> int:
    reader, heard = Rules(), Heard(text, NOW, catalogue, language=language, asked=asked)
    reader.read(heard)  # what is compiled once is compiled
    return lines_run(lambda: reader.read(heard))


@pytest.mark.parametrize("asked", ["", "phone", "party_size"])
@pytest.mark.parametrize("kind", NASTY)
def test_all_that_is_done_with_a_message_is_bounded(kind: str, asked: str) -> None:
    catalogue = RESTAURANT if asked == "party_size" else SALON
    half = lines((NASTY[kind] * 1000)[: LONGEST // 2], catalogue, asked)
    whole = lines((NASTY[kind] * 10_000)[:10_000], catalogue, asked)
    assert whole <= LINES_A_SIGN * LONGEST
    assert whole <= 2.5 * half + 2000


@pytest.mark.parametrize("language", languages())
def test_a_message_in_every_language_is_bounded(language: str) -> None:
    units = grown(load(language, "salon"), 8)
    for unit in units:
        half = lines((unit * 500)[: LONGEST // 2], SALON, "", language)
        whole = lines((unit * 500)[:LONGEST], SALON, "", language)
        assert whole <= LINES_A_SIGN * LONGEST, unit
        assert whole <= 3.3 * half + 2000, unit  # some are read in two languages when they are longer


def test_a_reader_without_its_bounds_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the cut all of a message is read; without the bound on loose numbers each is compared with all others."""
    text = "1 2-3(4)" * 1250
    bounded = lines(text, SALON, "phone")
    monkeypatch.setattr(figures, "_FIGURES_MOST", 10_000)
    unbounded = lines(text, SALON, "phone")
    assert unbounded > 2.5 * lines(text[: LONGEST // 2], SALON, "phone") + 2000
    monkeypatch.undo()
    monkeypatch.setattr(rules, "LONGEST", 10_000)
    assert lines("monday next " * 800, SALON, "") > LINES_A_SIGN * LONGEST / 4
    assert bounded < unbounded


def test_contacts_are_found_in_long_texts_of_their_own_signs() -> None:
    assert contacts.email("a@" * 500) is None
    assert contacts.phone("1 " * 500, "PT", asked=False) is None


def test_only_the_first_numbers_of_a_message_are_looked_up() -> None:
    numbers = ["000 000 00"] * 4
    assert contacts.phone(", ".join([*numbers[1:], "912 345 678"]), "PT", asked=False) is not None
    assert contacts.phone(", ".join([*numbers, "912 345 678"]), "PT", asked=False) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("tomor\u200brow", "tomorrow"),
        ("\u202etomorrow\u202c", "tomorrow"),
        ("tom\u00adorrow\ufeff", "tomorrow"),
        ("to\u0301\u0301\u0301\u0301morrow", "tómorrow"),
        ("за\u0301втра", "завтра"),
        ("ман\u0438\u0306кюр", "манйкюр"),
        ("１５：３０", "15:30"),
        ("𝟛 𝗽𝗺", "3 pm"),
        ("\x00tomorrow\x1b[31m!", " tomorrow !"),
        ("👍🏽", "👍"),
        ("3️⃣", "3"),
        ("mañana ½ €5", "mañana ½ €5"),
        ("a\nb\tc", "a\nb\tc"),
    ],
)
def test_what_cannot_be_seen_is_not_read(text: str, seen: str) -> None:
    assert plain.seen(text) == seen


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("<b>tomorrow</b> at 3", " tomorrow  at 3"),
        ("i <3 you & <me@here.example>", "i <3 you & <me@here.example>"),
        ("<script>alert(1)</script>hi", " , hi"),
        ("{{7*7}} ${jndi:1} %s {% if 2 %}", " ,   ,   ,   , "),
        ("50%discount", "50%discount"),
        ("Ana&nbsp;Sousa", "Ana Sousa"),
        ("see https://menu.example/tomorrow?at=3pm today", "see  ,  today"),
        ("for 5,000 people", "for 5000 people"),
        ("5 000 человек", "5000 человек"),
        ("on 21, 100 people", "on 21, 100 people"),
        ("1,000,000", "1000000"),
        ("3,30", "3,30"),
        ("x" * 59, "x" * 59),
        ("x" * 60, " , "),
    ],
)
def test_markup_links_and_endless_words_are_no_words(text: str, readable: str) -> None:
    assert plain.readable(text) == readable
