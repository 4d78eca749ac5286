"""Forms: what a trade must learn before it can book."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.understanding.commands import SlotName  # noqa: TC001 - part of the public type


@dataclass(frozen=True, slots=True)
class Form:
    """A trade's form. Words for it come from the locales; this says only what is needed and in which order."""

    trade: str
    needs: tuple[SlotName, ...]
    """Asked for in this order when missing. `place` is asked only where there are several."""
    optional: tuple[SlotName, ...] = ()
    """Heard when said, never asked for."""
    usual: tuple[int, int] = (8 * 60, 20 * 60)
    """When "at 7" could be two times that are both open, the one in these minutes of the day is meant."""
    table: bool = False
    """A party books a table: the service is the only one there is, and its length depends on the party."""
