"""Evenings for the bench of tables: houses, requests in the order in which they come, and what happens on the night.

Everything follows from a seed. An evening is drawn like this:

- the house: one of `HOUSES`; pairs of neighbours can be put together. It opens at 17:00, the last parties begin at
  21:30;
- a party's size by `SIZES`, its start by `STARTS` (a peak around 19:30), its turn by the house's policy;
- so many requests that their seat-minutes are `load` times those that the house has from 17:00 to 23:00;
- they come in random order, and nobody is flexible: another time is a refusal;
- on the night some do not come (5 to 15 %, drawn for the night), a turn lasts longer or shorter (lognormal), and a few
  walk in.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.businesses import Business, Directory, Hours, Join, Place, Policies, Resource, Service
from domain.tables import turn_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 20_261_120
OPENS, LAST_START, CLOSES = 17 * 60, 21 * 60 + 30, 23 * 60
GRID = 15
SIZES = {1: 0.05, 2: 0.46, 3: 0.13, 4: 0.20, 5: 0.06, 6: 0.06, 7: 0.02, 8: 0.02}
"""The mix of parties of a restaurant in the United States: nearly half are two, a tenth are six and more."""
PEAK, SPREAD = 19 * 60 + 30, 75
HOUSES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "bistro": ((2, 6, 2), (4, 4, 1), (6, 2, 0)),
    "house": ((2, 8, 4), (4, 8, 4), (6, 2, 0), (8, 2, 0)),
    "large": ((2, 24, 12), (4, 24, 8), (6, 6, 0), (8, 6, 0)),
}
"""(seats of a table, how many of them, how many pairs of them can be put together): 12, 20 and 60 tables."""
NO_SHOWS = (0.05, 0.15)
OVERRUN = 0.18
"""Standard deviation of the logarithm of a turn's length; its median is 95 % of what was planned."""
WALK_INS = 6
"""Parties that walk in on a night, on average, in a house of 20 tables."""


@dataclass(frozen=True, slots=True)
class Request:
    """A party that asks for a table at one time."""

    number: int
    """Its place in the order in which they come, from 0."""
    size: int
    starts: int
    """Minute of the evening's day."""
    ends: int
    comes: bool
    stays: int
    """How many minutes it really keeps the table."""


@dataclass(frozen=True, slots=True)
class Night:
    """One drawn evening."""

    seed: int
    requests: tuple[Request, ...]
    walk_ins: tuple[Request, ...]


def house(kind: str = "house", **policies: object) -> Directory:
    """Return a restaurant of one of the kinds in `HOUSES`."""
    resources, joins = [], []
    for row, (seats, many, pairs) in enumerate(HOUSES[kind]):
        ids = [f"t{seats}-{number:02}" for number in range(1, many + 1)]
        pitch, shape = (22, "round" if seats == 2 else "square") if seats < 6 else (34, "long")
        resources += [
            Resource(one, "place", "table", f"T{seats}{at}", 1, seats, x=pitch * (at - 1), y=30 * row, shape=shape)
            for at, one in enumerate(ids, 1)
        ]
        joins += [
            Join(f"j{seats}-{pair:02}", (ids[2 * pair], ids[2 * pair + 1]), seats + 1, 2 * seats)
            for pair in range(pairs)
        ]
    return Directory(
        business=Business("bench", "bench", "Bench", "restaurant", "USD", "US", policies=Policies(**policies)),  # type: ignore[arg-type]
        places=(Place("place", "Place", "UTC"),),
        services=(Service("table", "Table", 0, needs="table"),),
        staff=(),
        resources=tuple(resources),
        hours=tuple(Hours("place", weekday, OPENS, CLOSES) for weekday in range(7)),
        joins=tuple(joins),
    )


def start_weights() -> dict[int, float]:
    """Return how often a party wants to begin at each minute of the grid; the sum is 1."""
    weights = {start: math.exp(-(((start - PEAK) / SPREAD) ** 2) / 2) for start in range(OPENS, LAST_START + 1, GRID)}
    total = sum(weights.values())
    return {start: weight / total for start, weight in weights.items()}


def expected_requests(directory: Directory, load: float) -> float:
    """Return how many requests make such a load on average."""
    policies = directory.business.policies
    seats = sum(one.max_party for one in directory.resources)
    each = sum(share * size * turn_minutes(policies, size) for size, share in SIZES.items())
    return load * seats * (CLOSES - OPENS) / each


def night(directory: Directory, load: float, seed: int) -> Night:
    """Draw an evening."""
    chance = random.Random(seed)
    policies = directory.business.policies
    weights = start_weights()
    target = load * sum(one.max_party for one in directory.resources) * (CLOSES - OPENS)
    absent = chance.uniform(*NO_SHOWS)
    drawn: list[Request] = []
    asked = 0
    while asked < target:
        (size,) = chance.choices(list(SIZES), list(SIZES.values()))
        (start,) = chance.choices(list(weights), list(weights.values()))
        turn = turn_minutes(policies, size)
        stays = max(30, round(0.95 * turn * chance.lognormvariate(0, OVERRUN)))
        drawn.append(Request(len(drawn), size, start, start + turn, chance.random() >= absent, stays))
        asked += size * turn
    walking = []
    for number in range(round(chance.uniform(0, 2 * WALK_INS) * len(directory.resources) / 20)):
        (size,) = chance.choices([1, 2, 3, 4], [0.15, 0.6, 0.1, 0.15])
        start = chance.randrange(OPENS, LAST_START)
        turn = turn_minutes(policies, size)
        stays = max(30, round(0.95 * turn * chance.lognormvariate(0, OVERRUN)))
        walking.append(Request(number, size, start, start + turn, True, stays))
    walking.sort(key=lambda one: one.starts)
    return Night(seed, tuple(drawn), tuple(walking))


def nights(directory: Directory, load: float, many: int, seed: int = SEED) -> Sequence[Night]:
    """Draw so many evenings; the first ones are the same however many there are."""
    return [night(directory, load, seed + at) for at in range(many)]
