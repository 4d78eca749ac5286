"""Waitlists at work: who is offered what became free, when, and what becomes of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Received
from bots.application import Application
from bots.seed import seed
from bots.waitlist import Waitlists, in_order
from dialogs.messages import Text
from domain.availability import Wish
from domain.bookings import PlaceHold, ReleaseHold
from domain.businesses import Policies
from domain.clock import ManualClock
from domain.conversations import Owner
from domain.desk import Desk
from domain.ids import conversation_id, new_id
from domain.occupancy import Take
from domain.ports import ControlChange
from domain.waitlist import Waiting, WaitlistEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from domain.businesses import Account, Directory
    from domain.ports import Calendar

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


class Bistro:
    """The demo bistro on a Saturday evening on which everything is taken, and customers who write to it."""

    def __init__(self, app: Application, clock: ManualClock, account: Account, directory: Directory) -> None:
        self.app, self.clock, self.account, self.directory = app, clock, account, directory
        self.calendar: Calendar = app.store.calendar(account.business_id)
        self.seen: dict[str, str] = {}
        self.taken: list[PlaceHold] = []

    def talk(self, who: str) -> str:
        return conversation_id(self.account.id, who)

    async def fill(self, start: datetime = EVENING - timedelta(minutes=90), hours: int = 5) -> None:
        tables = [one.id for one in self.directory.resources if one.kind == "table"]
        until = FRIDAY + timedelta(days=400)
        self.taken = [
            PlaceHold(new_id(), None, Take((one,), start, start + timedelta(hours=hours)), until) for one in tables
        ]
        await self.calendar.apply(self.taken)

    async def free_a_table(self) -> None:
        await self.calendar.apply([ReleaseHold(self.taken.pop(0).hold_id)])

    async def say(self, who: str, text: str) -> str:
        event = Received("bistro", who, new_id(), Text(text), self.clock.now(), wait=True)
        await self.app.intake.take(self.app.channels["webchat"], self.account.endpoint_id, [event])
        await self.app.worker.drain()
        return await self.read(who)

    async def tick(self, waitlists: Waitlists | None = None) -> int:
        told = await (waitlists or self.app.waitlists).tick(self.clock.now())
        await self.app.worker.drain()
        return told

    async def read(self, who: str) -> str:
        transcripts = self.app.store.transcripts(self.account.business_id)
        lines = await transcripts.messages(self.talk(who), self.seen.get(who, ""))
        if lines:
            self.seen[who] = lines[-1].id
        return "\n".join(line.text for line in lines if line.author == "bot")

    async def waits(self, who: str, text: str = "a table for 2 tomorrow at 8pm") -> WaitlistEntry:
        await self.say(who, f"put me on the waitlist for {text}, I'm {who.title()} Sousa")
        return await self.entry(who)

    async def entry(self, who: str) -> WaitlistEntry:
        conversation = await self.app.store.transcripts(self.account.business_id).conversation(self.talk(who))
        (entry,) = await self.calendar.waitlist_of(conversation.customer_id)
        return entry

    async def statuses(self) -> list[Waiting]:
        return [one.status for one in await self.calendar.waiting(self.clock.now())]

    async def policies(self, **changes: Any) -> None:
        business = self.directory.business
        self.directory = replace(
            self.directory, business=replace(business, policies=replace(business.policies, **changes))
        )
        accounts = [one for one in await self.app.store.directories.accounts() if one.business_id == business.id]
        await self.app.store.directories.save(self.directory, accounts)


def play(story: Callable[[Bistro], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        clock = ManualClock(FRIDAY)
        app = Application.in_memory(clock)
        await app.open()
        await seed(app)
        account = await app.store.directories.account("webchat", "bistro")
        bistro = Bistro(app, clock, account, await app.store.directories.directory(account.business_id))
        await bistro.fill()
        await story(bistro)

    asyncio.run(run())


def test_nobody_waits_and_nothing_is_read() -> None:
    async def story(bistro: Bistro) -> None:
        assert not await bistro.app.store.directories.waiting()
        assert await bistro.tick() == 0

    play(story)


def test_what_becomes_free_is_offered_to_whoever_came_first_and_held_for_them() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.waits("dan")
        await bistro.free_a_table()
        assert await bistro.tick() == 1
        assert await bistro.statuses() == [Waiting.OFFERED, Waiting.WAITING]
        assert "has become free" in await bistro.read("ana")
        assert await bistro.read("dan") == ""
        # Nobody is offered, and nobody can book, what is held for her.
        assert "is full" in await bistro.say("eva", "a table for 2 tomorrow at 8pm, I'm Eva Lima")
        assert await bistro.tick() == 0

    play(story)


def test_two_processes_make_one_offer() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.waits("dan")
        await bistro.free_a_table()
        store, now = bistro.app.store, bistro.clock.now()
        await asyncio.gather(*(Waitlists(store).tick(now) for _ in range(4)))
        assert sorted(await bistro.statuses()) == [Waiting.OFFERED, Waiting.WAITING]
        await bistro.app.worker.drain()
        assert (await bistro.read("ana")).count("has become free") == 1

    play(story)


class LosesMail(Waitlists):
    """A process that dies after the offer was written and before the conversation heard of it."""

    async def _tell(self, entry: WaitlistEntry, kind: str, now: datetime) -> int:
        return 0


def test_an_offer_whose_mail_was_lost_is_told_by_the_next_tick() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.free_a_table()
        await bistro.tick(LosesMail(bistro.app.store))
        assert await bistro.statuses() == [Waiting.OFFERED]
        await bistro.app.worker.drain()
        assert "has become free" not in await bistro.read("ana")
        assert await bistro.tick(Waitlists(bistro.app.store)) == 1
        assert await bistro.tick(Waitlists(bistro.app.store)) == 0
        assert (await bistro.read("ana")).count("has become free") == 1

    play(story)


def test_an_offer_that_nobody_answers_is_taken_back_and_told_once() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.free_a_table()
        await bistro.tick()
        bistro.clock.advance(timedelta(minutes=15))
        assert await bistro.tick() == 1
        assert (await bistro.read("ana")).count("still on the waitlist") == 1
        assert await bistro.statuses() == [Waiting.WAITING]
        for _ in range(5):  # it is still free, and she knows
            bistro.clock.advance(timedelta(minutes=5))
            assert await bistro.tick() == 0

    play(story)


def test_a_yes_that_comes_late_books_what_is_still_free() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.free_a_table()
        await bistro.tick()
        bistro.clock.advance(timedelta(minutes=16))  # no tick meanwhile
        assert "Booked" in await bistro.say("ana", "yes")
        assert await bistro.statuses() == []
        assert await bistro.tick() == 0

    play(story)


def test_people_who_answer_a_conversation_are_not_talked_over() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.free_a_table()
        claim = ControlChange(bistro.talk("ana"), bistro.account.business_id, None, Owner.HUMAN, "rosa")
        await bistro.app.store.control.change(claim)
        assert await bistro.tick() == 0
        assert await bistro.statuses() == [Waiting.WAITING]

    play(story)


def test_people_who_take_over_after_the_offer_find_her_waiting_as_before() -> None:
    async def story(bistro: Bistro) -> None:
        before = await bistro.waits("ana")
        await bistro.free_a_table()
        await bistro.app.waitlists.tick(bistro.clock.now())  # written, not heard yet
        claim = ControlChange(bistro.talk("ana"), bistro.account.business_id, None, Owner.HUMAN, "rosa")
        await bistro.app.store.control.change(claim)
        await bistro.app.worker.drain()
        after = await bistro.entry("ana")
        assert (after.status, after.created_at) == (Waiting.WAITING, before.created_at)
        assert "has become free" not in await bistro.read("ana")

    play(story)


class Forgetful:
    """The broken twin: a calendar that does not tell what conversations hold."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calendar, name)

    async def holds_between(self, *_range: object) -> Sequence[PlaceHold]:
        return ()


