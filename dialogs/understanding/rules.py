"""The rules: a customer's words into commands, by the lexicon of their language and by what was asked and offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding import contacts, lexicon, meanings
from dialogs.understanding.commands import Invalid, Understanding
from dialogs.understanding.deciding import decide
from dialogs.understanding.languages import detect
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.reading import Reading
from dialogs.understanding.text import LONGEST, words

if TYPE_CHECKING:
    from dialogs.understanding.commands import Heard
    from dialogs.understanding.lexicon import Lexicon


class Rules:
    """Understands by rules alone."""

    def __init__(self) -> None:
        """Load nothing yet: lexicons are compiled when they are first needed."""
        self._lexicons: dict[tuple[str, str, tuple[str, ...]], tuple[Lexicon, ...]] = {}

    async def understand(self, heard: Heard) -> Understanding:
        """Return the commands that the words mean; none and certainty 0 where nothing was understood."""
        return self.read(heard)

    def read(self, heard: Heard) -> Understanding:
        """Return the commands that the words mean; none and certainty 0 where nothing was understood."""
        text = heard.text[:LONGEST]
        spoken = self._spoken(heard)
        at = detect(words(text), spoken, settled=bool(heard.language)) if len(spoken) > 1 else 0
        found = self._read_in(heard, text, spoken[at])
        if not found.commands:
            for other in spoken:
                if other is not spoken[at]:
                    foreign = self._read_in(heard, text, other)
                    if foreign.certainty > found.certainty:
                        return Understanding(foreign.commands, found.language, foreign.certainty)
        return found

    def _spoken(self, heard: Heard) -> tuple[Lexicon, ...]:
        """Return the lexicons of the business's languages, that of the conversation first."""
        business = heard.catalogue.directory.business
        key = (heard.language, business.trade, business.languages)
        known = self._lexicons.get(key)
        if known is None:
            have = lexicon.languages()
            wanted = dict.fromkeys(one for one in (heard.language, *business.languages) if one in have)
            known = tuple(lexicon.load(one, business.trade) for one in wanted or have[:1])
            self._lexicons[key] = known
        return known

    @staticmethod
    def _read_in(heard: Heard, text: str, spoken: Lexicon) -> Understanding:
        reading = _contacts(heard, text, spoken)
        for match in reading.phrases.matches:
            if match.start >= reading.taken:
                meanings.add(reading, match)
        return decide(reading)


def _contacts(heard: Heard, text: str, spoken: Lexicon) -> Reading:
    """Begin a reading with the e-mail address and the phone number, which are no words to be read further."""
    found = []
    address = contacts.email(text)
    if address is not None:
        found.append(("email", address[0]))
        text = f"{text[: address[1]]} , {text[address[2] :]}"
    country = heard.catalogue.directory.business.country
    number = contacts.phone(text, country, asked=heard.asked == "phone")
    if number is not None:
        found.append(("phone", number[0] or number[1]))
        text = f"{text[: number[2]]} , {text[number[3] :]}"
    reading = Reading(heard, Phrases(text, spoken, heard.catalogue, heard.now.date()), text)
    for slot, value in found:
        if slot == "phone" and number is not None and not number[0]:
            reading.emit(0, Invalid("phone", value))
        else:
            reading.put(slot, value, 0)  # type: ignore[arg-type]
    return reading
