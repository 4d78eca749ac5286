"""A search for openings minute by minute, which knows nothing of stretches, grids of numbers or bits.

It is slow and simple on purpose: what the engines answer is compared with it. It shares with them only who could
serve a visit (`domain.visits`); hours, clock changes, notice, horizon, grids, limits, seats and who goes first are
told again here, in other words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from domain.availability import visit_for
from domain.ids import derived_id
from domain.occupancy import Block, Busy, Count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from domain.availability import Opening, Wish
    from domain.businesses import Directory
    from domain.limits import Counted
    from domain.visits import Choice, Part, Pool

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARGIN = 4


class Named(NamedTuple):
    """What is offered at a start."""

    staff_id: str | None
    minutes: int
    rows: tuple[tuple[str, int, int], ...]
    """Resource, from and until which epoch minute it is taken; ascending."""
    counts: frozenset[Count]
    session: str


def starts(
    directory: Directory,
    wish: Wish,
    busy: Sequence[Busy],
    now: datetime,
    used: Mapping[tuple[str, datetime], int] | None = None,
) -> list[tuple[int, str | None]]:
    """Return each start in epoch minutes with who serves (where nobody does: the first resource), ascending."""
    blocks = defaultdict(list)
    for one in busy:
        start, end = floor(one.starts_at), -floor(one.ends_at, up=True)
        blocks[one.resource_id].append(Block(start, end, one.owner_id, 0))
    found = answer(directory, wish, blocks, used or {}, now)
    return [(minute, one.staff_id or one.rows[0][0]) for minute, one in sorted(found.items())]


def answer(
    directory: Directory,
    wish: Wish,
    blocks: Mapping[str, Sequence[Block]],
    used: Mapping[tuple[str, datetime], int],
    now: datetime,
    without: Collection[str] = (),
) -> dict[int, Named]:
    """Return what is offered at every start, by epoch minute. Raises NotOffered."""
    return _Search(directory, wish, blocks, used, now, without).answer()


def named(opening: Opening) -> Named:
    """Return the same of an opening."""
    rows = tuple(sorted((one.resource_id, floor(one.starts_at), floor(one.ends_at)) for one in opening.take.rows))
    minutes = (opening.ends_at - opening.starts_at) // MINUTE
    return Named(opening.staff_id, minutes, rows, frozenset(opening.counts), opening.session)


def floor(moment: datetime, *, up: bool = False) -> int:
    """Return the epoch minute a moment lies in; with `up` the negative of the next whole one."""
    return (EPOCH - moment) // MINUTE if up else (moment - EPOCH) // MINUTE


@lru_cache(maxsize=1 << 14)
def wall(zone: str, on: date, minute: int) -> int:
    """Return the epoch minute of a wall time: what is skipped is later by the gap, what comes twice is the first."""
    local = datetime(on.year, on.month, on.day) + minute * MINUTE  # noqa: DTZ001 - a wall time
    return floor(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


@lru_cache(maxsize=1 << 14)
def date_of(zone: str, minute: int) -> date:
    """Return the local date of an epoch minute."""
    return (EPOCH + minute * MINUTE).astimezone(ZoneInfo(zone)).date()


class _Search:
    def __init__(
        self,
        directory: Directory,
        wish: Wish,
        blocks: Mapping[str, Sequence[Block]],
        used: Mapping[tuple[str, datetime], int],
        now: datetime,
        without: Collection[str],
    ) -> None:
        self.directory, self.wish, self.used, self.now = directory, wish, used, now
        self.policies = directory.business.policies
        self.visit = visit_for(directory, wish)
        self.zone = self.visit.place.zone
        self.given = (blocks, without)
        self.blocks = {
            who: [one for one in those if one.owner not in without and not (one.expires and one.expires <= floor(now))]
            for who, those in blocks.items()
        }
        self.aligned = self.policies.grid_align != "opening"
        self.counting = (wish.zone or self.zone) if self.aligned else self.zone
        self.first = max(wish.first, date_of(self.zone, floor(now)) - DAY)
        self.days = [self.first + day * DAY for day in range(-_MARGIN, (wish.last - self.first).days + _MARGIN + 1)]
        self.base = wall(self.zone, self.days[0], 0) - 2 * 1440
        self.size = (len(self.days) + 6) * 1440
        self.speakers = {one.owner_id for one in directory.hours} | {one.owner_id for one in directory.overrides}
        self.said: dict[tuple[str, date], list[set[int]] | None] = {}
        self.runs: dict[tuple[str, str | None, date], list[set[int]]] = {}
        self.open: dict[tuple[str, str | None], bytearray] = {}
        self.taken: dict[str, bytearray] = {}
        self.rank: dict[date, list[Choice]] = {}

    def answer(self) -> dict[int, Named]:
        found: dict[int, tuple[Choice, date]] = {}
        for day in [one for one in self.days if self.first <= one <= self.wish.last and self.in_horizon(one)]:
            low, high = wall(self.zone, day, self.wish.earliest), wall(self.zone, day, self.wish.latest)
            for belongs in (day - DAY, day) if self.wish.latest < 720 else (day,):
                for minute, choice in self.of_day(belongs, range(low, high + 1)):
                    found.setdefault(minute, (choice, belongs))
        if self.policies.horizon == "window":
            last = self.last_day() if found else date.max
            found = {at: one for at, one in found.items() if self.counted_day(at, one[1]) <= last}
        return {minute: self.named(choice, minute) for minute, (choice, _) in sorted(found.items())}

    # Which days.

    def in_horizon(self, day: date) -> bool:
        if self.policies.horizon == "range":
            begin, end = self.policies.bookable_from or date.min, self.policies.bookable_until or date.max
            return begin <= day <= end
        return self.policies.horizon != "rolling" or self.counting != self.zone or day <= self.horizon_day()

    def horizon_day(self) -> date:
        day, left = date_of(self.counting, floor(self.now)), self.policies.horizon_days
        for _ in range(3 * 366 if self.policies.horizon_open_days or self.policies.horizon_weekdays else left):
            if left:
                day += DAY
                left -= self.counts(day)
        return day

    def counts(self, day: date) -> bool:
        if self.policies.horizon_weekdays:
            return day.weekday() in self.policies.horizon_weekdays
        return not self.policies.horizon_open_days or bool(self.hours_of(self.visit.place.id, day))

    def is_soon_enough(self, minute: int) -> bool:
        begins = EPOCH + minute * MINUTE
        if begins <= self.now or begins < self.now + self.policies.minimum_notice:
            return False
        if self.policies.horizon == "rolling" and self.counting != self.zone:
            return date_of(self.counting, minute) <= self.horizon_day()
        return True

    def counted_day(self, minute: int, belongs: date) -> date:
        return belongs if self.counting == self.zone else date_of(self.counting, minute)

    def last_day(self) -> date:
        today = date_of(self.zone, floor(self.now))
        unlimited = replace(self.policies, horizon="range", bookable_from=None, bookable_until=None)
        directory = replace(self.directory, business=replace(self.directory.business, policies=unlimited))
        whole = replace(self.wish, first=max(today - DAY, self.wish.last - 366 * DAY), earliest=0, latest=2160)
        search = _Search(directory, whole, self.given[0], self.used, self.now, self.given[1])
        days = set()
        for day in search.days:
            if search.first <= day <= whole.last:
                whenever = range(wall(self.zone, day, 0), wall(self.zone, day, 2160) + 1)
                days |= {self.counted_day(at, day) for at, _ in search.of_day(day, whenever)}
        left, last = self.policies.horizon_days, date.min
        for day in sorted(days):
            if left > 0:
                last = day
            left -= self.counts(day)
        return last

    # When it is open.

    def hours_of(self, owner: str, day: date) -> list[set[int]] | None:
        """Return the runs of minutes that an owner has said for a date, None where nothing is said."""
        if (owner, day) not in self.said:
            overrides = [one for one in self.directory.overrides if (one.owner_id, one.on) == (owner, day)]
            weekly = [one for one in self.directory.hours if one.owner_id == owner]
            local = [span for one in overrides for span in one.ranges]
            if not overrides:
                local = [(one.opens, one.closes) for one in weekly if one.weekday == day.weekday()]
            spoken = [(min(run), max(run) + 1) for run in joined([set(range(*span)) for span in local])]
            spans = [(wall(self.zone, day, opens), wall(self.zone, day, closes)) for opens, closes in spoken]
            runs = joined([set(range(*span)) for span in spans])
            self.said[owner, day] = runs if overrides or weekly else None
        return self.said[owner, day]

    def runs_of(self, owner: str, service: str | None, day: date) -> list[set[int]]:
        """Return the runs of a date in which an owner is open: where all who have a say are."""
        if (owner, service, day) not in self.runs:
            place = self.visit.place.id
            runs = self.hours_of(place, day) or []
            for narrower in (owner, service):
                if narrower is None or narrower == place or narrower not in self.speakers:
                    continue
                own: list[set[int]] = []
                for other in (day - DAY, day, day + DAY):
                    said = self.hours_of(narrower, other)
                    own += (self.hours_of(place, other) or []) if said is None else said
                runs = joined([run & mine for run in runs for mine in joined(own)])
            self.runs[owner, service, day] = runs
        return self.runs[owner, service, day]

    def is_open(self, owner: str, service: str | None, begin: int, end: int) -> bool:
        if (owner, service) not in self.open:
            minutes = self.open[owner, service] = bytearray(self.size)
            for day in self.days:
                for run in self.runs_of(owner, service, day):
                    for minute in run:
                        minutes[minute - self.base] = 1
        return self.open[owner, service].find(0, begin - self.base, end - self.base) < 0

    # What is taken.

    def is_taken(self, who: str, begin: int, end: int, session: str) -> bool:
        if session:
            return begin < end and any(
                one.start < end and begin < one.end and one.owner != session for one in self.blocks.get(who, ())
            )
        if who not in self.taken:
            minutes = self.taken[who] = bytearray(self.size)
            for block in self.blocks.get(who, ()):
                for minute in range(max(block.start - self.base, 0), min(block.end - self.base, self.size)):
                    minutes[minute] = 1
        return self.taken[who].find(1, begin - self.base, end - self.base) >= 0

    def is_free(self, who: str, part: Part | Pool, minute: int, session: str) -> bool:
        return self.is_open(
            who, part.service_id, minute + part.open_from, minute + part.open_until
        ) and not self.is_taken(who, minute + part.busy_from, minute + part.busy_until, session)

    def session(self, choice: Choice, minute: int) -> str:
        """Return the class that is held then already, "" for none."""
        owners = {one.owner for one in self.blocks.get(choice.parts[0].resource_id, ())} - {""}
        if choice.class_id is None or not owners:
            return ""
        session = session_id(choice, minute)
        return session if session in owners else ""

    def works(self, choice: Choice, minute: int) -> bool:
        session = self.session(choice, minute)
        return (
            all(self.is_free(one.resource_id, one, minute, session) for one in choice.parts)
            and all(
                sum(self.is_free(one, pool, minute, session) for one in pool.options) >= pool.needed
                for pool in choice.pools
            )
            and not (self.used and any(self.is_full(one, minute) for one in choice.counts))
        )

    def is_full(self, counted: Counted, minute: int) -> bool:
        return self.used.get(self.place_of(counted, minute), 0) + counted.amount > counted.cap

    def place_of(self, counted: Counted, minute: int) -> tuple[str, datetime]:
        """Return under what a start is counted."""
        day = date_of(self.zone, minute)
        begins: dict[str, Callable[[], int]] = {
            "start": lambda: minute,
            "quarter": lambda: minute // 15 * 15,
            "day": lambda: wall(self.zone, day, 0),
            "week": lambda: wall(self.zone, day - day.weekday() * DAY, 0),
            "sunday_week": lambda: wall(self.zone, day - (day.weekday() + 1) % 7 * DAY, 0),
            "month": lambda: wall(self.zone, day.replace(day=1), 0),
            "year": lambda: wall(self.zone, day.replace(month=1, day=1), 0),
        }
        return counted.key, EPOCH + begins[counted.period]() * MINUTE

    # Which starts, and with whom.

    def of_day(self, day: date, wished: range) -> Iterator[tuple[int, Choice]]:
        """Yield the starts of a day's hours that are wished, with who serves, ascending."""
        candidates: dict[int, list[Choice]] = {}
        patterns: list[tuple[list[int], Choice]] = []
        grid = self.policies.grid
        since = floor(self.now + max(self.policies.minimum_notice, MINUTE))
        for choice in self.visit.choices:
            part = choice.parts[0]
            for run in self.runs_of(part.resource_id, part.service_id, day):
                opens = min(run)
                minutes = [
                    minute
                    for minute in sorted(run)
                    if (minute >= since if self.aligned else (minute - opens) % grid == 0)
                    and self.works(choice, minute)
                ]
                for minute in minutes:
                    candidates.setdefault(minute, []).append(choice)
                patterns += [(stretch, choice) for stretch in unbroken(minutes)]
        begins = self.pattern(patterns) if self.aligned else set(candidates)
        if not begins:
            return
        in_order = self.in_order(day)
        for minute in sorted(one for one in begins if one in wished and self.is_soon_enough(one)):
            yield minute, min(candidates[minute], key=in_order.index)

    def pattern(self, stretches: list[tuple[list[int], Choice]]) -> set[int]:
        """Return the starts of free stretches on a grid that follows the booker's clock."""
        step = self.policies.grid + self.policies.grid_offset
        unit = max([one for one in (1, 5, 10, 15, 20, 30, 60) if self.policies.grid % one == 0])
        found: set[int] = set()
        for minutes, choice in sorted(stretches, key=lambda one: one[0][0]):
            start = minutes[0]
            offset = (EPOCH + start * MINUTE).astimezone(ZoneInfo(self.counting)).utcoffset()
            assert offset is not None
            clock = start + offset // MINUTE
            if clock % unit and self.policies.grid_align == "clock":
                start += -clock % unit
            elif clock % unit:
                rest = (minutes[-1] + choice.minutes - start) % unit
                waits = [one - clock % one for one in (unit, 15, 5)]
                start += next((one for one in waits if one <= rest), 0)
            start += self.policies.grid_offset
            before = [one for one in found if one < start]
            if before and max(before) + step > start:
                start = max(before) if max(before) >= minutes[0] else max(before) + step
            while start <= minutes[-1]:
                found.add(start)
                start += step
        return found

    def in_order(self, day: date) -> list[Choice]:
        if day not in self.rank:
            begin, end = wall(self.zone, day, 0), wall(self.zone, day, 1440)
            choices = list(self.visit.choices)
            if self.visit.balanced:
                loads = {
                    who: sum(max(0, min(one.end, end) - max(one.start, begin)) for one in self.blocks.get(who, ()))
                    for who in {one for choice in choices for one in choice.staff_ids}
                }
                choices.sort(key=lambda one: sum(loads[who] for who in one.staff_ids))
                if self.policies.anyone == "priority":
                    choices.sort(key=lambda one: -self.directory.person[one.staff_ids[0]].priority)
                if self.policies.anyone == "last":
                    choices.sort(key=lambda one: one.staff_id != self.wish.preferred)
            self.rank[day] = choices
        return self.rank[day]

    def named(self, choice: Choice, minute: int) -> Named:
        session = self.session(choice, minute)
        taken: dict[str, set[int]] = defaultdict(set)
        for part in choice.parts:
            taken[part.resource_id] |= set(range(minute + part.busy_from, minute + part.busy_until))
        for pool in choice.pools:
            free = [one for one in pool.options if self.is_free(one, pool, minute, session)]
            joint = [one for one in free if session and any(b.owner == session for b in self.blocks.get(one, ()))]
            for one in [*joint, *(each for each in free if each not in joint)][: pool.needed]:
                taken[one] |= set(range(minute + pool.busy_from, minute + pool.busy_until))
        rows = [(who, run[0], run[-1] + 1) for who, minutes in taken.items() for run in unbroken(sorted(minutes))]
        counts = frozenset(Count(*self.place_of(one, minute), one.amount, one.cap) for one in choice.counts)
        name = session_id(choice, minute) if choice.class_id is not None else ""
        return Named(choice.staff_id, choice.minutes, tuple(sorted(rows)), counts, name)


def session_id(choice: Choice, minute: int) -> str:
    """Return the id of everybody's session of a class that begins then."""
    return derived_id("session", choice.class_id or "", choice.staff_id or "", (EPOCH + minute * MINUTE).isoformat())


def unbroken(minutes: Sequence[int]) -> list[list[int]]:
    """Return ascending minutes, parted where one is missing."""
    runs: list[list[int]] = []
    for minute in minutes:
        if runs and runs[-1][-1] == minute - 1:
            runs[-1].append(minute)
        else:
            runs.append([minute])
    return runs


def joined(runs: list[set[int]]) -> list[set[int]]:
    """Join what overlaps; what only touches stays apart."""
    whole: list[set[int]] = []
    for run in sorted((one for one in runs if one), key=min):
        if whole and whole[-1] & run:
            whole[-1] = whole[-1] | run
        else:
            whole.append(run)
    return whole
