"""Nothing was learnt by heart: no file of ours holds the words or the names that understanding is measured with.

What is compared is words: small letters without accents, figures apart from letters, whatever stands between them.

Of what customers wrote, and of the time expressions, five words are enough; the stock phrases of the other assistant
are everybody's ("What else can I do for you?"), so eight of its words are looked for.

Names are looked for as whole phrases. A name of one word only counts where it can hardly be here for another reason:
not where it has fewer than four signs, nor where it is a word of one of our lexicons (a colour, a plant, a part of the
day). What is left are ordinary words that no lexicon needs, people's first names and the streets of the made-up
businesses of the tests, which are names of eateries and towns somewhere, and feasts. Each of those is spared by the
beginning of its hash, because a list of them would name them, and only after it was looked at.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from dialogs.understanding.lexicon import languages, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[3]
FOLDERS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "adapters",
    "bench",
    "bots",
    "dialogs",
    "docs",
    "domain",
    "payments",
    "storage",
    "tests",
    "web",
)
LONG = 5
"""Words of an utterance from which on it is nobody's by chance."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_SILENT = re.compile(r"['’`´]|<[^>]*>|\\u[0-9a-fA-F]{4}")
LONG_STOCK = 8
SPARED = frozenset({"e3dc8f24", "bac31765"})
"""The first 8 figures of the SHA-256 of names, written together, that are words of ours: "done" in Spanish; a feast."""

Words = tuple[str, ...]


def normal(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    plain = unicodedata.normalize("NFKD", _SILENT.sub("", text).casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))


class Found(NamedTuple):
    """Where something was found that should not be there."""

    file: str
    line: int
    kind: str


class Wanted:
    """Phrases that no file may hold, by their first word."""

    def __init__(self, phrases: Iterable[tuple[str, Words]]) -> None:
        """Index phrases of a kind."""
        self._by_first: dict[str, list[tuple[str, Words]]] = {}
        for kind, words in dict.fromkeys(phrases):
            self._by_first.setdefault(words[0], []).append((kind, words))

    def within(self, file: str, text: str) -> Iterator[Found]:
        """Yield the lines of a text where a phrase begins; a phrase may go on in the next line, not further."""
        lines = [normal(line) for line in text.splitlines()]
        for number, words in enumerate(lines, 1):
            after = next((line for line in lines[number : number + 2] if line), [])
            run = words + after
            for at, word in enumerate(words):
                for kind, phrase in self._by_first.get(word, ()):
                    if tuple(run[at : at + len(phrase)]) == phrase:
                        yield Found(file, number, kind)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def utterances(data: Path) -> Iterator[tuple[str, Words]]:
    """Yield what people and their assistant wrote, and the time expressions, where they are long."""
    texts = [(str(case["text"]), LONG) for case in _lines(data / "time-expressions" / "cases.jsonl")]
    for dialogue in _lines(data / "booking-dialogues" / "train.jsonl"):
        for turn in dialogue["turns"]:  # type: ignore[attr-defined]
            texts += [(turn["user"], LONG), (turn["bot"], LONG_STOCK)]
    for text, long in texts:
        words = tuple(normal(text))
        if len(words) >= long:
            yield "an utterance of the data", words


def names(data: Path) -> Iterator[tuple[str, Words]]:
    """Yield the names of the directories that can only come from there."""
    known = frozenset(word for language in languages() for word in load(language, "salon").vocabulary)
    for entry in json.loads((data / "booking-dialogues" / "train.directory.json").read_text(encoding="utf-8")).values():
        for kind in ("providers", "places"):
            for name in entry[kind]:
                words = tuple(normal(name))
                whole = "".join(words)
                ordinary = len(name.split()) == 1 and (len(whole) < 4 or whole in known)
                if words and not ordinary and _mark(whole) not in SPARED:
                    yield f"a name of the {kind}", words


def _mark(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:8]


def tracked(root: Path) -> list[str]:
    """Return the files of the folders that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z", *FOLDERS], cwd=root, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]


def held(root: Path, files: Iterable[str], wanted: Wanted) -> list[Found]:
    """Return all places of files that hold what is not wanted."""
    found: list[Found] = []
    for name in files:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file that is being taken away
        found += wanted.within(name, text)
    return found


@functools.cache
def _data() -> Path:
    place = os.environ.get("FRONTDESK_DATA", "")
    if not place:
        pytest.skip("FRONTDESK_DATA does not say where the test data is")
    return Path(place)


@pytest.mark.data
def test_no_file_holds_an_utterance_of_the_data() -> None:
    wanted = Wanted(utterances(_data()))
    assert held(ROOT, tracked(ROOT), wanted) == []


@pytest.mark.data
def test_no_file_names_a_provider_or_a_place_of_the_data() -> None:
    wanted = Wanted(names(_data()))
    assert held(ROOT, tracked(ROOT), wanted) == []


def _made_up(folder: Path) -> Path:
    dialogue = {"turns": [{"bot": "", "user": "Could the zebra have a late brunch?"}]}
    directory = {"Zoos_1": {"providers": ["Zebra & Sons", "Quaggarama", "Tea"], "places": ["Okapi Hills"]}}
    (folder / "booking-dialogues").mkdir(parents=True)
    (folder / "time-expressions").mkdir()
    (folder / "booking-dialogues" / "train.jsonl").write_text(json.dumps(dialogue) + "\n")
    (folder / "booking-dialogues" / "train.directory.json").write_text(json.dumps(directory))
    case = {"text": "the fifth zebra day after 3pm"}
    (folder / "time-expressions" / "cases.jsonl").write_text(json.dumps(case) + "\n")
    return folder


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("# could the ZEBRA have\n#   a late brunch", "an utterance of the data"),
        ('"The fifth zébra-day, after 3 p.m.": x', ""),  # "p.m." is two words
        ('"The fifth zébra-day, after 3 pm": x', "an utterance of the data"),
        ("zebra_and = 'Zebra, sons'", "a name of the providers"),
        ("a table at Quaggarama's", ""),
        ("a table at quaggarama", "a name of the providers"),
        ("in Okapi\nHills", "a name of the places"),
        ("tea for two in the hills", ""),
        ("could the zebra have brunch", ""),
    ],
)
def test_what_is_planted_is_found(planted: str, kind: str, tmp_path: Path) -> None:
    data = _made_up(tmp_path / "data")
    (tmp_path / "rules.py").write_text(f"\n{planted}\n")
    wanted = Wanted([*utterances(data), *names(data)])
    found = held(tmp_path, ["rules.py", "gone.py"], wanted)
    assert found == ([Found("rules.py", 2, kind)] if kind else [])


def test_all_folders_are_looked_through() -> None:
    kept = {name.split("/")[0] for name in tracked(ROOT)}
    assert kept == set(FOLDERS)