class ForgetfulStore:
    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def calendar(self, business_id: str) -> Any:
        return Forgetful(self._store.calendar(business_id))


@pytest.mark.parametrize("guarded", [True, False])
def test_who_is_about_to_confirm_another_time_keeps_it_and_is_passed_over(guarded: bool) -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        assert "Shall I book it" in await bistro.say("ana", "a table for 3 on Tuesday at 8pm")
        held = {one.hold_id for one in await _holds(bistro) if one.conversation_id == bistro.talk("ana")}
        await bistro.free_a_table()
        store = bistro.app.store if guarded else ForgetfulStore(bistro.app.store)
        await bistro.tick(Waitlists(store))
        kept = {one.hold_id for one in await _holds(bistro) if one.conversation_id == bistro.talk("ana")}
        assert (kept == held) is guarded
        if guarded:
            assert "Booked" in await bistro.say("ana", "yes")
            bistro.clock.advance(timedelta(minutes=1))
            assert await bistro.tick() == 1  # and now she is asked

    play(story)


async def _holds(bistro: Bistro) -> Sequence[PlaceHold]:
    now = bistro.clock.now()
    return await bistro.calendar.holds_between(now, now + timedelta(days=100), now)


def test_who_booked_meanwhile_waits_no_longer() -> None:
    async def story(bistro: Bistro) -> None:
        entry = await bistro.waits("ana", "a table for 2 tomorrow after 6pm")
        assert entry.earliest == 18 * 60
        desk = Desk(bistro.directory, bistro.calendar, "staff:rosa", new_id(), bistro.clock.now())
        table = bistro.directory.services[0].id
        wish = Wish(entry.place_id, (table,), entry.first, entry.last, party_size=2, earliest=720, latest=900)
        opening = (await desk.openings(wish))[0]
        desk.book(opening, customer_id=entry.customer_id, service_ids=(table,), party_size=2)
        await desk.commit()
        await bistro.free_a_table()
        assert await bistro.tick() == 0
        found = await bistro.calendar.waitlist_entry(entry.id)
        assert found is not None
        assert found.status is Waiting.BOOKED
        assert found.booking_id

    play(story)


