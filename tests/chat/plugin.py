"""Makes every `.chat` file a test, named by its title."""

from __future__ import annotations

import asyncio
import difflib
import traceback
from typing import TYPE_CHECKING

import pytest

from tests.chat.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.chat.everywhere import Somewhere
    from tests.chat.scene import Script


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--rewrite`."""
    parser.addoption("--rewrite", action="store_true", help="write .chat transcripts down again as they went")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect transcripts."""
    if file_path.suffix == ".chat":
        return Transcript.from_parent(parent, path=file_path)
    return None


class Different(AssertionError):
    """The conversation went another way."""


class Transcript(pytest.File):
    """A `.chat` file."""

    def collect(self) -> Iterator[Play]:
        """Yield the transcript on its own channel in memory, and everywhere else where it says so."""
        text = self.path.read_text(encoding="utf-8")
        script = parse(text)
        yield Play.from_parent(self, name=script.header.title, script=script, text=text)
        if script.header.everywhere:
            from tests.chat.everywhere import places

            for somewhere in places(script.header):
                name = f"{script.header.title} [{somewhere.store}, {somewhere.channel}]"
                item = Play.from_parent(self, name=name, script=script, text=text, somewhere=somewhere)
                if somewhere.store == "postgres":
                    item.add_marker("service")
                yield item


class Play(pytest.Item):
    """One transcript on one channel and one store."""

    def __init__(
        self,
        *,
        script: Script,
        text: str,
        somewhere: Somewhere | None = None,
        **rest: object,
    ) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self._script = script
        self._text = text
        self._somewhere = somewhere

    def runtest(self) -> None:
        """Play it, and compare what was written down."""
        from tests.chat.player import Derailed, only_notes, play

        if self._somewhere is not None:
            elsewhere = asyncio.run(play(self._script, self._somewhere.channel, self._somewhere.open_store))
            _compare(only_notes(self._text), only_notes(elsewhere), self.path)
            return
        try:
            went = asyncio.run(play(self._script))
        except Derailed as derailed:
            _compare(self._text.splitlines(), [*derailed.so_far.splitlines(), f"({derailed.__cause__})"], self.path)
            raise
        if went != self._text:
            if self.config.getoption("rewrite"):
                self.path.write_text(went, encoding="utf-8")
            else:
                _compare(self._text.splitlines(), went.splitlines(), self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Show the difference and nothing else; a defect with its traceback."""
        if isinstance(excinfo.value, Different):
            return str(excinfo.value)
        return "".join(traceback.format_exception(excinfo.value))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it is and what it is called."""
        return self.path, 0, self.name


def _compare(expected: list[str], went: list[str], path: Path) -> None:
    if expected != went:
        lines = difflib.unified_diff(
            expected, went, f"{path.name} as written", f"{path.name} as it went", lineterm="", n=4
        )
        raise Different("\n".join(lines))
