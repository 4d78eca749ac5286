"""Scenes: the sentences of the locales with what came before them, and commands written down as they write them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import dialogs
from dialogs.messages import Offer, Option
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import (
    Add,
    Clarify,
    Command,
    Correct,
    Day,
    Heard,
    Invalid,
    Remove,
    Set,
    Shift,
    TimeOfDay,
)
from dialogs.understanding.lexicon import languages
from tests.builders import bistro_mar, luz_studio

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Lisbon"))
LOCALES = Path(dialogs.__file__).parent / "locales"


def _speaking(directory: Any) -> Catalogue:
    spoken = tuple(dict.fromkeys(["en", *languages()]))
    return Catalogue(replace(directory, business=replace(directory.business, languages=spoken)))


SALON, RESTAURANT = _speaking(luz_studio()), _speaking(bistro_mar())
CATALOGUES = {"salon": SALON, "restaurant": RESTAURANT}
_PREFIXES = {"salon": "biz-luz:", "restaurant": "biz-mar:"}


@dataclass(frozen=True)
class Sentence:
    """One sentence of a locale."""

    text: str
    means: str
    heard: Heard = field(repr=False)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def written_value(value: Any) -> str:
    """Write a value as the sentence files do."""
    match value:
        case Day(first, last):
            return first.isoformat() if first == last else f"{first}..{last}"
        case TimeOfDay(earliest, latest, halves, about):
            span = clock(earliest) if earliest == latest else f"{clock(earliest)}-{clock(latest)}"
            return f"{'~' if about else ''}{span}{'/2' if halves else ''}"
        case str():
            return value.removeprefix("biz-luz:").removeprefix("biz-mar:")
        case _:
            return str(value)


def written(command: Command) -> str:
    """Write a command as the sentence files do."""
    match command:
        case Set(slot, value):
            return f"{slot}={written_value(value)}"
        case Correct(slot, value):
            return f"{slot}:={written_value(value)}"
        case Add(slot, value):
            return f"{slot}+={written_value(value)}"
        case Remove(slot, value):
            return f"{slot}-={'*' if value is None else written_value(value)}"
        case Shift(slot, by):
            return f"{slot}{by:+}"
        case Clarify(slot, values):
            return f"{slot}?{'|'.join(written_value(value) for value in values)}"
        case Invalid(slot, _, reason):
            return f"{slot}!{reason}"
    values = [getattr(command, name) for name in command.__slots__]
    words = [type(command).__name__]
    for name, value in zip(command.__slots__, values, strict=True):
        if name == "booking":
            words += ["booking"] if value else []
        elif value != "":
            words.append(written_value(value))
    return " ".join(words)


def all_written(commands: tuple[Command, ...]) -> str:
    """Write commands in a row."""
    return ", ".join(written(one) for one in commands)


def _slot(name: str, value: Any, business: str) -> Any:
    match name:
        case "date":
            day = value if isinstance(value, date) else date.fromisoformat(value)
            return Day(day, day)
        case "time":
            hours, minutes = value.split(":")
            return TimeOfDay(int(hours) * 60 + int(minutes), int(hours) * 60 + int(minutes))
        case "service":
            return [_PREFIXES[business] + one for one in value]
        case "staff" | "place":
            return _PREFIXES[business] + value
    return value


def _offer(scene: dict[str, Any]) -> Offer | None:
    said = scene.get("offer")
    if said is None:
        return None
    options = [
        Option(
            one["value"],
            one.get("label", ""),
            str(one.get("day", "")),
            one.get("minute", -1),
            tuple(one.get("words", ())),
        )
        for one in said["options"]
    ]
    return Offer("offer", said["kind"], options)


@cache
def sentences(language: str) -> tuple[Sentence, ...]:
    """Return the sentences of a language's folder."""
    return read_sentences((LOCALES / language / "sentences.yaml").read_text(encoding="utf-8"), language)


def read_sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Return the sentences of a file."""
    found = []
    for scene in yaml.safe_load(text):
        business = scene["business"]
        first = Heard(
            "",
            NOW,
            CATALOGUES[business],
            language=scene.get("language", language),
            stage=scene.get("stage", "greeting"),
            asked=scene.get("asked", ""),
            offer=_offer(scene),
            slots={name: _slot(name, value, business) for name, value in scene.get("slots", {}).items()},
        )
        found += [Sentence(text, means, replace(first, text=text)) for text, means in scene["sentences"].items()]
    return tuple(found)
