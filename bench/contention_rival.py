"""A rival: somebody who wants the same time as everybody else, and asks for it in every way there is."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.contention_house import PARTIES, House
from domain.back_office import BackOffice
from domain.clock import SystemClock
from domain.desk import Desk
from domain.errors import (
    AnsweredBefore,
    BookingClosed,
    BookingNotFound,
    HoldExpired,
    NotOffered,
    OpeningTaken,
)
from domain.ids import new_id

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from bench.contention_journal import Journal
    from domain.availability import Opening, Wish
    from domain.bookings import Booking, Effect
    from domain.businesses import Service
    from domain.ids import HoldId, StaffId
    from domain.ports import Store
    from domain.waitlist import WaitlistEntry

REFUSALS = (OpeningTaken, BookingClosed, AnsweredBefore, NotOffered, HoldExpired, BookingNotFound)
"""What a customer may be told. Anything else is an error of the product."""
BLIND = 0.4
"""How often somebody asks for a time without looking whether it is free."""
SHARED = 12
"""How many rivals of a worker choose from openings that were read once: the more, the more want the same."""
THOROUGH = 0.01
"""How often a refused one also asks for alternatives."""


class Nothing(Exception):
    """There is nothing to try this on right now: another kind is drawn, and no attempt counted."""


@dataclass(frozen=True)
class Held:
    """A hold that a rival has, or had."""

    house: House
    hold_id: HoldId
    service: Service
    party: int | None
    opening: Opening
    """Without the parties that changed tables for it: they have."""
    expires_at: datetime
    in_conversation: bool


@dataclass
class Known:
    """What the rivals of one worker have seen, and take up again."""

    bookings: dict[str, deque[Booking]] = field(default_factory=dict)
    """By business; as they were when they were last seen, so that some of it is stale."""
    cancelled: dict[str, deque[Booking]] = field(default_factory=dict)
    blocks: dict[str, deque[HoldId]] = field(default_factory=dict)
    openings: dict[Wish, tuple[Sequence[Opening], int]] = field(default_factory=dict)
    """What was free when somebody looked, and how often it was looked at since."""
    offers: dict[str, Opening] = field(default_factory=dict)
    """By waitlist entry: what was offered last."""


@dataclass(frozen=True)
class Plan:
    """When and where all rivals are: as the run goes on, they move through the calendar together."""

    first: date
    days: int
    """How many days they get through."""


class Rival:
    """One of many who are at it at the same time, each with one thing in hand."""

    def __init__(
        self,
        name: str,
        store: Store,
        houses: Sequence[House],
        plan: Plan,
        known: Known,
        journal: Journal,
        rng: random.Random,
        *,
        lift_caps: bool,
    ) -> None:
        """Take who it is, what it plays on, and where it writes down what it was told."""
        self.name = name
        self.rng = rng
        self.known = known
        self.journal = journal
        self.clock = SystemClock()
        self.held: list[Held] = []
        self.progress = 0.0
        """How much of the run is over."""
        self.house = houses[0]
        self._store = store
        self._houses = houses
        self._plan = plan
        self._lift_caps = lift_caps
        self._weights = [one.weight for one in houses]
        self._calendars = {one.id: store.calendar(one.id) for one in houses}

    async def play(self, kind: str, attempt: Any) -> None:
        """Make one attempt of a kind, in a house drawn by lot; what it was told goes into the journal."""
        self.house = self.rng.choices(self._houses, self._weights)[0]
        begun = time.perf_counter()
        try:
            await attempt(self)
        except REFUSALS as error:
            self.journal.refused[f"{kind}: {type(error).__name__}"] += 1
        except Nothing:
            return
        except Exception as error:
            self.journal.errors[type(error).__name__] += 1
            if self.journal.errors[type(error).__name__] <= 2:
                print(f"{kind}:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
        else:
            self.journal.done[kind] += 1
        self.journal.attempts += 1
        self.journal.ms.append(round((time.perf_counter() - begun) * 1000, 3))

    @property
    def calendar(self) -> Any:
        """The calendar of the house."""
        return self._calendars[self.house.id]

    @property
    def store(self) -> Store:
        """What it plays on."""
        return self._store

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    def day(self) -> date:
        """Return one of the days that everybody wants now."""
        return self._plan.first + timedelta(
            days=int(self.progress * self._plan.days) + self.rng.randrange(self.house.days)
        )

    def desk(self, key: str = "", *, in_conversation: bool = False) -> Desk:
        """Open a desk for a customer."""
        conversation = self.name if in_conversation else None
        who = f"customer:{self.customer_id()}"
        return Desk(self.house.directory, self.calendar, who, key or new_id(), self.now(), conversation)

    def office(self) -> BackOffice:
        """Open a desk for staff."""
        return BackOffice(self.house.directory, self.calendar, "staff:rosa", new_id(), self.now())

    def customer_id(self) -> str:
        """Return any customer."""
        return self.rng.choice(self.house.customers).id

    def service(self, *, a_class: bool = False) -> tuple[Service, int | None]:
        """Return what is asked for, and for how many."""
        services = [one for one in self.house.directory.services if bool(one.seats) is a_class]
        if not services:
            raise Nothing
        service = self.rng.choice(services)
        if service.needs == "table":
            return service, self.rng.choice(PARTIES)
        return service, self.rng.randint(1, 3) if a_class else None

    async def opening(
        self,
        desk: Desk,
        service: Service,
        party: int | None,
        *,
        without: tuple[str, ...] = (),
        by: StaffId | None = None,
    ) -> Opening:
        """Return a time that is free, or that may be; the early ones of the day are wanted most."""
        wish = self.house.wish(service, self.day(), party, by)
        found: Sequence[Opening] = ()
        if self.rng.random() > BLIND:
            found = await self._free(desk, wish, without)
        if not found:
            found = self.house.everything(wish, self.now())
        if not found:
            raise Nothing
        early = int(self.rng.expovariate(0.4)) if self.rng.random() < 0.5 else self.rng.randrange(len(found))
        return found[min(early, len(found) - 1)]

    async def _free(self, desk: Desk, wish: Wish, without: tuple[str, ...]) -> Sequence[Opening]:
        """Return what is free, or was free when another rival looked."""
        found, looks = self.known.openings.get(wish, ((), SHARED))
        if looks >= SHARED:
            found, looks = await desk.openings(wish, without=without), 0
        self.known.openings[wish] = found, looks + 1
        return found

    async def booking(self, *, among: str = "bookings") -> Booking:
        """Return a booking that somebody made, as it is or as it was a while ago."""
        seen = getattr(self.known, among).setdefault(self.house.id, deque(maxlen=60))
        if among == "bookings" and self.rng.random() < 0.04:
            await self._look_around(seen)
        if not seen:
            raise Nothing
        booking: Booking = self.rng.choice(seen)
        return booking if self.rng.random() < 0.3 else await self.calendar.booking(booking.id)

    async def commit(self, desk: Desk) -> None:
        """Write what a desk was told."""
        if self.rng.random() < THOROUGH and not self._lift_caps:
            await self._said(desk.effects, desk.commit())
        else:
            await self.apply(desk.effects)

    async def apply(self, effects: Sequence[Effect]) -> None:
        """Write effects through the store's port."""
        effects = [self._lifted(one) for one in effects] if self._lift_caps else effects
        await self._said(effects, self.calendar.apply(effects))

    async def _said(self, effects: Sequence[Effect], writing: Any) -> None:
        try:
            await writing
        except REFUSALS:
            self.journal.note(effects, written=False)
            raise
        self.journal.note(effects, written=True)

    @staticmethod
    def _lifted(effect: Any) -> Any:
        """Return the effect without the caps of what it counts: the broken twin."""
        take = getattr(effect, "take", None)
        if take is None or not take.counts:
            return effect
        return replace(effect, take=replace(take, counts=tuple(replace(one, cap=10**6) for one in take.counts)))

    def keep(self, booking: Booking, *, among: str = "bookings") -> None:
        """Remember a booking, for whoever of this worker takes it up."""
        getattr(self.known, among).setdefault(self.house.id, deque(maxlen=60)).append(booking)

    def own(self, *, over: bool) -> Held:
        """Return a hold of its own that is over, or is not, and turn to its house."""
        now = self.now()
        fitting = [one for one in self.held if (one.expires_at <= now) is over]
        if not fitting:
            raise Nothing
        held = self.rng.choice(fitting)
        self.house = held.house
        return held

    def drop(self, held: Held) -> None:
        """Forget a hold."""
        if held in self.held:
            self.held.remove(held)

    async def both(self, *attempts: Any) -> None:
        """Do several things at once; raises the first refusal where all were refused, and an error in any case."""
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, REFUSALS):
                raise outcome
        if all(outcomes):
            raise next(outcome for outcome in outcomes if isinstance(outcome, BaseException))

    async def waiting(self) -> WaitlistEntry:
        """Return somebody who waits."""
        found = await self.calendar.waiting(self.now())
        if not found:
            raise Nothing
        entry: WaitlistEntry = self.rng.choice(found[:8])
        return entry

    async def _look_around(self, seen: deque[Booking]) -> None:
        """See what others have booked on a day."""
        start = datetime.combine(self.day(), datetime.min.time(), self.now().tzinfo)
        found = await self.calendar.bookings_between(start, start + timedelta(days=1))
        seen.extend(self.rng.sample(list(found), min(10, len(found))))
