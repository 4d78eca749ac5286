"""The clock port: the one way to learn what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests and for replaying conversations."""

    def __init__(self, at: datetime) -> None:
        """Start at an aware moment; raises ValueError for a naive one."""
        self._at = _aware(at)

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move the clock by a duration, backwards if it is negative."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Move the clock to an aware moment."""
        self._at = _aware(at)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock needs an aware moment")
    return at.astimezone(UTC)
