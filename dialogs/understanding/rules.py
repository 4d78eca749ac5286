"""The rules: a customer's words into commands, by the lexicon of their language and by what was asked and offered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dialogs.understanding import contacts, lexicon, meanings
from dialogs.understanding.commands import Invalid, Understanding
from dialogs.understanding.deciding import decide
from dialogs.understanding.languages import Spoken, own
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.plain import readable, seen
from dialogs.understanding.reading import Reading
from dialogs.understanding.text import LONGEST, fold, tokens

if TYPE_CHECKING:
    from dialogs.understanding.catalogue import Catalogue
    from dialogs.understanding.commands import Heard, SlotName
    from dialogs.understanding.languages import Own
    from domain.businesses import Place, Service, Staff


class Rules:
    """Understands by rules alone."""

    def __init__(self) -> None:
        """Load nothing yet: a lexicon is compiled when a message in its language is first heard."""
        self._spoken: dict[tuple[str, str, tuple[str, ...]], Spoken] = {}
        self._named: WeakKeyDictionary[Catalogue, Own] = WeakKeyDictionary()

    async def understand(self, heard: Heard) -> Understanding:
        """Return the commands that the words mean; none and certainty 0 where nothing was understood."""
        return self.read(heard)

    def read(self, heard: Heard) -> Understanding:
        """Return the commands that the words mean; none and certainty 0 where nothing was understood."""
        visible = seen(heard.text[:LONGEST])
        if visible != heard.text:
            heard = replace(heard, text=visible)
        text, contacts_said = _contacts(heard)
        said = tokens(text)
        words = [fold(word) for word in said]
        spoken = self._languages(heard)
        present = spoken.languages[0]
        told = spoken.told(said, words, self._own(heard.catalogue), known=bool(heard.language))
        # A customer who was heard before is not thought to change languages for a single word, nor for a name.
        free = heard.asked in {"name", "notes"}
        needed = (2 if heard.language else 0.5) + (2 if free else 0)
        language = told.language if told.lead >= needed else present
        phrases = self._phrases(heard, said, words, language)
        if 0 < told.lead < needed and not free and phrases.unknown:
            foreign = self._phrases(heard, said, words, told.language)
            if len(foreign.unknown) < len(phrases.unknown):
                phrases = foreign
        found = _decided(heard, phrases, contacts_said)
        if not heard.language and not told.anything:
            language = ""
        return found if found.language == language else replace(found, language=language)

    @staticmethod
    def _phrases(heard: Heard, said: list[str], words: list[str], language: str) -> Phrases:
        words_of = lexicon.load(language, heard.catalogue.directory.business.trade)
        return Phrases(said, words, words_of, heard.catalogue, heard.now.date())

    def _own(self, catalogue: Catalogue) -> Own:
        """Return the words of a business's own names, which tell nothing of who says them."""
        known = self._named.get(catalogue)
        if known is None:
            directory = catalogue.directory
            named: tuple[Service | Staff | Place, ...] = (*directory.services, *directory.staff, *directory.places)
            known = self._named[catalogue] = own(tuple(name for one in named for name in (one.name, *one.aliases)))
        return known

    def _languages(self, heard: Heard) -> Spoken:
        """Return the languages of the business, that of the conversation first."""
        business = heard.catalogue.directory.business
        key = (heard.language, business.trade, business.languages)
        known = self._spoken.get(key)
        if known is None:
            have = lexicon.languages()
            wanted = dict.fromkeys(one for one in (heard.language, *business.languages) if one in have)
            known = self._spoken[key] = Spoken(list(wanted) or list(have[:1]), business.trade)
        return known


def _decided(heard: Heard, phrases: Phrases, contacts_said: list[tuple[SlotName, str, bool]]) -> Understanding:
    reading = Reading(heard, phrases)
    for slot, value, valid in contacts_said:
        if valid:
            reading.put(slot, value, 0)
        else:
            reading.emit(0, Invalid(slot, value))
    for match in phrases.matches:
        if match.start >= reading.taken:
            reading.begin(match.start)
            meanings.add(reading, match)
    return decide(reading)


def _contacts(heard: Heard) -> tuple[str, list[tuple[SlotName, str, bool]]]:
    """Return the text without its e-mail address and phone number, which are no words, and those, valid or not."""
    text = readable(heard.text)
    found: list[tuple[SlotName, str, bool]] = []
    address = contacts.email(text)
    if address is not None:
        found.append(("email", address[0], True))
        text = f"{text[: address[1]]} , {text[address[2] :]}"
    country = heard.catalogue.directory.business.country
    number = contacts.phone(text, country, asked=heard.asked == "phone")
    if number is not None:
        found.append(("phone", number[0] or number[1], bool(number[0])))
        text = f"{text[: number[2]]} , {text[number[3] :]}"
    return text, found
