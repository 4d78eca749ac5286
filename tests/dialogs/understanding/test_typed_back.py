"""What is typed back chooses what a tap would have chosen: a number, an ordinal, a label, a half of an hour."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from dialogs import offers
from dialogs.messages import Offer, Option
from dialogs.replies import Replies, Voice
from dialogs.understanding.commands import Affirm, Ask, Cancel, Choose, Command, Deny, Heard, Move, Skip, Start
from dialogs.understanding.lexicon import languages
from dialogs.understanding.rules import Rules
from tests.dialogs.understanding.scenes import NOW, RESTAURANT, SALON, written

RULES, REPLIES = Rules(), Replies()
STAFF = SALON.directory.staff


def opening(day: str, minute: int, staff: str = "", name: str = "") -> Option:
    return Option(f"at:{day}|{minute}|{staff}", "", day, minute, (name,) if name else ())


def times(*minutes: int) -> list[Option]:
    return [opening("2026-11-21", minute) for minute in minutes]


def bookings() -> list[Option]:
    days = (("2026-11-21", 900, "Haircut"), ("2026-11-23", 630, "Colour"), ("2026-12-01", 990, "Beard trim"))
    return [Option(f"booking:{at}", "", day, minute, (what,)) for at, (day, minute, what) in enumerate(days)]


MANY = [Option(f"service:z{at}", f"Kind {chr(97 + at // 26)}{chr(97 + at % 26)}") for at in range(50)]
OFFERED: dict[str, tuple[str, str, list[Option]]] = {
    "times of a day": ("time", "collecting", times(540, 570, 630, 675, 840, 1005)),
    "times of a morning": ("time", "collecting", times(540, 570, 630, 675)),
    "times of an evening": ("time", "collecting", times(1140, 1200, 1230)),
    "times of several days": (
        "time",
        "collecting",
        [opening(day, minute) for day, minute in (("2026-11-21", 900), ("2026-11-23", 900), ("2026-12-01", 600))],
    ),
    "times with people": (
        "time",
        "alternatives",
        [
            opening("2026-11-21", 900, STAFF[0].id, STAFF[0].name),
            opening("2026-11-21", 900, STAFF[1].id, STAFF[1].name),
            opening("2026-11-21", 930, STAFF[1].id, STAFF[1].name),
        ],
    ),
    "times and the waitlist": ("time", "alternatives", [*times(1170, 1245), offers.WAITLIST]),
    "two halves of a day": ("time", "collecting", [Option(f"time:{at}", "", minute=at) for at in (540, 1260)]),
    "one time": ("time", "collecting", times(1140)),
    "days": ("date", "collecting", [Option(f"date:{day}", "", day=day) for day in ("2026-11-20", "2026-11-21")]),
    "services": (
        "service",
        "collecting",
        [Option(f"service:{one.id}", one.name, words=one.aliases[:4]) for one in SALON.directory.services],
    ),
    "fifty services": ("service", "collecting", MANY),
    "staff": ("staff", "collecting", [Option(f"staff:{one.id}", one.name) for one in STAFF]),
    "bookings": ("booking", "changing", bookings()),
    "yes and change": ("confirm", "confirming", [offers.YES, offers.CHANGE]),
    "cancel and keep": ("confirm", "confirming", [offers.CANCEL_IT, offers.KEEP_IT]),
    "take and decline": ("confirm", "confirming", [offers.TAKE, offers.DECLINE]),
    "stay and leave": ("waitlist", "alternatives", [offers.STAY, offers.LEAVE]),
    "the waitlist or another day": ("waitlist", "alternatives", [offers.WAITLIST, offers.OTHER_DAY]),
    "what can be done": ("", "greeting", [Option("do:book", "=choice-book"), Option("do:mine", "=choice-mine")]),
    "what to do with it": ("", "closed", [Option("do:move", "=choice-move"), Option("do:cancel", "=choice-cancel")]),
    "what to change": (
        "change",
        "confirming",
        [Option(f"change:{slot}", f"=choice-change-{slot}") for slot in ("date", "time", "service", "staff")],
    ),
    "a draft": ("resume", "closed", [Option("resume", "=choice-resume"), Option("forget", "=choice-forget")]),
    "nothing but skip": ("phone", "closed", [offers.SKIP]),
}
AS_GOOD: dict[str, tuple[type[Command], ...]] = {
    "yes": (Affirm,),
    "no": (Deny,),
    "change": (Deny,),
    "skip": (Skip,),
    "do:move": (Move,),
    "do:cancel": (Affirm, Cancel),
    "do:book": (Start,),
    "do:mine": (Ask,),
}
"""Commands that mean what choosing an option means: "yes" is a yes, whether it is on a button or not."""
SAID = {
    "en": ["2", "2.", "2)", "number 2", "no. 2", "#2", "option 2", "the second", "the second one", "two", "the 2nd"],
    "es": ["2", "2.", "número 2", "la 2", "el 2", "opción 2", "el segundo", "la segunda", "dos", "2º", "quiero la 2"],
    "pt": ["2", "2.", "número 2", "a 2", "o 2", "opção 2", "o segundo", "a segunda", "dois", "2ª", "fico com a 2"],
    "fr": ["2", "2.", "numéro 2", "le 2", "l'option 2", "le deuxième", "la seconde", "deux", "2e", "je prends le 2"],
    "de": ["2", "2.", "Nummer 2", "die 2", "Nr. 2", "Option 2", "die zweite", "das zweite", "zwei", "ich nehme die 2"],
    "it": ["2", "2.", "numero 2", "il 2", "la 2", "opzione 2", "il secondo", "la seconda", "due", "prendo il 2"],
    "ru": ["2", "2.", "номер 2", "№ 2", "вариант 2", "второй", "вторая", "второе", "два", "2-й", "беру 2"],
}
"""The second of them."""
COUNTED = ["times of a morning", "times of an evening", "services", "fifty services", "staff", "bookings"]
LATER = {
    "en": ["half past", "the later one", "the last one", "half eight", "8:30", "8.30pm"],
    "es": ["y media", "la más tarde", "el último", "las ocho y media", "20:30"],
    "pt": ["e meia", "a mais tarde", "o último", "às oito e meia", "20h30"],
    "fr": ["et demie", "la plus tard", "le dernier", "huit heures et demie", "20h30"],
    "de": ["um halb", "die spätere", "der letzte", "halb neun", "20:30 Uhr"],
    "it": ["e mezza", "quello più tardi", "l'ultimo", "alle otto e mezza", "20:30"],
    "ru": ["с половиной", "тот, что позже", "последний", "полдевятого", "20:30"],
}
"""Of 19:00, 20:00 and 20:30 the third."""


def means(text: str, language: str, offered: str | list[Option], asked: str = "", stage: str = "") -> list[Command]:
    """Return the commands of what is typed where this was offered, in the words of the language."""
    if isinstance(offered, str):
        asked, stage, options = OFFERED[offered]
    else:
        options = offered
    worded = list(REPLIES.labels(options, Voice(language, "salon", "PT", date(2026, 11, 20))))
    heard = Heard(text, NOW, SALON, language=language, stage=stage, asked=asked, offer=Offer("o", asked, worded))
    return list(RULES.read(heard).commands)


def forms(label: str) -> list[str]:
    """Return the ways in which people type a label."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", label) if not unicodedata.combining(sign))
    return list(dict.fromkeys([label, label.upper(), label.lower(), bare, f"{label}."]))


