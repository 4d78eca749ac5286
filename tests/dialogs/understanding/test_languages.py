"""Languages: which one a message is in, told at little cost and not for a name or a single word."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from dialogs.understanding import lexicon
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Heard
from dialogs.understanding.languages import Spoken, own, signs
from dialogs.understanding.rules import Rules
from dialogs.understanding.text import words
from tests.builders import bistro_mar, luz_studio
from tests.dialogs.understanding.scenes import NOW, SALON, sentences

RULES = Rules()
GOAL = 0.97
"""Share of a language's sentences of three words, not counting names, that must be told from the first message."""
ALL = 0.94
"""The same with those that are sentences of two languages by nature, heard by a business whose own is the other one."""

_NAMED = [named for directory in (luz_studio(), bistro_mar()) for named in (*directory.staff, *directory.places)]
NAMES = {word for one in _NAMED for name in (one.name, *one.aliases) for word in words(name)}


def _first(language: str, directory: object = None) -> Catalogue:
    """Return a business whose own language is another one, so that nothing is told by default."""
    others = [one for one in lexicon.languages() if one != language]
    salon = luz_studio() if directory is None else directory
    return Catalogue(replace(salon, business=replace(salon.business, languages=(*others, language))))  # type: ignore[attr-defined,type-var]


def spoken(text: str, language: str = "", *, asked: str = "", catalogue: Catalogue = SALON) -> str:
    return RULES.read(Heard(text, NOW, catalogue, language, asked=asked)).language


def _long_enough(language: str) -> list[tuple[str, Catalogue]]:
    """Return the sentences of three words that say something, answers with a name left out."""
    salon, bistro = _first(language), _first(language, bistro_mar())
    return [
        (one.text, catalogue)
        for one in sentences(language)
        for catalogue in [bistro if one.heard.catalogue.tables else salon]
        if sum(word.isalpha() and word not in NAMES for word in words(one.text)) >= 3
        and "@" not in one.text
        and one.means
        and one.heard.asked != "name"
        and one.heard.language == language
    ]


def _shared(text: str, language: str, other: str) -> bool:
    """Return whether all words of a text are in both languages' files, as far as they are in any ("por la tarde")."""
    mine, yours = (signs(one, "salon").words | signs(one, "restaurant").words for one in (language, other))
    return all(word in yours for word in words(text) if word in mine)


@pytest.mark.parametrize("language", lexicon.languages())
def test_sentences_of_three_words_tell_their_language(language: str) -> None:
    texts = _long_enough(language)
    told = {text: spoken(text, catalogue=catalogue) for text, catalogue in texts}
    missed = [text for text, other in told.items() if other != language]
    ambiguous = [text for text in missed if told[text] and _shared(text, language, told[text])]
    assert len(missed) - len(ambiguous) <= (1 - GOAL) * len(texts), missed
    assert len(ambiguous) <= (1 - ALL) * len(texts), ambiguous


SHORT = [
    ("hello there", "en"),
    ("hi, are you open today?", "en"),
    ("buenas tardes", "es"),
    ("quiero una cita", "es"),
    ("¿tenéis hueco mañana?", "es"),
    ("bom dia", "pt"),
    ("quero marcar para amanhã", "pt"),
    ("tem vaga para amanha?", "pt"),
    ("bonjour", "fr"),
    ("je voudrais un rdv", "fr"),
    ("guten Tag", "de"),
    ("morgen um zehn", "de"),
    ("buongiorno", "it"),
    ("vorrei un appuntamento", "it"),
    ("domani alle tre", "it"),
    ("здравствуйте", "ru"),
    ("ЗАВТРА В ТРИ", "ru"),
    ("можно записаться?", "ru"),
]


@pytest.mark.parametrize(("text", "language"), SHORT)
def test_a_few_words_are_enough(text: str, language: str) -> None:
    assert spoken(text, catalogue=_first(language)) == language


@pytest.mark.parametrize("language", lexicon.languages())
@pytest.mark.parametrize(
    "text", ["ok", "👍", "😀😀", "2", "15:30", "21/11", "?", "", "OK!", "+351 912 345 678", "a@b.example"]
)
def test_what_is_in_all_languages_keeps_the_one_that_is_spoken(text: str, language: str) -> None:
    assert spoken(text, language) == language


