"""Replies: words for what is to be said, from the locales' sentences; dates, money and lists by CLDR."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dialogs import formats
from dialogs.messages import (
    ClockTime,
    Fact,
    Listing,
    Moment,
    Option,
    Phrase,
    Priced,
    Say,
    WeekHours,
)
from domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialogs.sentences import Sentence
    from dialogs.turn import Turn

LOCALES = Path(__file__).parent / "locales"
_MEMO = 16_384


@dataclass(frozen=True, slots=True)
class Voice:
    """In which words something is said."""

    language: str
    trade: str
    country: str
    """ISO 3166: decides between 15:00 and 3:00 PM."""
    today: date
    """In the zone of the place: "tomorrow" counts from it."""


@dataclass(frozen=True, slots=True)
class Worded:
    """Something said, in words; its options have their labels."""

    text: str
    options: tuple[Option, ...]
    notice: bool
    card: dict[str, Any] | None
    page: int = 0
    """Which page of the options is asked for, counted from 0."""


def voice_of(turn: Turn) -> Voice:
    """Return in which words a turn is answered: the customer's, else their app's language, else the business's."""
    state, business = turn.state, turn.directory.business
    language = state.language or state.hinted or business.languages[0]
    return Voice(language, business.trade, business.country, turn.local.date())


