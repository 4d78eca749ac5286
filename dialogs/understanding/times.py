"""Days and times: the builders of clock times, days and lengths under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding.clocks import ALL_DAY, DAY, IMPOSSIBLE, NOON, clock, spanning, within
from dialogs.understanding.days import BUILDERS as DAYS
from dialogs.understanding.days import PAST, day
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.numbers import Atom

__all__ = [
    "ALL_DAY",
    "BUILDERS",
    "DAY",
    "IMPOSSIBLE",
    "NOON",
    "PAST",
    "clock",
    "day",
    "first",
    "length",
    "spanning",
    "within",
]

BUILDERS = {
    "clock": frozenset({"at", "past", "to", "half_to", "half_past", "half_before", "quarter_of", "named"}),
    "date": DAYS,
    "length": frozenset({"time", "half", "and_half", "sum", "fraction", "days", "months"}),
}
"""What a language's file may name under `clock:`, `date:` and `length:`."""

_COUNTS = frozenset({"<n>", "<decimal>", "<few>", "<whole>", "<one>"})


def length(builder: str, values: Sequence[Atom]) -> int:
    """Return a duration: minutes for `time`, `half`, `and_half` and `sum`, days for `days`, months for `months`.

    It is counted by a `<n>`, a `<decimal>` (1.5), a `<few>` ("a couple" is 2), a `<whole>` ("zweieinhalb" is 2 in
    `and_half`) or a `<one>`, which is 1. `sum` adds two ("1 hour 30 min"), a `<hhmm>` is both ("1h30"), `fraction` is
    one of an hour ("three quarters of an hour").
    """
    count = next((value for kind, value in values if kind in _COUNTS), 1)
    if builder == "days":
        return int(count * first(values, "<dunit>"))
    if builder == "months":
        return int(count * first(values, "<munit>"))
    if builder == "sum":
        units = [value for kind, value in values if kind == "<tunit>"]
        counts = [value for kind, value in values if kind in _COUNTS]
        return int(sum(one * other for one, other in zip(counts, units, strict=False)))
    if builder == "fraction":
        return int(first(values, "<fraction>"))
    written = first(values, "<hhmm>")
    if written is not None:
        return int(written[0] * 60 + written[1])
    unit = first(values, "<tunit>", 60)
    if builder == "half":
        return int(unit) // 2
    if builder == "and_half":
        return int(count * unit + unit // 2)
    return int(count * unit)