@pytest.mark.parametrize("offered", OFFERED)
@pytest.mark.parametrize("language", languages())
def test_a_label_and_a_number_choose_their_option(language: str, offered: str) -> None:
    options = OFFERED[offered][2]
    labels = [one.label for one in REPLIES.labels(options, Voice(language, "salon", "PT", date(2026, 11, 20)))]
    for index, (option, label) in enumerate(zip(options, labels, strict=True)):
        for text in (str(index + 1), f"{index + 1}."):
            assert means(text, language, offered) == [Choose(index)], text
        for text in forms(label):
            found = means(text, language, offered)
            good = AS_GOOD.get(option.value, ())
            chosen = found == [Choose(index)]
            assert chosen or (good and isinstance(found[0], good)), f"{text}: {[written(one) for one in found]}"


@pytest.mark.parametrize("offered", COUNTED)
@pytest.mark.parametrize("language", languages())
def test_the_second_is_the_second_however_it_is_said(language: str, offered: str) -> None:
    for text in SAID[language]:
        assert means(text, language, offered) == [Choose(1)], text


@pytest.mark.parametrize("language", languages())
def test_the_later_one_and_half_past_are_found_by_their_time(language: str) -> None:
    for text in LATER[language]:
        assert means(text, language, "times of an evening") == [Choose(2)], text


