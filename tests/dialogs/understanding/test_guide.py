"""The guide to adding a language is followed to the letter: its files are put into a folder and talked to."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dialogs.messages import Say
from dialogs.replies import Replies, Voice
from dialogs.understanding import catalogue, languages, lexicon
from dialogs.understanding.catalogue import Catalogue
from dialogs.understanding.commands import Heard
from dialogs.understanding.rules import Rules
from tests.builders import luz_studio
from tests.dialogs.understanding.scenes import NOW, all_written, read_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "how-to" / "add-a-language.md"
_BLOCK = re.compile(r"```(?:yaml|fluent)\n# (dialogs/locales/eo/[a-z.]+)\n(.*?)```", re.DOTALL)
FILES = dict(_BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
_KEPT = (lexicon.load, lexicon.concepts, lexicon._file, languages.signs, languages._of_file, catalogue._concepts)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of locales with the new language in it, beside English."""
    (tmp_path / "en").symlink_to(lexicon.LOCALES / "en")
    for name, text in FILES.items():
        file = tmp_path / Path(name).relative_to("dialogs/locales")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for kept in _KEPT:
        kept.cache_clear()
    monkeypatch.setattr(lexicon, "LOCALES", tmp_path)
    yield tmp_path
    for kept in _KEPT:
        kept.cache_clear()


def _salon() -> Catalogue:
    directory = luz_studio()
    return Catalogue(replace(directory, business=replace(directory.business, languages=("en", "eo"))))


def test_the_guide_names_every_file_it_needs(folder: Path) -> None:
    assert {Path(name).name for name in FILES} == {
        "words.yaml",
        "times.yaml",
        "salon.yaml",
        "replies.ftl",
        "sentences.yaml",
    }
    assert lexicon.languages() == ("en", "eo")


def test_the_sentences_of_the_guide_mean_what_it_says(folder: Path) -> None:
    rules, salon = Rules(), _salon()
    for one in read_sentences(FILES["dialogs/locales/eo/sentences.yaml"], "eo"):
        understood = rules.read(replace(one.heard, catalogue=salon, text=one.text))
        assert all_written(understood.commands) == one.means, one.text
        assert understood.language == "eo"


@pytest.mark.parametrize("text", ["Saluton!", "morgaŭ je la tria", "mi volas rendevuon"])
def test_the_new_language_is_told_from_a_first_message(text: str, folder: Path) -> None:
    assert Rules().read(Heard(text, NOW, _salon())).language == "eo"


def test_the_bot_speaks_it_and_falls_back_to_english(folder: Path) -> None:
    replies, voice = Replies(folder), Voice("eo", "salon", "PT", NOW.date())
    assert replies.compose([Say("help-first")], voice)[0].text == "Kiel mi povas helpi?"
    assert replies.compose([Say("ask-phone")], voice)[0].text == "What phone number can we reach you on?"


def test_what_the_guide_points_to_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:dialogs|tests)/[\w/.-]+\.(?:py|yaml))`", text):
        assert (ROOT / name).exists() or name in FILES, name
    for target in re.findall(r"\]\((\.\.[^)]+)\)", text):
        assert (GUIDE.parent / target).exists(), target
    for name in re.findall(r"pytest (?:--rewrite )?((?:tests/[\w/.-]+ ?)+)", text):
        for path in name.split():
            assert (ROOT / path).exists() or "*" in text, path
