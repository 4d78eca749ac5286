"""Parties: how many people a description comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.numbers import Atom

MOST = 999
"""People; more is a slip of the keyboard."""
_SPEAKERS = {"party.me_plus": 1, "party.two_plus": 2}
_FIXED = {"party.one": 1, "party.two": 2, "party.three": 3, "party.table_one": 1, "party.table_two": 2}


def size(meaning: str, values: Sequence[Atom]) -> int | None:
    """Return the number of people, None where the description has no number.

    `party.n` and `party.plus` add up what was counted ("4 adults and 2 kids"), `party.me_plus` counts the speaker too.
    """
    if meaning in _FIXED:
        return _FIXED[meaning]
    counted = [value for key, value in values if key in {"<n>", "<one>"}]
    if not counted:
        return None
    total: int = sum(counted)
    return total + _SPEAKERS.get(meaning, 0)