def test_half_past_is_nobodys_time_where_several_are_or_none_is() -> None:
    for offered in (times(1110, 1170), times(1140, 1200)):
        assert means("half past", "en", offered, "time", "collecting") == []


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["23", "number 23", "#23", "the twenty-third", "twenty three", "the 23rd"]),
        ("es", ["número 23", "la 23", "veintitrés"]),
        ("pt", ["número 23", "a 23", "vinte e três"]),
        ("fr", ["numéro 23", "le 23", "vingt-trois"]),
        ("de", ["Nummer 23", "die 23", "dreiundzwanzig", "die dreiundzwanzigste"]),
        ("it", ["numero 23", "il 23", "ventitré"]),
        ("ru", ["номер 23", "двадцать три"]),
    ],
)
def test_fifty_are_counted_in_words_too(language: str, texts: list[str]) -> None:
    for text in texts:
        assert means(text, language, "fifty services") == [Choose(22)], text


EVENING, AFTERNOON = times(1140, 1200, 1230), times(840, 900, 960, 990)


@pytest.mark.parametrize(
    ("text", "offered", "command"),
    [
        ("2", EVENING, "Choose 1"),
        ("8", EVENING, "Choose 1"),  # there is no eighth
        ("20", EVENING, "Choose 1"),
        ("9", EVENING, "time=09:00/2"),  # neither: a wish
        ("at 2", EVENING, "time=02:00/2"),  # an hour, whatever is offered
        ("2 o'clock", EVENING, "time=02:00/2"),
        ("2pm", EVENING, "time=14:00"),
        ("on the 2nd", EVENING, "date=2026-12-02"),  # a day, whatever is offered
        ("the 2nd of December", EVENING, "date=2026-12-02"),
        ("2", AFTERNOON, "Choose 1"),  # the number that is shown before it, though 14:00 is offered
        ("at 2", AFTERNOON, "Choose 0"),
        ("4", AFTERNOON, "Choose 3"),
        ("at 4", AFTERNOON, "Choose 2"),
        ("16", AFTERNOON, "Choose 2"),
        ("half past four", AFTERNOON, "Choose 3"),
    ],
)
def test_a_number_alone_counts_the_choices_before_it_is_an_hour(text: str, offered: list[Option], command: str) -> None:
    assert [written(one) for one in means(text, "en", offered, "time", "collecting")] == [command]


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("es", "las 2", "time=02:00/2"),
        ("es", "a las 2", "time=02:00/2"),
        ("es", "la 8", "Choose 1"),
        ("pt", "às 2", "time=02:00/2"),
        ("fr", "à 2h", "time=02:00/2"),
        ("fr", "le 21", "date=2026-11-21"),
        ("it", "le 2", "time=02:00/2"),
        ("it", "alle 2", "time=02:00/2"),
        ("de", "um 2", "time=02:00/2"),
        ("ru", "в 2", "time=02:00/2"),
    ],
)
def test_a_plural_article_or_a_preposition_makes_it_an_hour(language: str, text: str, command: str) -> None:
    assert [written(one) for one in means(text, language, EVENING, "time", "collecting")] == [command]


@pytest.mark.parametrize(
    ("language", "text", "command"), [("fr", "le 23", "date=2026-11-23"), ("es", "la 2", "time=02:00/2")]
)
def test_a_summary_is_corrected_by_a_day_or_an_hour(language: str, text: str, command: str) -> None:
    assert [written(one) for one in means(text, language, "yes and change")] == [command]


def test_a_day_that_was_asked_for_may_be_said_as_a_day_of_the_month() -> None:
    assert [written(one) for one in means("the 2nd", "en", "days")] == ["date=2026-12-02"]
    assert means("the 21st", "en", "days") == [Choose(1)]


def test_a_number_of_people_is_one_and_not_the_number_of_a_choice() -> None:
    sizes = [Option(f"party_size:{size}", str(size)) for size in (2, 3, 4, 5, 6)]
    heard = Heard("3", NOW, RESTAURANT, "en", "collecting", "party_size", Offer("o", "party_size", sizes))
    assert RULES.read(heard).commands == (Choose(1),)  # the one that says 3
    assert [written(one) for one in RULES.read(replace(heard, text="7")).commands] == ["party_size=7"]
    assert [written(one) for one in RULES.read(replace(heard, text="1")).commands] == ["party_size=1"]
