"""Openings: what a question costs with each engine, and whether all engines agree: `python -m bench.openings`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.large_salon import NOW, bookings, large_salon
from bench.stores import opened
from domain.availability import Wish, openings_of, reach_of, starts, visit_for
from domain.bookings import AddCustomer, PlaceHold
from domain.customers import Customer
from domain.resident import Resident

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.businesses import Directory
    from domain.ports import Calendar
    from domain.starts import Start

_COLD_RUNS = 7
_WARM_RUNS = 200
_CHANGES = 15
_BATCH = 500


async def measure(store_name: str, folder: Path, staff: int, days: int) -> dict[str, Any]:
    """Ask for anyone of so many staff in so many days; returns what the JSON line says.

    Every figure is the CPU time of this process, all threads, for one whole question: which starts there are, and who
    would serve each. `warm`: asked before, nothing was booked since (the store is asked for all versions). `cold`:
    nothing is known, not even the compiled set-up; all that is taken is read from the store. `after_booking`: warm, but
    one booking was made since. `other_service`: warm, but the first question for that service. `interval`: the
    reference engine, which reads what is taken for every question.
    """
    directory = large_salon(staff)
    first = NOW.date() + timedelta(days=1)
    async with opened(store_name, folder) as store:
        await store.directories.save(directory, [])
        calendar = store.calendar(directory.business.id)
        customer = Customer("customer", directory.business.id, NOW, "Ana")
        await calendar.apply([AddCustomer(customer)])
        made = list(bookings(directory, customer.id, NOW.date(), days + 2))
        for at in range(0, len(made), _BATCH):
            await calendar.apply(made[at : at + _BATCH])
        wish = Wish("place", ("cut",), first, first + timedelta(days=days - 1))
        gc.collect()
        gc.freeze()
        return {"bookings": len(made), **await _compared(directory, calendar, wish)}


async def _compared(directory: Directory, calendar: Calendar, wish: Wish) -> dict[str, Any]:
    """Ask both engines the same and demand the same answer."""
    resident = Resident()

    async def warm() -> list[Start]:
        return await resident.starts(directory, wish, NOW, calendar)

    async def cold() -> list[Start]:
        fresh = replace(directory)  # nothing that was compiled from it is kept either
        return await Resident().starts(fresh, wish, NOW, calendar)

    async def other_service() -> list[Start]:
        return await resident.starts(directory, replace(wish, service_ids=("color",)), NOW, calendar)

    async def by_intervals() -> list[Start]:
        visit, reach = visit_for(directory, wish), reach_of(directory, wish, NOW)
        assert reach is not None
        taken = await calendar.occupied(visit.resource_ids, *reach)
        return starts(directory, visit, wish, {one: found.blocks for one, found in taken.items()}, NOW)

    interval_ms, expected = await _cpu_ms(by_intervals, 3)
    cold_ms, found = await _cpu_ms(cold, _COLD_RUNS)
    assert _told(found) == _told(expected), "the engines disagree"
    await warm()
    warm_ms, found = await _cpu_ms(warm, _WARM_RUNS)
    assert _told(found) == _told(expected), "the engines disagree"
    after_ms = await _after_bookings(resident, directory, calendar, wish)
    first_ms, _ = await _cpu_ms(other_service, 1)
    return {
        "starts": len(found),
        "warm_cpu_ms": warm_ms,
        "cold_cpu_ms": cold_ms,
        "interval_cpu_ms": interval_ms,
        "after_booking_cpu_ms": after_ms,
        "other_service_cpu_ms": first_ms,
    }


async def _after_bookings(resident: Resident, directory: Directory, calendar: Calendar, wish: Wish) -> float:
    """Return the median CPU time, in ms, of the first question after each of some bookings."""
    spent = []
    for number in range(_CHANGES):
        answer = await resident.starts(directory, wish, NOW, calendar)
        (opening,) = openings_of(visit_for(directory, wish), [answer[number * 37 % len(answer)]])
        hold = PlaceHold(f"hold-{number}", None, opening.take, NOW + timedelta(days=400), None, "taken by the bench")
        await calendar.apply([hold])
        took, _ = await _cpu_ms(lambda: resident.starts(directory, wish, NOW, calendar), 1)
        spent.append(took)
    return round(statistics.median(spent), 3)


def _told(found: list[Start]) -> list[tuple[object, ...]]:
    """Return what of starts can be compared over directories that are equal but not the same."""
    return [(one.minute, one.day, one.choice.staff_id, one.choice.parts, one.pooled) for one in found]


async def _cpu_ms(ask: Callable[[], Awaitable[list[Start]]], runs: int) -> tuple[float, list[Start]]:
    """Return the median of the CPU time of this process, all its threads, in ms, and the answer."""
    spent, found = [], []
    for _ in range(runs):
        begun = time.process_time()
        found = await ask()
        spent.append((time.process_time() - begun) * 1000)
    return round(statistics.median(spent), 3), found


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--staff", type=int, default=200)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--store", choices=("memory", "sqlite", "postgres"), default="memory")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="ask N random questions of all engines")
    parser.add_argument("--api", action="store_true", help="ask `frontdesk serve` on SQLite with so many --bookings")
    parser.add_argument("--bookings", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    if options.fuzz:
        from bench.agreement import fuzz

        line = fuzz(options.fuzz, options.seed, options.workers)
        print(json.dumps({"bench": "openings", "seed": options.seed} | line))
        sys.exit(1 if line["disagreements"] else 0)
    with tempfile.TemporaryDirectory() as folder:
        if options.api:
            from bench.openings_api import measure as measure_api

            line = measure_api(Path(folder), options.bookings, options.requests, options.seed)
            print(json.dumps({"bench": "openings", "store": "sqlite", "api": "loopback"} | line))
            return
        line = asyncio.run(measure(options.store, Path(folder), options.staff, options.days))
    print(
        json.dumps({"bench": "openings", "store": options.store, "staff": options.staff, "days": options.days} | line)
    )


if __name__ == "__main__":
    main()
