"""Days: what the pieces of an expression ("next Friday", "the third Tuesday of October") come to, counted from today.

A language's file lists under `date:` which phrases are read by which builder. What a phrase catches settles the rest.

offset         <day>: today, tomorrow; with <dunit> so much later ("tomorrow week")
weekday        the next to come; the bare name of today's weekday is the one in a week
weekday_this   the next to come, today included
weekday_next   of the next calendar week (<n> weeks on where a figure is caught, or as many as <next> or <coming> says)
weekday_in     <n> weeks or <days> after the next to come, one week where nothing is caught ("Friday week"); <weeks>
               ("en quinze" is 2) after the next, today included, or after <day>
weekday_in_two two weeks after the next to come ("vendredi en quinze")
weekdays_on    the <n>th of them from now: "three Fridays from now"
dom            <dom> or <ord>, with <weekday> the next day on which both hold
dom_close      <weekday> <dom>, only where both hold within five weeks
dom_near       the same, and only where the figure is no hour of a 12-hour clock
dom_span       two <dom>, or a <range>, with [<month> [<year>]]: "20-22 November", "del 3 al 5"
dom_month      <dom> or <ord> with <month>, [<weekday>], [<year>|<yy>]
dom_next       <dom> or <ord> of <next> or <coming> month: "the 20th of next month"
figures        <figures> (21/11, 21.11.26) or <dotted> (15.2, a date only where a language says so), [<weekday>]
hyphened       a <range> that is no span of hours ("17-2"); with an article or a weekday any <range> may be `figures`
spaced         <dom> <mnum> [<year>|<yy>]: "20 02 2014"; by the order of the language
nth_weekday    <ord> <weekday> of <month> [<year>], or of <next> or <coming> month
nth_weekend    <ord> weekend of <month> [<year>] … · last_weekend
last_weekday   the same from the end ([<ord>]: "the second last Friday")
nth_day        <ord> day of <month> [<year>], of <next> or <coming> month
last_day       [<ord>] last day of <month> [<year>], of <next> or <coming> month
holiday        <holiday> [<year>]
nth_after      <ord> <weekday> after <date>: the first where no ordinal is caught
nth_before     the same before it
after          [<days>|<months>|<weekday>] after <date>: one day where no length is caught
before         the same before it
nearest        <weekday> nearest to <date>
ahead          <days> or <months> from now
until          any day from today to <date> ("by Friday") · since  from <date> on, for two weeks
within         any of the next <days>
ago            past, whatever it is
week           <next> or <coming> week, this where none is caught; any day of it
week_in        any day of the week in <n> weeks ("in two weeks' time")
week_of        any day of the week that <date> lies in · week_after, week_before  of the week after it, before it
weekdays       Monday to Friday of it ("unter der Woche")
week_start     Monday to Wednesday of the <next> or <coming> week
week_middle    Tuesday to Thursday of it
week_end       Friday to Sunday of it
weekend_after, weekend_before   of <date>
weekend_in     the weekend <n> weeks after the next to come, one where no figure is caught
weekend        of the <next> or <coming> week; with <date> that of its week
month          any day of <month>, of <next> or <coming> month
month_start    the 1st to the 10th of <month> [<year>], of <next> or <coming> month, of this where nothing is caught
month_middle   the 11th to the 20th · month_end the 21st to the last
year           any day of <next> or <coming> year

`<date>` is whatever another template of `date:` finds further right in the sentence. A day that is past is refused, one
that recurs is the next to come.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dialogs.understanding import holidays
from dialogs.understanding.clocks import IMPOSSIBLE
from dialogs.understanding.commands import Day
from dialogs.understanding.numbers import first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dialogs.understanding.numbers import Atom

    Found = Day | str | None

PAST = "past"
OPEN = 13
"""Days that "after the 10th" and "from Friday on" reach beyond the first."""
_FAR = 400
"""Days ahead that a span of days may reach; more is a slip."""
_MIDWEEK, _SATURDAY = 2, 5
_SOON = 2
"""Years in which a weekday and a date said together are looked for; beyond, one of them was a mistake."""
_YEARS = 9
"""Years ahead that are searched for a day that is not in every year; a leap day may be eight years away."""
_CALENDAR = frozenset(
    {"holiday", "dom", "dom_month", "figures", "spaced", "nth_weekday", "last_weekday", "nth_day"}
) | {
    "last_day",
    "month_start",
    "month_middle",
    "month_end",
}
"""Builders whose day recurs, so that what is counted from it may begin with one that is past."""


def day(builder: str, values: Sequence[Atom], today: date, order: str) -> Day | str:
    """Return the day or days that an expression means, counted from today, or why there is none."""
    return read(builder, values, today, order) or IMPOSSIBLE


def read(builder: str, values: Sequence[Atom], today: date, order: str) -> Day | str | None:
    """Return the same, or None where the pieces are no date after all (a figure that is no year)."""
    try:
        return _DAYS[builder](values, today, order)
    except (ValueError, OverflowError):
        return IMPOSSIBLE


def _one(when: date, today: date) -> Day | str:
    return Day(when, when) if when >= today else PAST


def _span(start: date, end: date, today: date) -> Day | str:
    """Return what is still to come of a span."""
    return Day(max(start, today), end) if end >= today else PAST


def _coming(candidates: Iterator[date], today: date) -> Day | str:
    """Return the first of some dates that is not past."""
    when = next((one for one in candidates if one >= today), None)
    return IMPOSSIBLE if when is None else Day(when, when)


def _further(values: Sequence[Atom]) -> int:
    """Return how many weeks or months ahead "this", "next" before the noun or "que viene" after it mean."""
    return int(first(values, "<next>", first(values, "<coming>", 0)))


def _ahead_of(weekday: int, today: date) -> int:
    return (weekday - today.weekday()) % 7


def _to_come(values: Sequence[Atom], today: date) -> date:
    """Return the next day of a weekday; who means today says "today"."""
    return today + timedelta(days=_ahead_of(first(values, "<weekday>"), today) or 7)


def _monday_in(weeks: int, today: date) -> date:
    return today + timedelta(days=7 * weeks - today.weekday())


def _weeks(values: Sequence[Atom], default: int = 1) -> int:
    return min(int(first(values, "<n>", default)), _FAR // 7)


# Single days --------------------------------------------------------------------------------------------------------


def _offset(values: Sequence[Atom], today: date, order: str) -> Found:
    return _one(today + timedelta(days=first(values, "<day>", 0) + first(values, "<dunit>", 0)), today)


def _weekday(values: Sequence[Atom], today: date, order: str) -> Found:
    return _one(_to_come(values, today), today)


def _weekday_this(values: Sequence[Atom], today: date, order: str) -> Found:
    return _one(today + timedelta(days=_ahead_of(first(values, "<weekday>"), today)), today)


def _weekday_next(values: Sequence[Atom], today: date, order: str) -> Found:
    weeks = _weeks(values, _further(values) or 1)
    return _one(_monday_in(weeks, today) + timedelta(days=first(values, "<weekday>")), today)


def _weekday_in(values: Sequence[Atom], today: date, order: str) -> Found:
    days, weeks = first(values, "<days>"), first(values, "<weeks>")
    if weeks is not None:
        # "mardi en huit" said on a Tuesday is in a week, "demain en quinze" two weeks after tomorrow.
        start = first(values, "<day>")
        start = _ahead_of(first(values, "<weekday>"), today) if start is None else start
        return _one(today + timedelta(days=start + 7 * weeks), today)
    if days is None:
        days = 7 * _weeks(values)
    return None if days % 7 or days > _FAR else _one(_to_come(values, today) + timedelta(days=days), today)


def _weekday_in_two(values: Sequence[Atom], today: date, order: str) -> Found:
    return _one(_to_come(values, today) + timedelta(days=14), today)


def _weekdays_on(values: Sequence[Atom], today: date, order: str) -> Found:
    count = _weeks(values)
    return IMPOSSIBLE if count < 1 else _one(_to_come(values, today) + timedelta(days=7 * (count - 1)), today)


def _ahead(values: Sequence[Atom], today: date, order: str) -> Found:
    days, months = first(values, "<days>", 0), first(values, "<months>", 0)
    if first(values, "<dunit>"):
        days = first(values, "<n>", first(values, "<few>", 1)) * first(values, "<dunit>")
    if days > _FAR or months > _YEARS * 12:
        return IMPOSSIBLE
    return _one(_months_on(today, months) + timedelta(days=days), today)


def _ago(values: Sequence[Atom], today: date, order: str) -> Found:
    return PAST


def _holiday(values: Sequence[Atom], today: date, order: str) -> Found:
    rule, year = first(values, "<holiday>"), _year(values, today)
    if year is None:
        when = holidays.coming(rule, today)
        return Day(when, when)
    return None if year < 0 else _one(holidays.on(rule, year), today)


# Days of a month ----------------------------------------------------------------------------------------------------


def _which(values: Sequence[Atom], default: int = 1) -> int:
    """Return which of several was said: "the first", "the 1st"."""
    return int(first(values, "<ord>", first(values, "<dom>", default)))


def _dom_of(values: Sequence[Atom]) -> int:
    return int(first(values, "<dom>", first(values, "<ord>", first(values, "<n>", 0))))


def _year(values: Sequence[Atom], today: date) -> int | None:
    """Return the year that was said, None where none was, -1 where the figure is a time or a number of people."""
    year = first(values, "<year>")
    if year is None:
        short = first(values, "<yy>")
        if short is None:
            return None
        return 2000 + int(short) if today.year <= 2000 + short <= today.year + 3 else -1
    # "5 October 2030" said in 2026 is half past eight in the evening.
    return -1 if year % 5 == 0 and year > today.year + 2 else int(year)


def _month_of(values: Sequence[Atom], today: date) -> Iterator[tuple[int, int]]:
    """Return the months that may be meant, as year and month: the one that was said, or this and those to come."""
    ahead = first(values, "<next>", first(values, "<coming>"))
    month = first(values, "<month>")
    if ahead is not None and month is None:
        year, month = divmod(today.year * 12 + today.month - 1 + int(ahead), 12)
        yield year, month + 1
        return
    year = first(values, "<year>", 2000 + first(values, "<yy>", -2000))
    if year:
        yield year, month or today.month
    elif month is not None:
        for later in range(_YEARS):
            yield today.year + later, month
    else:
        for later in range(12):
            at = today.year * 12 + today.month - 1 + later
            yield at // 12, at % 12 + 1


def _in_month(pick: Callable[[int, int, Sequence[Atom]], date]) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of the next such day of a month; a month that has none is passed over."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        if _year(values, today) == -1:
            return None
        found = []
        for year, month in _month_of(values, today):
            try:
                when = pick(year, month, values)
            except ValueError:
                continue
            if when >= today:
                return Day(when, when + timedelta(days=1) if pick in _WEEKENDS else when)
            found.append(when)
        return PAST if found else IMPOSSIBLE

    return build


def _nth_weekday(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, first(values, "<weekday>"), _which(values))


def _last_weekday(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, first(values, "<weekday>"), -_which(values))


def _nth_weekend(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, _SATURDAY, _which(values))


def _last_weekend(year: int, month: int, values: Sequence[Atom]) -> date:
    return holidays.nth_weekday(year, month, _SATURDAY, -1)


def _nth_day(year: int, month: int, values: Sequence[Atom]) -> date:
    return date(year, month, _dom_of(values))


def _last_day(year: int, month: int, values: Sequence[Atom]) -> date:
    return date(year, month, monthrange(year, month)[1] + 1 - _which(values))


_WEEKENDS = (_nth_weekend, _last_weekend)


def _matching(candidates: Iterator[tuple[int, int, int]], values: Sequence[Atom], today: date) -> Day | None:
    """Return the next of some days (year, month, day) on which the weekday holds that was said, if one was."""
    weekday = first(values, "<weekday>")
    for year, month, dom in candidates:
        if dom > monthrange(year, month)[1]:
            continue
        when = date(year, month, dom)
        if when >= today and weekday in {None, when.weekday()}:
            return Day(when, when)
    return None


def _dom(values: Sequence[Atom], today: date, order: str) -> Found:
    wanted = _dom_of(values)
    if not 1 <= wanted <= 31:
        return IMPOSSIBLE
    at = today.year * 12 + today.month - 1
    months = [(later // 12, later % 12 + 1, wanted) for later in range(at, at + 13)]
    # A weekday that does not go with any such day of a year was a mistake.
    return _matching(iter(months), values, today) or _matching(iter(months), (), today) or IMPOSSIBLE


def _dom_near(values: Sequence[Atom], today: date, order: str) -> Found:
    return _dom_close(values, today, order) if _dom_of(values) > 12 else None


def _dom_close(values: Sequence[Atom], today: date, order: str) -> Found:
    found = _dom(values, today, order)
    return found if isinstance(found, Day) and (found.first - today).days <= 35 else None


def _dom_span(values: Sequence[Atom], today: date, order: str) -> Found:
    said = [value for kind, value in values if kind == "<dom>"]
    start, end = first(values, "<range>") or said[:2]
    year = _year(values, today)
    if year == -1 or start >= end:
        return None
    for one, month in _month_of(values, today):
        if end <= monthrange(one, month)[1] and isinstance(
            span := _span(date(one, month, start), date(one, month, end), today), Day
        ):
            return span
    return PAST if year else IMPOSSIBLE


def _dated(dom: int, month: int, values: Sequence[Atom], today: date) -> Found:
    year = _year(values, today)
    if year == -1:
        return None
    if year is not None:
        return _one(date(year, month, dom), today)
    date(2000, month, dom)  # a day that no year has is impossible
    years = range(today.year, today.year + _YEARS)
    return (
        _matching(((one, month, dom) for one in years[:_SOON]), values, today)
        or _matching(((one, month, dom) for one in years), (), today)
        or IMPOSSIBLE
    )


def _dom_month(values: Sequence[Atom], today: date, order: str) -> Found:
    return _dated(_dom_of(values), first(values, "<month>"), values, today)


def _figures(values: Sequence[Atom], today: date, order: str) -> Found:
    figures = first(values, "<figures>", first(values, "<dotted>", first(values, "<range>")))
    if len(figures) == 3 and figures[0] >= 1000:
        return _one(date(*figures), today)
    dom, month = figures[:2] if order == "dmy" else (figures[1], figures[0])
    if month > 12 >= dom:
        dom, month = month, dom
    if len(figures) == 3:
        return _one(date(figures[2] + 2000 * (figures[2] < 100), month, dom), today)
    return _dated(dom, month, values, today)


def _hyphened(values: Sequence[Atom], today: date, order: str) -> Found:
    """Return "17-2"; "10-2" is rather a span of hours."""
    start, end = first(values, "<range>")
    return _figures(values, today, order) if start > 12 >= end else None


def _spaced(values: Sequence[Atom], today: date, order: str) -> Found:
    dom, month = _dom_of(values), first(values, "<mnum>")
    if order == "mdy" and dom <= 12:
        dom, month = month, dom
    try:
        return _dated(dom, month, values, today)
    except ValueError:
        return None


# Days counted from another ------------------------------------------------------------------------------------------


def _anchor(values: Sequence[Atom], today: date, order: str) -> Day | None:
    """Return the day that others are counted from; one that recurs is the next one, seen from `today`."""
    anchor = first(values, "<anchor>")
    if anchor is None:
        rule = first(values, "<holiday>")
        if rule is None:
            return None
        anchor = ("holiday", values)
    builder, pieces = anchor
    found = read(builder, pieces, today, order)
    return found if isinstance(found, Day) else None


def _recurs(values: Sequence[Atom]) -> bool:
    anchor = first(values, "<anchor>")
    return anchor is None or anchor[0] in _CALENDAR


def _counted(sign: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of the day so many days, weeks, months or weekdays after (or before) another."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        days, months, weekday = (first(values, kind) for kind in ("<days>", "<months>", "<weekday>"))
        if weekday is not None:
            return _beside(sign)(values, today, order)
        days = sign * (days if days is not None else 0 if months else 1)
        months = sign * min(months or 0, 12 * _YEARS)
        if abs(days) > _FAR:
            return IMPOSSIBLE
        seen_from = today
        if _recurs(values):
            seen_from = _months_on(today, -months) - timedelta(days=days)
        anchor = _anchor(values, seen_from, order)
        if anchor is None:
            return IMPOSSIBLE
        start = anchor.last if sign > 0 else anchor.first
        return _one(_months_on(start, months) + timedelta(days=days), today)

    return build


def _beside(sign: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of the first, second, … weekday after (or before) another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        count, weekday = min(_which(values), 53), first(values, "<weekday>")
        found: Found = IMPOSSIBLE
        seen_from = today - timedelta(days=sign * 7 * count) if _recurs(values) else today
        for _ in range(3):
            anchor = _anchor(values, seen_from, order)
            if anchor is None:
                return found
            if sign > 0:
                when = anchor.last + timedelta(days=_ahead_of(weekday, anchor.last + timedelta(days=1)) + 7 * count - 6)
            else:
                back = (anchor.first.weekday() - weekday - 1) % 7 + 7 * count - 6
                when = anchor.first - timedelta(days=back)
            found = _one(when, today)
            if isinstance(found, Day):
                break
            seen_from = anchor.last + timedelta(days=1)
        return found

    return build


def _nearest(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = _anchor(values, today, order)
    if anchor is None:
        return IMPOSSIBLE
    ahead = _ahead_of(first(values, "<weekday>"), anchor.first)
    return _one(anchor.first + timedelta(days=ahead if ahead <= 3 else ahead - 7), today)


def _months_on(when: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where it is shorter."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    return date(year, month + 1, min(when.day, monthrange(year, month + 1)[1]))


# Spans --------------------------------------------------------------------------------------------------------------


def _week(values: Sequence[Atom], today: date, order: str) -> Found:
    monday = _monday_in(_further(values), today)
    return _span(monday, monday + timedelta(days=6), today)


def _week_in(values: Sequence[Atom], today: date, order: str) -> Found:
    monday = _monday_in(_weeks(values), today)
    return _span(monday, monday + timedelta(days=6), today)


def _until(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = _anchor(values, today, order)
    return IMPOSSIBLE if anchor is None else Day(today, anchor.last)


def _since(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = _anchor(values, today, order)
    return IMPOSSIBLE if anchor is None else Day(anchor.first, anchor.first + timedelta(days=OPEN))


def _within(values: Sequence[Atom], today: date, order: str) -> Found:
    days = first(values, "<days>")
    if days is None:
        days = first(values, "<n>", first(values, "<few>", 1)) * first(values, "<dunit>")
    return IMPOSSIBLE if days > _FAR else Day(today, today + timedelta(days=days))


def _week_beside(weeks: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of a week that is counted from that of another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        anchor = _anchor(values, today, order)
        if anchor is None:
            return IMPOSSIBLE
        monday = _monday_in(weeks, anchor.first)
        return _span(monday, monday + timedelta(days=6), today)

    return build


def _weekend_in(values: Sequence[Atom], today: date, order: str) -> Found:
    saturday = _monday_in(0, today) + timedelta(days=5 + 7 * _weeks(values))
    return Day(saturday, saturday + timedelta(days=1))


def _of_week(start: int, end: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of a part of a week; one of this week that is over is that of the next."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        monday = _monday_in(_further(values), today)
        if monday + timedelta(days=end) < today:
            monday += timedelta(days=7)
        return _span(monday + timedelta(days=start), monday + timedelta(days=end), today)

    return build


def _weekend(values: Sequence[Atom], today: date, order: str) -> Found:
    anchor = _anchor(values, today, order)
    saturday = _monday_in(_further(values), anchor.first if anchor else today) + timedelta(days=5)
    if anchor and anchor.first.weekday() < _MIDWEEK:
        saturday -= timedelta(days=7)  # that of a holiday on a Monday is the one before it
    return _span(saturday, saturday + timedelta(days=1), today)


def _weekend_beside(sign: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of the weekend after (or before) another day."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        anchor = _anchor(values, today, order)
        if anchor is None:
            return IMPOSSIBLE
        saturday = _monday_in(0, anchor.last if sign > 0 else anchor.first) + timedelta(days=5)
        if sign < 0 or saturday <= anchor.last:
            saturday += timedelta(days=7 * sign)
        return _span(saturday, saturday + timedelta(days=1), today)

    return build


def _of_month(start: int, end: int) -> Callable[[Sequence[Atom], date, str], Found]:
    """Return a builder of a part of a month; a part that is over is that of the next such month."""

    def build(values: Sequence[Atom], today: date, order: str) -> Found:
        if _year(values, today) == -1:
            return None
        for year, month in _month_of(values, today):
            last = monthrange(year, month)[1]
            found = _span(date(year, month, start), date(year, month, min(end, last)), today)
            if isinstance(found, Day):
                return found
        return PAST

    return build


def _month(values: Sequence[Atom], today: date, order: str) -> Found:
    if first(values, "<month>") is None and first(values, "<next>", first(values, "<coming>")) is None:
        values = (*values, ("<next>", 0))
    return _of_month(1, 31)(values, today, order)


def _whole_year(values: Sequence[Atom], today: date, order: str) -> Found:
    year = today.year + _further(values)
    return _span(date(year, 1, 1), date(year, 12, 31), today)


_DAYS: dict[str, Callable[[Sequence[Atom], date, str], Found]] = {
    "offset": _offset,
    "weekday": _weekday,
    "weekday_this": _weekday_this,
    "weekday_next": _weekday_next,
    "weekday_in": _weekday_in,
    "weekday_in_two": _weekday_in_two,
    "weekdays_on": _weekdays_on,
    "dom": _dom,
    "dom_month": _dom_month,
    "dom_next": _in_month(_nth_day),
    "figures": _figures,
    "hyphened": _hyphened,
    "spaced": _spaced,
    "nth_weekday": _in_month(_nth_weekday),
    "last_weekday": _in_month(_last_weekday),
    "nth_day": _in_month(_nth_day),
    "last_day": _in_month(_last_day),
    "holiday": _holiday,
    "nth_after": _beside(1),
    "nth_before": _beside(-1),
    "after": _counted(1),
    "before": _counted(-1),
    "nearest": _nearest,
    "ahead": _ahead,
    "ago": _ago,
    "week": _week,
    "week_in": _week_in,
    "week_of": _week_beside(0),
    "week_after": _week_beside(1),
    "week_before": _week_beside(-1),
    "weekend_in": _weekend_in,
    "weekend_after": _weekend_beside(1),
    "weekend_before": _weekend_beside(-1),
    "until": _until,
    "since": _since,
    "within": _within,
    "dom_near": _dom_near,
    "dom_close": _dom_close,
    "nth_weekend": _in_month(_nth_weekend),
    "last_weekend": _in_month(_last_weekend),
    "dom_span": _dom_span,
    "weekdays": _of_week(0, 4),
    "week_start": _of_week(0, 2),
    "week_middle": _of_week(1, 3),
    "week_end": _of_week(4, 6),
    "weekend": _weekend,
    "month": _month,
    "month_start": _of_month(1, 10),
    "month_middle": _of_month(11, 20),
    "month_end": _of_month(21, 31),
    "year": _whole_year,
}
BUILDERS = frozenset(_DAYS)