@pytest.mark.parametrize("text", ["👍", "2", "15:30", "Ana Sousa", "Müller", "fnord", ""])
def test_where_nothing_tells_the_language_stays_open(text: str) -> None:
    assert spoken(text) == ""


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Maria de la Cruz", "name"),
        ("João Gonçalves", "name"),
        ("Жанна", "name"),
        ("for Jürgen Groß at 3", ""),
        ("my name is José Peña", ""),
        ("haircut with José", ""),
        ("gracias", ""),
        ("a corte please", ""),
    ],
)
def test_a_name_or_one_word_of_another_language_changes_nothing(text: str, asked: str) -> None:
    assert spoken(text, "en", asked=asked) == "en"


@pytest.mark.parametrize(
    ("text", "was", "then"),
    [
        ("quiero cambiar mi cita", "en", "es"),
        ("what time do you open?", "es", "en"),
        ("mañana por favor", "en", "es"),
        ("I would rather come on Friday", "es", "en"),
    ],
)
def test_two_words_or_a_letter_change_it(text: str, was: str, then: str) -> None:
    assert spoken(text, was) == then


def test_the_words_of_a_business_tell_nothing_of_its_customers() -> None:
    salon = luz_studio()
    staff = (replace(salon.staff[0], name="Cita", aliases=("Mañana",)), *salon.staff[1:])
    named = Catalogue(replace(salon, staff=staff, business=replace(salon.business, languages=("en", "es"))))
    assert spoken("Cita", "", catalogue=named) == ""
    assert spoken("with Cita", "", catalogue=named) == "en"
    assert spoken("cita", "", catalogue=_first("es")) == "es"


def test_a_service_alone_tells_the_language_only_of_somebody_new() -> None:
    assert spoken("corte de pelo", "", catalogue=_first("es")) == "es"
    assert spoken("corte", "en") == "en"


def test_a_business_with_one_language_reads_no_other() -> None:
    alone = Catalogue(replace(luz_studio(), business=replace(luz_studio().business, languages=("es",))))
    assert spoken("what time do you open?", catalogue=alone) in {"es", ""}


def test_words_that_are_shared_are_no_evidence() -> None:
    both = Spoken(["es", "en"], "salon")
    shared = sorted(signs("es", "salon").words & signs("en", "salon").words)
    assert shared
    assert both.told(shared, shared, own(()), known=False).lead == 0


@pytest.mark.parametrize("language", lexicon.languages())
@pytest.mark.parametrize("trade", ["", "salon", "restaurant"])
def test_the_signs_of_a_language_are_the_words_of_its_lexicon(language: str, trade: str) -> None:
    """They are read from the files another way, without compiling; what the two ways find is the same."""
    foreign = signs(language, trade).foreign
    assert lexicon.load(language, trade).vocabulary - foreign <= signs(language, trade).words
    assert not signs(language, trade).words & foreign


FRESH = """
from dialogs.understanding import languages, lexicon
from dialogs.understanding.commands import Heard
from dialogs.understanding.rules import Rules
from tests.dialogs.understanding.scenes import NOW, SALON
rules = Rules()
compiled, looked_at = lexicon.load.cache_info, languages.signs.cache_info
assert compiled().currsize == 0 and looked_at().currsize == 0
assert rules.read(Heard("hi", NOW, SALON, "")).language == "en"
assert compiled().currsize == 1, "one lexicon for the first customer"
assert looked_at().currsize == 1, "and no other language is looked at for a word of the first"
assert rules.read(Heard("quiero una cita", NOW, SALON, "")).language == "es"
assert compiled().currsize == 2, "a second customer loads her language, no other"
"""


def test_seven_languages_do_not_load_for_the_first_hi() -> None:
    subprocess.run([sys.executable, "-c", FRESH], check=True)


@pytest.mark.parametrize("language", lexicon.languages())
def test_what_goes_on_alike_is_kept_once(language: str) -> None:
    compiled = lexicon.load(language, "salon")
    stack, seen, walked = [compiled.inner, compiled.outer], set(), 0
    while stack:
        node = stack.pop()
        walked += 1
        seen.add(id(node))
        stack += [after for after in node.values() if isinstance(after, dict)]
    assert len(seen) < walked / 4
