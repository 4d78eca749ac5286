"""How many availability cases of other projects are answered: `python -m bench.availability FILE.json [--misses]`.

The file has `cases`, each a question with the starts that a project's own test suite asserts, and `range_cases`, which
ask for the open ranges; `conventions` in it says what the fields mean. Each is told as a business, a wish and what is
taken, and asked of the engine that customers are answered by. One JSON line is printed: how many were answered as
asserted, of how many. `--misses` lists the others on the error stream.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bench.availability_cases import BadCase, Told, moment, place_of, question_of
from domain.availability import starts, taken_of, visit_for
from domain.businesses import Business, Directory
from domain.errors import NotOffered
from domain.hours import local_date, moment_of, open_stretches

if TYPE_CHECKING:
    from datetime import datetime

_DAY = timedelta(days=1)


def answer(told: Told) -> list[datetime]:
    """Return the starts that Frontdesk offers for a case."""
    asked = question_of(told)
    try:
        visit = visit_for(asked.directory, asked.wish)
    except NotOffered:
        return []
    without = (asked.moved,) if asked.moved else ()
    found = starts(asked.directory, visit, asked.wish, taken_of(asked.busy), asked.now, asked.used, without)
    return [one for one in (moment_of(start.minute) for start in found) if asked.since <= one < asked.until]


def ranges(told: Told) -> list[tuple[datetime, datetime]]:
    """Return the merged open ranges of a case, cut to what is asked for."""
    place, hours, overrides = place_of(told)
    since, until = moment(told["query_from"]), moment(told["query_to"])
    directory = Directory(
        Business("case", "case", "Case", "salon", "EUR", "PT"), (place,), (), (), (), hours, overrides
    )
    first, last = local_date(place.zone, since) - _DAY, local_date(place.zone, until) + _DAY
    spans = [
        (max(since, moment_of(start)), min(until, moment_of(end)))
        for start, end in open_stretches(directory, place, place.id, first, last)
    ]
    return [one for one in spans if one[0] < one[1]]


def is_met(told: Told, found: list[datetime]) -> bool:
    """Return whether the answer is what the case asserts. Raises BadCase for an assertion that is not known."""
    wanted = [moment(one) for one in told.get("expected_starts") or ()]
    zone = ZoneInfo(told.get("on_date_tz") or told["timezone"])
    match told["assertion"]:
        case "exact" | "prefix":
            if told.get("on_date"):  # then only that date is told
                on = date.fromisoformat(told["on_date"])
                found = [one for one in found if one.astimezone(zone).date() == on]
            return found == wanted
        case "exact_on_dates":
            dates = {one.astimezone(zone).date() for one in wanted}
            dates |= {date.fromisoformat(one) for one in told.get("disabled_dates") or ()}
            return [one for one in found if one.astimezone(zone).date() in dates] == wanted
        case "count":
            return len(found) == int(told["expected_count"])
        case "count_on_date":
            on = date.fromisoformat(told["on_date"])
            return sum(one.astimezone(zone).date() == on for one in found) == int(told["expected_count"])
        case "last":
            last = [moment(one) for one in (told.get("expected_last"),) if one] or wanted[-1:]
            return found[-1:] == last
        case "none_between":
            begin, end = (moment(one) for one in told["none_between"])
            return not any(begin <= one < end for one in found)
        case other:
            raise BadCase(f"{told.get('id')}: no such assertion: {other}")


def read(path: Path) -> tuple[list[Told], list[Told]]:
    """Return the cases and the range cases of a file. Raises BadCase where it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return list(told["cases"]), list(told.get("range_cases") or ())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCase(f"{path} has no availability cases: {error!r}") from error


def measure(cases: list[Told], range_cases: list[Told]) -> tuple[dict[str, Any], list[str]]:
    """Return the line to print, and a line for each miss."""
    misses: list[str] = []

    def shown(moments: list[datetime]) -> str:
        return " ".join(f"{one:%m-%dT%H:%M}" for one in moments) or "nothing"

    for told in cases:
        try:
            found = answer(told)
            if is_met(told, found):
                continue
            wanted = shown([moment(one) for one in told.get("expected_starts") or ()])
            said = f"{told['assertion']} {told.get('expected_count', '')}: wanted {wanted}; got {shown(found)}"
        except (BadCase, KeyError, ValueError, TypeError) as error:
            said = f"cannot be read: {error!r}"
        misses.append(f"{told.get('id')} {told.get('name')}: {said}")
    for told in range_cases:
        wanted_ranges = [(moment(start), moment(end)) for start, end in told["expected_ranges"]]
        got = ranges(told)
        if got != wanted_ranges:
            misses.append(f"{told.get('id')} {told.get('name')}: wanted {wanted_ranges}; got {got}")
    total = len(cases) + len(range_cases)
    line = {"bench": "availability", "passed": total - len(misses), "cases": total, "ranges": len(range_cases)}
    return line, misses


def main() -> None:
    """Read the file and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what was answered otherwise on the error stream")
    options = parser.parse_args()
    try:
        line, misses = measure(*read(options.file))
    except BadCase as error:
        sys.exit(str(error))
    if options.misses:
        for one in misses:
            print(one, file=sys.stderr)
    print(json.dumps(line))


if __name__ == "__main__":
    main()
