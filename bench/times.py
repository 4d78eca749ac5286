"""How many expressions of days and times are understood: `python -m bench.times FILE.jsonl [--misses] [--language xx]`.

A line of the file is `{"language", "now", "text", "date", "time"?}`. Each text is read by the rules that reception
runs, of a business that has no names of its own and speaks this one language; what its commands leave open is settled
by habit (`settled`). One JSON line is printed: the share that is right, by language, the median time of a reading, and
the same for the two parts of the file, that which was read while the grammar was written and that which was not.
`--misses` lists those of the read part only, on the error stream. `--against dateparser` has that library read the
same cases in the same run, from an environment of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Clarify, Correct, Day, Heard, Invalid, Seek, Set, Shift, TimeOfDay
from dialogs.understanding.lexicon import languages, load
from dialogs.understanding.phrases import Phrases
from dialogs.understanding.rules import Rules
from dialogs.understanding.text import fold, tokens
from domain.businesses import Business, Directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dialogs.understanding.commands import Command

ROOT = Path(__file__).resolve().parents[1]
_NOON, _DAY = 720, 1440
_COUNTRY = {"en": "US", "es": "ES", "pt": "PT", "fr": "FR", "de": "DE", "it": "IT", "ru": "RU"}
"""Where most of those who speak a language do: the order of figures and phone numbers go by the country."""


class BadCase(ValueError):
    """A line of the file that is no case; says which and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """An expression and what it means."""

    language: str
    now: datetime
    text: str
    date: date | None
    minute: int | None

    @property
    def unseen(self) -> bool:
        """Whether it belongs to the third that was set aside unread."""
        return hashlib.sha256(f"{self.language} {self.text}".encode()).digest()[0] % 3 == 0

    def wants(self, moment: Moment) -> bool:
        """Return whether a moment is what the expression means; a time that is not wanted may be there."""
        return moment.date == self.date and (self.minute is None or moment.minute == self.minute)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and, where one was said, a minute of it."""

    date: date | None = None
    minute: int | None = None

    def __str__(self) -> str:
        clock = "" if self.minute is None else f" {self.minute // 60:02}:{self.minute % 60:02}"
        return f"{self.date or 'no day'}{clock}"


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file. Raises BadCase with the number of the line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            minute = said.get("time")
            if minute is not None:
                hours, minutes = minute.split(":")
                minute = int(hours) * 60 + int(minutes)
            found.append(
                Case(
                    str(said["language"]),
                    datetime.fromisoformat(said["now"]),
                    str(said["text"]),
                    date.fromisoformat(said["date"]) if said.get("date") else None,
                    minute,
                )
            )
        except KeyError as error:
            raise BadCase(f"{path}, line {number}: {error.args[0]} is missing") from error
        except (ValueError, AttributeError, TypeError) as error:
            raise BadCase(f"{path}, line {number}: {error}") from error
    if not found:
        raise BadCase(f"{path} has no cases")
    return found


def settled(commands: Sequence[Command], now: datetime, *, counted: bool = False) -> Moment:
    """Return the day and time that commands mean where there is no business to settle them: by habit.

    A bare hour is the next one to come, on a day other than today the one of the morning. Only a time said: the next
    day on which it is still to come. A span of days gives its first, a span of hours ("after 5", "between 3 and 5") its
    beginning. "Now" and "as soon as possible" are today. What would have to be asked is nothing.

    Args:
        commands: what was understood.
        now: when it was said, local.
        counted: the day was counted from now ("in 7 days"): it is the hour in which it was said. A business has hours
            to offer, and for it such a day is a day.
    """
    day: Day | None = None
    time: TimeOfDay | None = None
    for command in commands:
        match command:
            case Set("date", Day() as value) | Correct("date", Day() as value):
                day = value
            case Set("time", TimeOfDay() as value) | Correct("time", TimeOfDay() as value):
                time = value
            case Clarify("date" | "time") | Invalid():
                return Moment()
            case Seek("earliest"):
                day = day or Day(now.date(), now.date())
            case Shift("date", by):
                then = now.date() + timedelta(days=by)
                day = Day(then, then)
            case _:
                pass
    heard = now.hour * 60 + now.minute
    if time is None:
        return Moment(day.first if day else None, now.hour * 60 if day and counted else None)
    today = day is None or day.first == now.date()
    minute = time.earliest
    if time.halves and today and minute < heard:
        minute += _NOON
    on = day.first if day else now.date()
    if today and (minute < heard if time.exact else time.latest < heard):
        on += timedelta(days=1)
        minute = time.earliest
    on += timedelta(days=minute // _DAY)
    return Moment(on, minute % _DAY)


class Reader:
    """Reads cases as reception reads messages."""

    def __init__(self) -> None:
        """Load the languages that there are."""
        self._rules = Rules()
        self.languages = languages()
        self._catalogues = {one: Catalogue(_directory(one)) for one in self.languages}

    def commands(self, case: Case) -> Sequence[Command]:
        """Return the commands of a case; none where there is no such language."""
        catalogue = self._catalogues.get(case.language)
        return () if catalogue is None else self._rules.read(Heard(case.text, case.now, catalogue)).commands

    def counted(self, case: Case) -> bool:
        """Return whether a case counts its day from now: by the builder that its phrase was made by."""
        catalogue = self._catalogues.get(case.language)
        if catalogue is None:
            return False
        said = tokens(case.text)
        words = [fold(word) for word in said]
        phrases = Phrases(said, words, load(case.language, ""), catalogue, case.now.date())
        anchors = (value for spans in phrases.spans.values() for key, value, _ in spans if key == "<anchor>")
        return any(builder == "ahead" for builder, _ in anchors)


def _directory(language: str) -> Directory:
    business = Business("bench", "bench", "Bench", "", "EUR", _COUNTRY.get(language, "US"), (language,))
    return Directory(business, (), (), (), (), ())


def score(cases: Sequence[Case], found: Sequence[Moment], nanoseconds: Iterable[int]) -> dict[str, Any]:
    """Return the line that is printed."""
    right = [case.wants(moment) for case, moment in zip(cases, found, strict=True)]
    parts = {
        name: [(case.language, ok) for case, ok in zip(cases, right, strict=True) if case.unseen == unseen]
        for name, unseen in (("seen", False), ("unseen", True))
    }
    return {
        "bench": "times",
        "right": round(sum(right) / len(cases), 4),
        "cases": len(cases),
        "by_language": _shares(zip((case.language for case in cases), right, strict=True)),
        "ms_median": round(statistics.median(nanoseconds) / 1e6, 4),
        **{
            name: {
                "right": round(sum(ok for _, ok in part) / len(part), 4) if part else None,
                "cases": len(part),
                "by_language": _shares(part),
            }
            for name, part in parts.items()
        },
    }


def _shares(answers: Iterable[tuple[str, bool]]) -> dict[str, float]:
    all_of, right = Counter[str](), Counter[str]()
    for language, ok in answers:
        all_of[language] += 1
        right[language] += ok
    return {language: round(right[language] / all_of[language], 4) for language in sorted(all_of)}


def why(case: Case, moment: Moment, commands: Sequence[Command], have: Iterable[str]) -> str:
    """Return in a word what was missed."""
    if case.language not in have:
        return "language"
    if any(isinstance(one, Invalid) for one in commands):
        return "refused"
    if any(isinstance(one, Clarify) for one in commands):
        return "asked"
    if moment.date is None:
        return "nothing"
    return "day" if moment.date != case.date else "time" if moment.minute is not None else "no-time"


def measure(cases: Sequence[Case], rounds: int = 3) -> tuple[list[Sequence[Command]], list[Moment], list[int]]:
    """Return what was understood of each case, settled, and the shortest time of each reading in nanoseconds."""
    reader = Reader()
    taken = [0] * len(cases)
    understood: list[Sequence[Command]] = []
    for turn in range(rounds + 1):
        understood = []
        for at, case in enumerate(cases):
            start = perf_counter_ns()
            understood.append(reader.commands(case))
            spent = perf_counter_ns() - start
            if turn:  # the first round loads the words
                taken[at] = min(taken[at] or spent, spent)
    known = [spent for case, spent in zip(cases, taken, strict=True) if case.language in reader.languages]
    moments = [
        settled(one, case.now, counted=reader.counted(case)) for one, case in zip(understood, cases, strict=True)
    ]
    return understood, moments, known or [0]


def against(peer: str, path: Path, language: str, environment: Path) -> list[dict[str, Any]]:
    """Return what another library made of the same file, a line a case. Exits with the remedy where it is missing."""
    python = environment / "bin" / "python"
    if not python.exists():
        sys.exit(f"{environment} is missing: make bench-against installs the peers")
    command = [python, "-m", f"bench.against.{peer}_times", path, *(["--language", language] if language else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{peer} ended with {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Read the file and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true", help="list the misses of the read part on the error stream")
    parser.add_argument("--language", default="", help="only this one")
    parser.add_argument("--against", choices=("dateparser",))
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv-against")
    options = parser.parse_args()
    try:
        cases = [one for one in read_cases(options.file) if options.language in {"", one.language}]
    except (BadCase, OSError) as error:
        sys.exit(str(error))
    if not cases:
        sys.exit(f"{options.file} has no cases of {options.language}")
    understood, found, taken = measure(cases)
    line = score(cases, found, taken)
    if options.misses:
        have = languages()
        for case, moment, commands in zip(cases, found, understood, strict=True):
            if not case.unseen and not case.wants(moment):
                wanted = Moment(case.date, case.minute)
                told = why(case, moment, commands, have)
                print(f"{case.language}  {case.text!r}  wanted {wanted}  understood {moment}  {told}", file=sys.stderr)
    if options.against:
        theirs = against(options.against, options.file, options.language, options.environment)
        moments = [Moment(date.fromisoformat(one["date"]) if one["date"] else None, one["minute"]) for one in theirs]
        line[options.against] = score(cases, moments, [one["ns"] for one in theirs])
    print(json.dumps(line))


if __name__ == "__main__":
    main()
