"""The README says what is so: its conversation is a transcript, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert not missing
