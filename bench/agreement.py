"""Agreement: random questions, asked of the interval engine, of the resident one and of a search minute by minute."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from random import Random
from typing import TYPE_CHECKING, Any

from bench.brute_force import answer, named
from bench.listed import ListedCalendar
from bench.questions import House, Question, block, house, question
from domain.availability import counted_of, openings_of, reach_of, starts, visit_for
from domain.errors import NotOffered
from domain.hours import ceil_minute
from domain.resident import Resident
from domain.starts import NOTHING

if TYPE_CHECKING:
    from domain.availability import Opening
    from domain.limits import Used
    from domain.starts import Start

_TOGETHER = 4
"""So many businesses are asked in turns, so that views are dropped and made again."""
_ROUND = 80
"""So many questions are asked of them before there are new ones."""
_BYTES = 300_000
_SHOWN = 5


@dataclass(slots=True)
class World:
    """A business with its calendar."""

    house: House
    calendar: ListedCalendar
    asked: int = 0


class Round:
    """Some businesses in which things happen while questions are asked. The same for a seed and a number."""

    def __init__(self, seed: int, number: int) -> None:
        """Make the businesses."""
        self._chance = Random(f"{seed}:{number}")
        self.resident = Resident(_BYTES)
        self.offered = 0
        """How many questions had an answer with a start in it."""
        self._worlds = [self._world(one) for one in range(_TOGETHER)]

    async def disagreements(self, questions: int) -> list[str]:
        """Ask so many questions; returns those on which somebody disagrees."""
        found = []
        for position in range(questions):
            world = self._chance.choice(self._worlds)
            for _ in range(self._chance.choice((0, 1, 1, 2))):
                self._happen(world)
            asked = question(world.house, world.calendar.owners)
            if (told := await self._asked(world, asked)) is not None:
                found.append(f"question {position}: {told}: {asked}")
        return found

    def _world(self, number: int) -> World:
        of = house(self._chance)
        business = replace(of.directory.business, id=f"biz-{number}")
        of.directory = replace(of.directory, business=business)
        world = World(of, ListedCalendar())
        for _ in range(self._chance.randint(0, 10)):
            self._block(world)
        return world

    def _happen(self, world: World) -> None:
        """Let something happen: a block, the end of one, time that passes."""
        chance, calendar, of = self._chance, world.calendar, world.house
        what = chance.random()
        if what < 0.35:
            self._block(world)
        elif what < 0.6 and calendar.owners:
            calendar.give_back(chance.choice(calendar.owners))
        elif what < 0.8:
            of.now += timedelta(seconds=chance.choice((1, 59, 60, 600, 7200, -30)))

    def _block(self, world: World) -> None:
        chance = self._chance
        resource_id, start, end = block(world.house)
        expires = 0
        if chance.random() < 0.3:
            expires = ceil_minute(world.house.now) + chance.choice((-1, 0, 1, 10))
        world.asked += 1
        world.calendar.block(resource_id, start, end, f"owner-{world.asked}", expires)

    async def _asked(self, world: World, asked: Question) -> str | None:
        """Ask everybody; returns who disagrees with the interval engine."""
        directory, calendar, wish = world.house.directory, world.calendar, asked.wish
        try:
            resident: list[Start] | str = await self.resident.starts(
                directory, wish, asked.now, calendar, asked.without
            )
        except NotOffered as refused:
            resident = refused.field
        taken = calendar.blocks
        used: Used = NOTHING
        try:
            visit, reach = visit_for(directory, wish), reach_of(directory, wish, asked.now)
            if reach is not None:
                counted = counted_of(visit, *reach)
                used = await calendar.used(*counted, asked.now, asked.without) if counted else {}
            known = {one: taken.get(one, []) for one in visit.resource_ids}
            expected: list[Start] | str = starts(directory, visit, wish, known, asked.now, used, asked.without)
        except NotOffered as refused:
            expected = refused.field
        if resident != expected:
            return "the resident engine"
        try:
            brute = answer(directory, wish, taken, used, asked.now, asked.without)
        except NotOffered as refused:
            return None if expected == refused.field else "the brute force"
        if isinstance(expected, str):
            return "the brute force"
        openings = openings_of(visit, expected)
        if {one.minute: named(opening) for one, opening in zip(expected, openings, strict=True)} != brute:
            return "the brute force"
        self.offered += bool(openings)
        if openings and self._chance.random() < 0.3:
            self._book(world, self._chance.choice(openings))
        return None

    def _book(self, world: World, opening: Opening) -> None:
        """Book or hold what was found."""
        world.asked += 1
        held = world.house.now + timedelta(seconds=self._chance.choice((1, 60, 600)))
        world.calendar.write(opening.take, f"owner-{world.asked}", held if self._chance.random() < 0.4 else None)


def _play(task: tuple[int, int, int]) -> tuple[list[str], int, int]:
    """Play one round; returns its disagreements, how many answers had starts, and how many were handed on."""
    seed, number, questions = task
    played = Round(seed, number)
    found = asyncio.run(played.disagreements(questions))
    return [f"seed {seed}, round {number}, {one}" for one in found], played.offered, played.resident.fallbacks


def fuzz(questions: int, seed: int, workers: int) -> dict[str, Any]:
    """Ask so many random questions; returns what the JSON line says."""
    begun = time.perf_counter()
    rounds = -(-questions // _ROUND)
    tasks = [(seed, one, min(_ROUND, questions - one * _ROUND)) for one in range(rounds)]
    if workers > 1:
        with get_context("spawn").Pool(workers) as pool:
            results = pool.map(_play, tasks, chunksize=8)
    else:
        results = [_play(one) for one in tasks]
    told = [one for found, _, _ in results for one in found]
    return {
        "questions": questions,
        "disagreements": len(told),
        "offered": sum(offered for _, offered, _ in results),
        "fallbacks": sum(handed_on for _, _, handed_on in results),
        "seconds": round(time.perf_counter() - begun, 1),
        **({"first": told[:_SHOWN]} if told else {}),
    }