def test_what_is_over_is_left() -> None:
    async def story(bistro: Bistro) -> None:
        entry = await bistro.waits("ana")
        bistro.clock.set(EVENING + timedelta(minutes=1))
        assert await bistro.tick() == 0
        found = await bistro.calendar.waitlist_entry(entry.id)
        assert found is not None
        assert found.status is Waiting.LEFT

    play(story)


@pytest.mark.parametrize(
    ("wanted", "at_night"),
    [("a table for 2 tomorrow at 8pm", 0), ("a table for 2 today at 9pm", 1)],
    ids=["tomorrow", "tonight"],
)
def test_at_night_only_what_cannot_wait_until_the_morning_is_offered(wanted: str, at_night: int) -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.policies(quiet_from=18 * 60, quiet_until=9 * 60)
        await bistro.fill(FRIDAY.replace(hour=18), 6)
        tonight = bistro.taken
        await bistro.waits("ana", wanted)
        bistro.clock.set(FRIDAY.replace(hour=20))
        if "today" in wanted:
            await bistro.calendar.apply([ReleaseHold(tonight[0].hold_id)])
        else:
            # The same table on the next evening, not whichever stands first: the large ones are for large parties.
            table = tonight[0].take.resource_ids
            holds = [one for one in await _holds(bistro) if one.take.starts_at.day == EVENING.day]
            await bistro.calendar.apply(
                [ReleaseHold(next(one.hold_id for one in holds if one.take.resource_ids == table))]
            )
        assert await bistro.tick() == at_night
        bistro.clock.set(FRIDAY.replace(hour=9) + timedelta(days=1))
        assert await bistro.tick() == 1  # in the morning the offer, or that it is over

    play(story)


def test_of_an_offer_outside_the_platforms_window_nobody_could_hear() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        await bistro.free_a_table()
        bistro.clock.advance(timedelta(hours=25))
        assert await bistro.tick(Waitlists(bistro.app.store, {"webchat": 24})) == 0
        assert await bistro.tick(Waitlists(bistro.app.store, {"webchat": 48})) == 1

    play(story)


def entry(who: str, minutes: int, priority: int = 0, party: int = 2) -> WaitlistEntry:
    on = date(2026, 11, 21)
    since = FRIDAY + timedelta(minutes=minutes)
    return WaitlistEntry(who, "b", "p", who, ("t",), on, on, since, priority=priority, party_size=party)


@pytest.mark.parametrize(
    ("order", "names"),
    [("first", "ana dan eva"), ("priority", "eva ana dan"), ("largest", "dan ana eva")],
)
def test_the_owner_says_who_goes_first(order: Any, names: str) -> None:
    waiting = [entry("dan", 1, party=6), entry("eva", 2, priority=5), entry("ana", 0)]
    assert " ".join(one.id for one in in_order(waiting, Policies(waitlist_order=order))) == names


def test_whoever_let_an_offer_pass_goes_behind() -> None:
    async def story(bistro: Bistro) -> None:
        await bistro.waits("ana")
        bistro.clock.advance(timedelta(minutes=1))
        await bistro.waits("dan")
        await bistro.free_a_table()
        await bistro.tick()
        bistro.clock.advance(timedelta(minutes=1))
        assert "keep you on" in await bistro.say("ana", "no thanks")
        assert await bistro.tick() == 1
        assert "has become free" in await bistro.read("dan")
        assert [one.name for one in await bistro.calendar.waiting(bistro.clock.now())] == ["Dan Sousa", "Ana Sousa"]

    play(story)


def test_joining_the_same_twice_is_one_entry() -> None:
    async def story(bistro: Bistro) -> None:
        first = await bistro.waits("ana")
        bistro.clock.advance(timedelta(minutes=3))
        again = await bistro.say("ana", "put me on the waitlist for a table for 2 tomorrow at 8pm")
        assert "You are on the waitlist" in again
        assert await bistro.entry("ana") == first

    play(story)
