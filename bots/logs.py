"""Logs: one line a turn, and nothing in them that a customer said or that opens a door."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import TextIO

WORDS = frozenset(
    {
        "account", "after", "before", "booking", "business", "channel", "commands", "conversation", "customer",
        "endpoint", "error", "event", "gateway", "job", "kind", "lane", "language", "level", "method", "module",
        "outcome", "outgoing", "owner", "part", "reason", "request_id", "stage", "stage_after", "stage_before", "state",
        "status", "store", "timer", "timestamp", "trace", "turn", "version", "where", "worker",
    }
)  # fmt: skip
"""The keys whose words are logged: identifiers and closed vocabularies. Of any other key only a number is."""
OURS = frozenset({"event", "module", "timestamp", "trace"})
"""The keys that the program's own text writes; of the others a word must look like an identifier."""
IDENTIFIER = re.compile(r"[A-Za-z0-9_.:*/-]{1,128}")
ERROR = re.compile(r"([A-Za-z_]\w*)\(")
"""How `repr` begins an error: its class is kept."""
HIDDEN = "[hidden]"


def configure(level: str = "info", form: Literal["text", "json"] = "text", stream: TextIO | None = None) -> None:
    """Send all logs, the libraries' too, to a stream (by default standard error), guarded."""
    stream = stream or sys.stderr
    severity = logging.getLevelNamesMapping()[level.upper()]
    render: Any = structlog.processors.JSONRenderer()
    if form == "text":
        render = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            guard,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=_Lines(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(_Bridge())
    root.setLevel(max(severity, logging.WARNING))
    # Web chat's paths carry the conversation's capability: requests are not logged by the server.
    logging.getLogger("uvicorn.access").disabled = True


class _Named(structlog.WriteLogger):
    """Writes lines, and knows whose they are."""

    name = ""


class _Lines:
    """Makes the logger of a module: `structlog.get_logger(__name__)`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, name: str = "", *_: Any) -> _Named:
        named = _Named(self._stream)
        named.name = name
        return named


def _name(logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if isinstance(logger, _Named) and logger.name:
        facts["module"] = logger.name
    return facts


def guard(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let numbers, moments and the words of known keys through, and hide everything else.

    Of an exception its class and its place in the code are kept; its message may quote a customer, so it is not.
    """
    failure = facts.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    elif isinstance(failure, tuple):
        failure = failure[1]
    for key, value in facts.items():
        facts[key] = _shown(key, value)
    if isinstance(failure, BaseException):
        facts["error"] = type(failure).__name__
        facts["trace"] = _places(failure)
    return facts


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseException):
        return type(value).__name__
    if key in WORDS:
        if isinstance(value, str):
            return _word(key, value)
        if isinstance(value, tuple | list | frozenset | set) and all(isinstance(word, str) for word in value):
            return [_word(key, word) for word in value]
    return HIDDEN


def _word(key: str, word: str) -> str:
    if key == "error" and (written := ERROR.match(word)):
        return written[1]
    return word if key in OURS or IDENTIFIER.fullmatch(word) else HIDDEN


def _places(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:])


class _Bridge(logging.Handler):
    """Hands the records of libraries on: their template without its arguments, which may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = record.exc_info[1] if record.exc_info else None
        log = structlog.get_logger(record.name)
        # Some libraries log the error itself as the message.
        if isinstance(record.msg, BaseException):
            failure = failure or record.msg
        log.log(record.levelno, record.msg if isinstance(record.msg, str) else "library message", exc_info=failure)
