"""Every language plays the eight core scenarios, and each of them comes to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.understanding.lexicon import languages
from tests.chat.parser import parse
from tests.chat.scene import Says

FOLDER = Path(__file__).parents[1] / "conversations" / "salon"
SCENARIOS = {
    "book": ("~ confirming", "booking=confirmed"),
    "alternatives": ("~ alternatives", "booking=confirmed"),
    "correction": ("~ confirming", "booking=confirmed"),
    "move": ("booking=confirmed", "booking=moved"),
    "cancel": ("booking=confirmed", "booking=cancelled"),
    "question": ("~ confirming",),
    "hand-over": ("owner=queue",),
    "waitlist": ("~ alternatives", "waitlist=waiting", "offered", "booking=confirmed waitlist=booked"),
}
"""Name to what its transcript must pass through, in this order."""
CORRECTED = 2
"""Values that are changed in the scenario of corrections, at least."""


def transcript(language: str, scenario: str, folder: Path = FOLDER) -> str:
    """Return a language's transcript of a scenario. Raises FileNotFoundError."""
    return (folder / f"{language}-{scenario}.chat").read_text(encoding="utf-8")


def passes(text: str, waypoints: tuple[str, ...]) -> bool:
    """Return whether a transcript's notes pass through all waypoints in their order."""
    notes = [line for line in text.splitlines() if line.startswith("     ~ ")]
    at = 0
    for wanted in waypoints:
        while at < len(notes) and wanted not in notes[at]:
            at += 1
        if at == len(notes):
            return False
    return True


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("language", languages())
def test_a_language_plays_its_core_scenarios_to_the_end(language: str, scenario: str) -> None:
    text = transcript(language, scenario)
    assert passes(text, SCENARIOS[scenario])
    assert "not_understood" not in text


@pytest.mark.parametrize("language", languages())
def test_a_language_changes_its_mind_more_than_once(language: str) -> None:
    notes = [line for line in transcript(language, "correction").splitlines() if line.startswith("     ~ ")]
    assert sum("=" in note.removesuffix("booking=confirmed") for note in notes[1:]) >= CORRECTED


def test_no_two_languages_say_the_same() -> None:
    said: dict[tuple[str, ...], str] = {}
    for language in languages():
        script = parse(transcript(language, "book"))
        lines = tuple(
            one.text
            for beat in script.parts
            if not isinstance(beat, str)
            for one in beat.inputs
            if isinstance(one, Says)
        )
        assert len(lines) >= 3
        assert said.setdefault(lines, language) == language


def test_a_transcript_that_ends_before_its_end_is_noticed() -> None:
    text = transcript("en", "move")
    assert passes(text, SCENARIOS["move"])
    assert not passes(text.replace("booking=moved", ""), SCENARIOS["move"])
    assert not passes("\n".join(reversed(text.splitlines())), SCENARIOS["move"])
    with pytest.raises(FileNotFoundError):
        transcript("xx", "move")
