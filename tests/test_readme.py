"""The README says what is so: its conversation is a transcript, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.understanding.commands import Heard
from dialogs.understanding.rules import Rules
from tests.dialogs.understanding.scenes import NOW, RESTAURANT, SALON, all_written

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_conversation_is_a_transcript_word_for_word() -> None:
    block = next(one for one in re.findall(r"```\n(.*?)```", README, re.DOTALL) if one.startswith("Ana:"))
    path = re.search(r"\((tests/conversations/\S+\.chat)\)", README)
    assert path is not None
    _, *lines = (ROOT / path[1]).read_text("utf-8").splitlines()
    spoken = [line for line in lines if line and not line.startswith("(") and not line.lstrip().startswith("~")]
    assert block.splitlines() == spoken


MEANT = {
    "2moro 5ish?": "date=2026-11-21, time=~05:00/2",
    "not Friday, Saturday": "date=2026-11-21",
    "für zwei, nächsten Dienstag gegen halb acht": "party_size=2, date=2026-11-24, time=~07:30/2",
    "à partir de 18h, pas lundi": "time=18:00-23:59, date-=2026-11-23",
    "depois de amanhã de manhã, com a Anna": "date=2026-11-22, time=06:00-11:59, staff=anna",
    "el viernes que viene, ocho y cuarto": "date=2026-11-27, time=08:15/2",
    "facciamo alle 5, anzi un'ora dopo": "time:=05:00/2, time+60",
    "в субботу вечером, нас будет четверо": "date=2026-11-21, time=17:00-23:59, party_size=4",
}
"""What the README says is understood, as commands."""


def test_what_the_readme_says_is_understood_is() -> None:
    table = README.split("| somebody writes | and means |", 1)[1].split("\n\n", 1)[0]
    said = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|") and "---" not in row]
    assert said == list(MEANT)
    for text, meant in MEANT.items():
        catalogue = RESTAURANT if "party_size" in meant else SALON
        assert all_written(Rules().read(Heard(text, NOW, catalogue)).commands) == meant


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert not missing
