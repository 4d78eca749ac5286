"""Letters: other scripts than ours are compared, split, measured and heard like ours."""

from __future__ import annotations

import pytest

from dialogs.understanding.fuzzy import FewWords, Sounds, Speller, distance
from dialogs.understanding.naming import register
from dialogs.understanding.text import fold, tokens, words

STAFF = Sounds([fold(name) for name in ("Anna", "Ben", "Carla", "Rosa", "Miguel", "Inês", "João", "Sophie", "Katya")])


@pytest.mark.parametrize(
    ("written", "compared"),
    [("Ещё", "еще"), ("МОЙ", "мои"), ("е\u0308лка", "елка"), ("Й", "и"), ("объём", "объем"), ("О’Генри", "огенри")],
)
def test_cyrillic_words_are_compared_without_their_marks(written: str, compared: str) -> None:
    assert fold(tokens(written)[0]) == compared


@pytest.mark.parametrize(
    ("written", "compared"),
    [("cпасибо", "спасибо"), ("зaвтра", "завтра"), ("Bторник", "вторник"), ("приём", "прием"), ("haircut", "haircut")],
)
def test_a_latin_letter_that_slipped_into_a_cyrillic_word_is_read_as_its_twin(written: str, compared: str) -> None:
    assert words(written) == [compared]


def test_a_word_of_latin_letters_alone_is_left_alone() -> None:
    assert words("Сделайте haircut у Ben") == ["сделаите", "haircut", "у", "ben"]


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [("стрижк", "стрижка"), ("сртижка", "стрижка"), ("маникур", "маникюр"), ("понидельник", "понедельник")],
)
def test_mistyped_cyrillic_words_are_found_by_both_spellers(mistyped: str, meant: str) -> None:
    known = ["стрижка", "маникюр", "понедельник", "вторник", "педикюр"]
    assert Speller(known).near(mistyped) == meant
    assert FewWords(known).nearest(mistyped) == [meant]


def test_letters_of_one_alphabet_never_share_a_bit() -> None:
    for letters in ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"):
        assert len({ord(letter) & 63 for letter in letters}) == len(letters)
    assert distance("мигель", "мигел", 1) == 1


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("Анна", "anna"), ("Анне", "anna"), ("Анной", "anna"), ("Бен", "ben"), ("Бена", "ben"), ("Беном", "ben")),
        *(("Карле", "carla"), ("Розы", "rosa"), ("Розой", "rosa"), ("Мигелю", "miguel"), ("Инес", "ines")),
        *(("Жоао", "joao"), ("Софи", "sophie"), ("Кате", "katya"), ("Катей", "katya")),
    ],
)
def test_a_name_in_cyrillic_letters_and_in_any_case_sounds_like_the_one_in_latin_letters(
    written: str, name: str
) -> None:
    assert STAFF.nearest(fold(written)) == [name]


@pytest.mark.parametrize("kind", [FewWords, Speller])
def test_the_names_of_a_business_are_found_however_they_are_written(kind: type[FewWords | Speller]) -> None:
    names = kind(["anna", "ben", "carla"])
    assert names.nearest("анне") == names.nearest("anma") == ["anna"]
    assert names.nearest("бену") == ["ben"]
    assert names.nearest("bem") == [], "too short to be mistyped"
    assert names.nearest("борода") == []


def test_short_names_of_staff_are_heard_too() -> None:
    names = register((("<staff>", (("Ben",), ("Anna", "Ana"))),))
    assert [sorted(names.speller.nearest(word)) for word in ("бену", "анной")] == [["ben"], ["ana", "anna"]]


def test_words_of_a_language_are_not_heard_in_another_script() -> None:
    assert Speller(["massa", "rosa"]).near("роза") is None


@pytest.mark.parametrize("word", ["собака", "рис", "оно", "а", "я", "", "anna", "бассейн", "карта"])
def test_what_only_looks_a_little_alike_is_no_name(word: str) -> None:
    assert STAFF.nearest(fold(word) if word else word) == []


def test_a_name_of_many_readings_is_bounded() -> None:
    assert STAFF.nearest("ж" * 400) == []
    assert Sounds(["chchchchchchchchch", "jhjhjhjhjhjhjhjh"]).nearest("чхкшчхкш") == []