class Replies:
    """The sentences of all locales: a trade's own before the general ones, English where a language lacks one."""

    def __init__(self, folder: Path = LOCALES) -> None:
        """Read from a folder of locales; nothing is loaded before it is used."""
        self._folder = folder
        self._sentences: dict[tuple[str, str], dict[str, Sentence]] = {}
        self._moments: dict[tuple[Any, ...], dict[str, str]] = {}

    def languages(self) -> list[str]:
        """Return the languages that have sentences."""
        return sorted(one.parent.name for one in self._folder.glob("*/replies.ftl"))

    def has(self, key: str, language: str, trade: str) -> bool:
        """Return whether there is a sentence for a key."""
        return key in self._of(language, trade)

    def text(self, key: str, facts: dict[str, Fact], voice: Voice) -> str:
        """Return one sentence. Raises KeyError for a key that no locale has."""
        return self._of(voice.language, voice.trade)[key](self._variables(facts, voice))

    def compose(self, says: Sequence[Say], voice: Voice) -> list[Worded]:
        """Return what is said as few messages: what is owed apart from what may be cancelled, choices at the end."""
        worded: list[Worded] = []
        for said in says:
            text = _capital(self.text(said.key, said.facts, voice))
            options = self.labels(said.choices, voice)
            notice = said.role == "notice"
            last = worded[-1] if worded else None
            if last and last.notice == notice and not last.options and not (last.card and said.card):
                short = len(last.text) + len(text) < 160 and "\n" not in last.text
                joint = " " if short and last.text[-1:] in ".!?…" else "\n"
                card = last.card or said.card
                worded[-1] = Worded(f"{last.text}{joint}{text}", options, notice, card, said.page)
            else:
                worded.append(Worded(text, options, notice, said.card, said.page))
        return worded

    def labels(self, options: Iterable[Option], voice: Voice) -> tuple[Option, ...]:
        """Return options with the labels that people read; openings of one day show the time alone."""
        options = tuple(options)
        days = {one.day for one in options if one.day and one.minute >= 0}
        return tuple(replace(one, label=self._label(one, voice, len(days) > 1)) for one in options)

    def format(self, fact: Fact, voice: Voice) -> str:
        """Return one fact in words."""
        return str(self._variables({"x": fact}, voice)["x"])

    def _label(self, option: Option, voice: Voice, several_days: bool) -> str:
        if option.label.startswith("="):
            return self.text(option.label[1:], {}, voice)
        if option.label and option.minute < 0:
            return option.label
        parts = []
        if option.day and (several_days or option.minute < 0 or option.value.startswith("booking:")):
            parts.append(self._day(date.fromisoformat(option.day), voice))
        if option.minute >= 0:
            parts.append(formats.clock(option.minute, formats.locale_for(voice.language, voice.country)))
        label = _capital(" ".join(parts))
        return f"{label} · {', '.join(option.words)}" if option.words else label

    def _variables(self, facts: dict[str, Fact], voice: Voice) -> dict[str, Any]:
        variables: dict[str, Any] = {}
        for name, fact in facts.items():
            match fact:
                case Moment(at, zone):
                    for suffix, words in self._moment(at, zone, voice).items():
                        variables[name + suffix] = words
                case date():
                    variables[name] = self._day(fact, voice)
                    variables[f"{name}-on"] = self._on(fact, voice)
                case ClockTime(minute):
                    variables[name] = formats.clock(minute, formats.locale_for(voice.language, voice.country))
                case Money(minor, currency):
                    variables[name] = formats.money(minor, currency, formats.locale_for(voice.language, voice.country))
                case Listing(items, either):
                    words_of = [self.format(one, voice) for one in items]
                    block = bool(items) and isinstance(items[0], Priced)
                    variables[name] = (
                        "\n".join(words_of) if block else formats.joined(tuple(words_of), voice.language, either=either)
                    )
                case Priced(title, minutes, price):
                    priced: dict[str, Fact] = {"name": title, "minutes": minutes, "price": price or "none"}
                    variables[name] = self.text("priced", priced, voice)
                case Phrase(key, inner):
                    variables[name] = self.text(key, inner, voice)
                case WeekHours(days):
                    variables[name] = self._week(days, voice)
                case _:
                    variables[name] = fact
        return variables

    def _moment(self, at: datetime, zone: str, voice: Voice) -> dict[str, str]:
        key = (at, zone, voice)
        found = self._moments.get(key)
        if found is None:
            local = at.astimezone(ZoneInfo(zone))
            locale = formats.locale_for(voice.language, voice.country)
            minute = local.hour * 60 + local.minute
            facts: dict[str, Fact] = {"time": formats.clock(minute, locale), "day": self._day(local.date(), voice)}
            on: dict[str, Fact] = {**facts, "day": self._on(local.date(), voice)}
            full: dict[str, Fact] = {**facts, "day": formats.short_date(local.date(), locale)}
            found = {
                "": self.text("day-at-time", facts, voice),
                "-on": self.text("day-at-time", on, voice),
                "-full": self.text("day-at-time", full, voice),
                "-time": formats.clock(minute, locale),
                "-day": formats.weekday(local.date(), locale),
            }
            if len(self._moments) >= _MEMO:
                self._moments.clear()
            self._moments[key] = found
        return found

    def _day(self, on: date, voice: Voice) -> str:
        ahead = (on - voice.today).days
        if ahead in (0, 1):
            return self.text("today" if ahead == 0 else "tomorrow", {}, voice)
        return formats.short_date(on, formats.locale_for(voice.language, voice.country))

    def _on(self, on: date, voice: Voice) -> str:
        if (on - voice.today).days in (0, 1):
            return self._day(on, voice)
        return self.text("on-day", {"day": self._day(on, voice)}, voice)

    def _week(self, days: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...], voice: Voice) -> str:
        locale = formats.locale_for(voice.language, voice.country)
        lines = []
        for first, last, ranges in days:
            hours = ", ".join(
                f"{formats.clock(opens, locale)}–{formats.clock(closes, locale)}" for opens, closes in ranges
            )
            hours = hours or self.text("closed-all-day", {}, voice)
            names = (
                formats.short_weekday(first, locale)
                if first == last
                else f"{formats.short_weekday(first, locale)}–{formats.short_weekday(last, locale)}"
            )
            lines.append(hours if len(days) == 1 else f"{names}: {hours}")
        return "\n".join(lines)

    def _of(self, language: str, trade: str) -> dict[str, Sentence]:
        key = (language, trade)
        found = self._sentences.get(key)
        if found is None:
            found = self._sentences[key] = self._read(language, trade)
        return found

    def _read(self, language: str, trade: str) -> dict[str, Sentence]:
        from dialogs.sentences import read

        found: dict[str, Sentence] = {}
        for lang in dict.fromkeys(("en", language)):
            for name in ("pages", "replies", trade):
                path = self._folder / lang / f"{name}.ftl"
                if path.is_file():
                    found.update(read(path, lang))
        return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
