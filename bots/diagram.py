"""The diagram of stages, drawn from the table that the engine obeys."""

from __future__ import annotations

import sys
from pathlib import Path

from dialogs.stages import MOVES, Stage

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "stages.md"

_HEAD = """# Stages

Where a conversation stands, and which stage may follow which. Generated from `dialogs.stages.MOVES` by
`python -m bots.diagram`; a test compares. Staying in a stage is always allowed and not drawn. Who answers (bot, queue,
human) is another matter: the owner changes, the stage stays.

"""


def page() -> str:
    """Return the page as Markdown with a Mermaid state diagram."""
    return f"{_HEAD}```mermaid\n{diagram()}\n```\n\n{table()}\n"


def diagram() -> str:
    """Return the Mermaid source: one arrow a move, in the order of the stages."""
    arrows = [f"    {before} --> {after}" for before in Stage for after in _after(before)]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {next(iter(Stage))}", *arrows])


def table() -> str:
    """Return the same as a table, for readers without Mermaid."""
    rows = [f"| {before} | {', '.join(_after(before)) or 'nothing'} |" for before in Stage]
    return "\n".join(["| stage | may be followed by |", "|---|---|", *rows])


def _after(before: Stage) -> list[Stage]:
    return [after for after in Stage if after in MOVES[before] and after is not before]


def main() -> int:
    """Write the page; returns the exit status."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
