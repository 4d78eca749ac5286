"""A transcript as pages show it: grouped by side and minute, with days between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from web import formats
from web.booking_card import Seen, of_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversations import Message

TOGETHER = timedelta(minutes=1)
"""Lines of the same side within it are one group."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line."""

    id: str
    author: str
    text: str
    at: str
    """ISO 8601."""
    clock: str
    day: str
    """The day, on its first line; otherwise empty."""
    by: str
    """Whose words they are, on the first line of a person's group."""
    by_name: str
    first: bool
    last: bool
    """Of its group."""
    card: Seen | None
    delivery: str = ""
    """What became of it: `sent`, `delivered`, `read`, `played`, `failed`; "" where nobody tells."""
    problem: str = ""
    file: bool = False
    """Whether a file came with it."""


def shown(messages: Sequence[Message], zone: str, locale: str) -> list[Shown]:
    """Return lines as they are drawn, in the order given; days and times are those of `zone`."""
    lines: list[Shown] = []
    for index, one in enumerate(messages):
        before = messages[index - 1] if index else None
        after = messages[index + 1] if index + 1 < len(messages) else None
        at = formats.local(one.at, zone)
        new_day = before is None or formats.local(before.at, zone).date() != at.date()
        first = new_day or before is None or not _together(before, one)
        lines.append(
            Shown(
                id=one.id,
                author=one.author,
                text=one.text,
                at=at.isoformat(),
                clock=formats.clock_of(at.time(), locale),
                day=formats.day(at.date(), locale) if new_day else "",
                by=one.author_id if first and one.author in {"staff", "note"} else "",
                by_name=one.author_id if one.author in {"staff", "note"} else "",
                first=first,
                last=after is None or not _together(one, after),
                card=of_card(one.card, locale) if one.card else None,
                delivery=one.delivery,
                problem=one.problem,
                file=one.media is not None,
            )
        )
    return lines


def _together(one: Message, then: Message) -> bool:
    same = one.author == then.author and one.author_id == then.author_id
    return same and then.at - one.at < TOGETHER and one.card is None
