"""Every template of days and times of every language, built from pieces of each kind that it names."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding import days, times
from dialogs.understanding.commands import Day, TimeOfDay
from dialogs.understanding.lexicon import ALONE, CLAUSE, LEAF, Node, languages, load

TODAY = date(2026, 11, 20)
PIECES: dict[str, tuple[object, ...]] = {
    "<n>": (2, 40, 9999),
    "<hour>": (3, 12, 24),
    "<hour_of>": (1, 4),
    "<hourish>": (7,),
    "<min>": (5, 59),
    "<mm>": (30,),
    "<to_go>": (5,),
    "<hhmm>": ((9, 30, False), (25, 0, False)),
    "<dom>": (1, 31),
    "<ord>": (1, 5, 31),
    "<nth>": (32,),
    "<back>": (2,),
    "<mnum>": (2,),
    "<yy>": (27,),
    "<year>": (2027, 2000),
    "<month>": (2, 11),
    "<weekday>": (0, 4),
    "<day>": (0, 1, -1),
    "<noon>": (720, 1440),
    "<ampm>": ("am", "pm"),
    "<fraction>": (15, 30),
    "<one>": (1,),
    "<few>": (3,),
    "<whole>": (2,),
    "<decimal>": (1.5,),
    "<tunit>": (1, 60),
    "<dunit>": (1, 7),
    "<munit>": (1, 12),
    "<weeks>": (1, 2),
    "<next>": (0, 1, 2),
    "<coming>": (0, 1),
    "<holiday>": ("easter", "12-25"),
    "<figures>": ((31, 12), (2027, 2, 29), (31, 2, 27)),
    "<dotted>": ((15, 2),),
    "<range>": ((10, 12), (31, 2)),
    "<days>": (3, 5000),
    "<months>": (1, 500),
    "<length>": (90,),
    "<anchor>": (("weekday", (("<weekday>", 4),)), ("ago", ()), ("dom_month", (("<dom>", 29), ("<month>", 2)))),
}


def templates(language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return every builder of a language with the kinds that one of its phrases catches."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    stack: list[tuple[Node, tuple[str, ...]]] = [(load(language, "").inner, ())]
    while stack:
        node, kinds = stack.pop()
        for key, after in node.items():
            if key in {LEAF, ALONE, CLAUSE}:
                found[after, kinds] = None
            else:
                assert key.endswith(">") or not key.startswith("<"), key
                stack.append((after, (*kinds, key) if key.startswith("<") else kinds))
    return list(found)


@pytest.mark.parametrize("language", languages())
def test_every_template_comes_to_something_or_is_refused(language: str) -> None:
    parts = load(language, "").parts
    for meaning, kinds in templates(language):
        kind, _, builder = meaning.partition(".")
        for choice in range(3):
            values = tuple((one, PIECES[one][choice % len(PIECES[one])]) for one in kinds if one in PIECES) + tuple(
                (one, part) for one in kinds if one == "<part>" for part in list(parts)[:1]
            )
            found: object
            if kind == "clock":
                found = times.clock(builder, values, parts)
                assert isinstance(found, TimeOfDay | str), (meaning, values)
            elif kind == "date":
                found = days.read(builder, values, TODAY, "dmy")
                assert found is None or isinstance(found, Day | str), (meaning, values)
                assert not isinstance(found, Day) or TODAY <= found.first <= found.last, (meaning, values, found)
            else:
                assert times.length(builder, values) >= 0
