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
nearest        [<ord>] <weekday> nearest to <date>
ahead          <days> or <months> from now
until          any day from today to <date> ("by Friday") · since  from <date> on, for two weeks
within         any of the next <days> · soon  of the next days, however many
ago            past, whatever it is
week           <next> or <coming> week, this where none is caught; any day of it
week_in        any day of the week in <n> weeks · week_in_two, month_after_next  of the one after the next
week_of        any day of the week that <date> lies in · week_after, week_before  of the week after it, before it
weekdays       Monday to Friday of it ("unter der Woche")
week_start     Monday to Wednesday of the <next> or <coming> week
week_middle    Tuesday to Thursday of it
week_end       Friday to Sunday of it
weekend_after, weekend_before   of <date>
weekend_in     the weekend <n> weeks after the next to come, one where no figure is caught
weekend        of the <next> or <coming> week; with <date> that of its week
nth_week       the 1st to the 7th, the 8th to the 14th, … of <month> [<year>], of <next> or <coming> month
month          any day of <month>, of <next> or <coming> month
month_start    the 1st to the 10th of <month> [<year>], of <next> or <coming> month, of this where nothing is caught
month_middle   the 11th to the 20th · month_end the 21st to the last
year           any day of <next> or <coming> year

`<date>` is whatever another template of `date:` finds further right in the sentence. A day that is past is refused, one
that recurs is the next to come.
"""

from __future__ import annotations

from dialogs.understanding import dates, near_days, periods, relative_days  # noqa: F401 - they put themselves into the table
from dialogs.understanding.day_pieces import DEEP, KNOWN, OPEN, PAST, day, depth, read

__all__ = ["BUILDERS", "DEEP", "OPEN", "PAST", "day", "depth", "read"]

BUILDERS = frozenset(KNOWN)
