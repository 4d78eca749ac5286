"""Where a token could show: errors with all that hangs on them, and logs."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Everything(logging.Handler):
    """Keeps what is logged, as text and as it was given."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [record.getMessage(), repr(record.args), shown(record.exc_info[1]) if record.exc_info else ""]


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Yield what all loggers log meanwhile, from DEBUG upwards."""
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def shown(error: BaseException | None) -> str:
    """Return all that can be read in an error: its traceback, what caused it, and what it came up in."""
    if error is None:
        return ""
    return "\n".join(
        [
            *traceback.format_exception(error),
            str(error),
            repr(error),
            repr(error.args),
            repr(getattr(error, "__dict__", "")),
            shown(error.__cause__),
            shown(error.__context__),
        ]
    )


def leaks(text: str, token: str) -> bool:
    """Whether a text shows a token, or enough of it."""
    return token in text or token.partition(":")[2][:12] in text
