"""Clock times: what the pieces of an expression ("half past seven", "viertel vier") come to.

A language's file lists under `clock:` which phrases are read by which builder:

at          hour and minutes, in words or figures: `<hhmm>`, `<hour> [<min>|<minute>|<mm>|<fraction>]`, `<noon> <min>`
past        minutes, a fraction or a <length> after the hour; nothing said is half ("half seven" of the British)
to          minutes, a fraction or a <length> before the hour
half_to     half of the hour that is running: "halb vier" is 3:30
half_past   minutes after that half ("zehn nach halb vier", 3:40) · half_before  minutes before it
quarter_of  a fraction of the hour that is running: "viertel vier" is 3:15, "dreiviertel vier" 3:45
named       `<noon>`: noon is 720, midnight is 1440, the end of the day

In all but `named` the hour is a `<hour>`, an `<hour_of>` ("the fourth hour"), an `<hourish>` ("sevenish") or a
`<noon>`. `<ampm>` or `<part>` said with it settles which half of the day is meant; else a time before noon stays
ambiguous (`halves`), unless it was written as 24-hour times are written in the language (`written_24: ":h"`) or with a
leading zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.understanding.commands import TimeOfDay
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.understanding.numbers import Atom

NOON = 720
_RUNNING = {"half_to": -30, "half_past": -30, "half_before": -30, "quarter_of": -60}
"""Builders that count within the hour that is running, by where they begin; its number may be an ordinal."""
DAY = 1440
ALL_DAY = TimeOfDay(0, DAY - 1)
IMPOSSIBLE = "impossible"


def clock(builder: str, values: Sequence[Atom], parts: dict[str, tuple[int, int]]) -> TimeOfDay | str:
    """Return the time of day that a clock expression means, or why there is none."""
    noon, about = first(values, "<noon>"), first(values, "<hourish>")
    written_24 = False
    written = first(values, "<hhmm>")
    if written is not None:
        hour, minutes, written_24 = written
        if hour > 24 or minutes > 59 or (hour == 24 and minutes):
            return IMPOSSIBLE
        minute = hour * 60 + minutes
    elif noon is not None:
        minute = noon
    else:
        hour = first(values, "<hour_of>", first(values, "<hour>", about))
        if hour is None and builder in _RUNNING:
            hour = first(values, "<ord>", first(values, "<n>"))
        if hour is None or hour > 24:
            return IMPOSSIBLE
        minute = hour * 60
        written_24 = hour == 0 and builder == "at"  # nobody says "zero o'clock" of noon
    if written is None and builder != "named":
        minute += _minutes(builder, values)
    if minute < 0:
        minute += NOON
    if noon is not None:
        return TimeOfDay(minute, minute)
    half, part = first(values, "<ampm>"), first(values, "<part>")
    if half is None and part is not None:
        if minute >= NOON and minute < NOON + 60:
            minute -= NOON  # 12 is the beginning of a half, whichever the part belongs to
        if part != "night" or not 60 <= minute < _SMALL_HOURS:  # "3 at night"
            minute = within(minute, parts.get(part, (0, DAY - 1)))
        return TimeOfDay(minute, minute)
    if half is not None:
        if minute >= NOON + 60:
            return TimeOfDay(minute, minute)  # "15:00 pm" is what some write
        minute = minute % NOON + (NOON if half == "pm" else 0)
        return TimeOfDay(minute, minute)
    halves = not written_24 and 0 < minute < NOON
    minute = minute if minute <= DAY else minute % DAY  # 24:00 is the end of the day
    return TimeOfDay(minute, minute, halves, about is not None)


def _minutes(builder: str, values: Sequence[Atom]) -> int:
    """Return the minutes that are counted from the hour, or back from it."""
    said = first(values, "<to_go>", first(values, "<min>", first(values, "<minute>", first(values, "<mm>"))))
    fraction = first(values, "<fraction>", first(values, "<length>"))
    if builder == "at":
        return int(said or 0) + int(fraction or 0)
    offset = int(said if fraction is None and said is not None else fraction or 30)
    if builder in _RUNNING:
        return _RUNNING[builder] + offset * (-1 if builder == "half_before" else builder != "half_to")
    return offset if builder == "past" else -offset


def within(minute: int, span: tuple[int, int]) -> int:
    """Return the minute or its twin 12 or 24 hours later, whichever lies in a part of the day or nearer to it."""
    if minute >= NOON:
        return minute
    earliest, latest = span
    for twin in (minute, minute + NOON, minute + DAY):
        if earliest <= twin <= latest:
            return twin
    if earliest < _LATE_MORNING:
        return minute + NOON if minute < 60 and latest >= _LATE_MORNING else minute  # "12 in the morning" is noon
    if minute < 60 and earliest >= _LATE_AFTERNOON:
        return minute + DAY  # "12 tonight"
    if minute >= _LATE_MORNING and latest < _LATE_AFTERNOON:
        return minute  # "quarter to 12 at lunchtime"
    return minute + NOON


_LATE_MORNING, _LATE_AFTERNOON, _SMALL_HOURS = 10 * 60, 16 * 60, 5 * 60


def spanning(start: TimeOfDay, end: TimeOfDay) -> TimeOfDay | str:
    """Return "between 3 and 5" and "from 10 to 2": the end comes after the start, and settles its half of the day."""
    earliest, latest = start.earliest, end.latest
    if start.halves and not end.halves and earliest + NOON <= latest:
        earliest += NOON
    if latest <= earliest and end.halves:
        latest += NOON
    if latest <= earliest and latest == 0:
        latest = DAY
    if latest <= earliest:
        return IMPOSSIBLE
    return TimeOfDay(earliest, latest, start.halves and end.halves and latest < NOON)
