"""The diagram of stages."""

from __future__ import annotations

from bots.diagram import PAGE, diagram, page
from dialogs.stages import MOVES, Stage


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m bots.diagram"


def test_every_move_is_an_arrow_and_nothing_else_is() -> None:
    arrows = {
        tuple(line.strip().split(" --> ")) for line in diagram().splitlines() if " --> " in line and "[*]" not in line
    }
    assert arrows == {(before, after) for before in Stage for after in MOVES[before] if after != before}
