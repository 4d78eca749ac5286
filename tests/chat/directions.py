"""Stage directions: what happens besides what people say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dialogs import state as states
from dialogs.messages import Tap, Text
from domain.availability import Wish
from domain.bookings import PlaceHold, ReleaseHold, Status
from domain.desk import Desk
from domain.ids import new_id
from domain.occupancy import Take
from tests.chat import changes
from tests.chat.parser import MONTHS, BadTranscript
from tests.chat.sendings import SENDINGS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from adapters.base import Event
    from dialogs.messages import Content
    from tests.chat.player import Player

_UNITS = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
_STEP = timedelta(minutes=5)
"""Time passes in steps, so that timers fire about when they are due."""
_FOREVER = timedelta(days=400)


async def direct(player: Player, words: str) -> None:
    """Make a direction happen. Raises BadTranscript for one that nobody knows."""
    for pattern, act in _DIRECTIONS:
        if match := re.fullmatch(pattern, words):
            await act(player, *match.groups())
            return
    raise BadTranscript(f"({words}): nobody knows this direction")


async def _later(player: Player, count: str, unit: str) -> None:
    number = 1 if count in ("a", "an") else int(count)
    await _until(player, player.clock.now() + timedelta(minutes=number * _UNITS[unit]))


async def _next_day(player: Player, clock: str) -> None:
    local = player.clock.now().astimezone(player.zone) + timedelta(days=1)
    await _until(player, datetime.combine(local.date(), time.fromisoformat(clock), player.zone))


async def _at(player: Player, clock: str) -> None:
    local = player.clock.now().astimezone(player.zone)
    await _until(player, datetime.combine(local.date(), time.fromisoformat(clock), player.zone))


async def _until(player: Player, moment: datetime) -> None:
    while player.clock.now() < moment:
        player.clock.set(min(moment, player.clock.now() + _STEP))
        if await player.app.clockwork.tick() or player.clock.now() == moment:
            await player.settle()


async def _takes_over(player: Player, who: str) -> None:
    await player.app.staff.claim(player.business, player.conversation, who)


async def _hands_back(player: Player, who: str) -> None:
    await player.app.staff.hand_back(player.business, player.conversation, who)


async def _notes(player: Player, who: str, text: str) -> None:
    await player.app.staff.note(player.business, player.conversation, who, text)


async def _same_again(player: Player) -> None:
    new = await player.store.mailbox.accept(player.store.mailbox.last)
    assert not any(new), "the same message was taken for a new one"


async def _worker_dies(player: Player) -> None:
    """A worker claims what waits, and is never heard of again."""
    claims = await player.store.mailbox.claim(10)
    assert claims, "there was nothing to claim"


async def _meanwhile(player: Player, words: str) -> None:
    player.store.mailbox.meanwhile.append(lambda: direct(player, words))


async def _stale_tap(player: Player, label: str) -> None:
    """The customer scrolls up and taps a choice of an older message."""
    person = player.person
    current = {token for token, _ in player.offered.get(person, ())}
    stale = [token for token, shown in player.shown.get(person, ()) if shown == label and token not in current]
    assert stale, f"no older message has [{label}]"
    await player.hand_in(person, [Tap(stale[-1])])


async def _old(player: Player, count: str, unit: str, text: str) -> None:
    sent_at = player.clock.now() - timedelta(minutes=int(count) * _UNITS[unit])
    await player.hand_in(player.person, [Text(text)], sent_at=sent_at)


async def _sends_much(player: Player, who: str, count: str, what: str) -> None:
    length = int(count.replace(",", ""))
    await player.hand_in(who, [Text((what * length)[:length])])


async def _another_takes(player: Player, clock: str) -> None:
    """Somebody else takes whatever could still be had at that time for this conversation's wish."""
    store, directory = player.store, player.directory
    raw = await store.transcripts(player.business).state(player.conversation)
    slots = states.load(raw).slots
    assert slots.date is not None, "the conversation speaks of no day yet"
    place = slots.place or directory.places[0].id
    wish = Wish(
        place_id=place,
        service_ids=tuple(slots.service) or (directory.services[0].id,),
        first=slots.date.first,
        last=slots.date.last,
        staff_id=slots.staff if slots.staff in directory.person else None,
        party_size=slots.party_size,
    )
    zone = ZoneInfo(directory.place[place].zone)
    calendar = store.calendar(player.business)
    taken = 0
    while True:
        desk = Desk(directory, calendar, "system", new_id(), player.clock.now())
        found = [
            one
            for one in await desk.openings(wish)
            if one.starts_at.astimezone(zone) == _on(one.starts_at, clock, zone)
        ]
        if not found:
            break
        hold = desk.hold(found[0])
        await calendar.apply([replace(hold, expires_at=player.clock.now() + _FOREVER)])
        taken += 1
    assert taken, f"{clock} was not free anyway"


def _on(moment: datetime, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.astimezone(zone).date(), time.fromisoformat(clock), zone)


async def _busy(player: Player, who: str, *when: str) -> None:
    """Take a person, or all tables, for a part of a day."""
    day, month, first, last = when
    directory = player.directory
    if who == "all tables":
        ids = [one.id for one in directory.resources if one.kind == "table"]
    elif who == "everybody":
        ids = [one.id for one in directory.staff]
    else:
        ids = [one.id for one in directory.staff if one.name.split()[0] == who]
    assert ids, f"there is no {who}"
    now = player.clock.now().astimezone(player.zone)
    on = now.date().replace(month=MONTHS.index(month) + 1, day=int(day))
    start, end = (datetime.combine(on, time.fromisoformat(one), player.zone) for one in (first, last))
    holds = [PlaceHold(new_id(), None, Take((one,), player.utc(start), player.utc(end)), now + _FOREVER) for one in ids]
    await player.store.calendar(player.business).apply(holds)


async def _cancelled(player: Player, day: str, month: str, clock: str) -> None:
    """Somebody calls off what they have at that time: a booking of the chat, else what a direction had taken."""
    now = player.clock.now().astimezone(player.zone)
    on = now.date().replace(month=MONTHS.index(month) + 1, day=int(day))
    moment = player.utc(datetime.combine(on, time.fromisoformat(clock), player.zone))
    calendar = player.store.calendar(player.business)
    for booking in await calendar.bookings_between(moment - timedelta(hours=12), moment + timedelta(minutes=1)):
        if booking.status is Status.CONFIRMED and booking.starts_at <= moment < booking.ends_at:
            desk = Desk(player.directory, calendar, "staff:Rosa", new_id(), player.clock.now())
            desk.cancel(booking)
            await calendar.apply(desk.effects)
            break
    else:
        rank = {one.id: place for place, one in enumerate(player.directory.resources)}
        holds = await calendar.holds_between(moment, moment + timedelta(minutes=1), player.clock.now())
        taken = [one for one in holds if one.conversation_id is None]
        assert taken, f"nothing is taken on {on} at {clock}"
        first = min(taken, key=lambda one: rank[one.take.resource_ids[0]])
        await calendar.apply([ReleaseHold(first.hold_id)])
    await player.app.waitlists.tick(player.clock.now())


async def _in_order(player: Player, order: str) -> None:
    """The owner's order of the waitlist."""
    await changes.policies(player, waitlist_order=order)


async def _no_waitlist(player: Player) -> None:
    await changes.policies(player, waitlist=False)


async def _nobody_works(player: Player) -> None:
    await changes.policies(player, staffed=False)


async def _again(player: Player, who: str) -> None:
    """The same words under a new id, from somebody who lost patience."""
    await player.hand_in(who, list(player.last[who]))


def received(player: Player, person: str, content: Content, sent_at: datetime | None) -> Sequence[Event]:
    """Return what the channel reads of something that a person does."""
    name = person if player.names_known else ""
    return player.wire.events(player.account, person, content, sent_at or player.clock.now(), name)


_CLOCK = r"(\d\d:\d\d)"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{1,2}) (\w{3})"
_DIRECTIONS: list[tuple[str, Callable[..., Awaitable[None]]]] = [
    (r"(\d+|an?) (minute|hour|day|week)s? later", _later),
    (rf"the next day at {_CLOCK}", _next_day),
    (rf"at {_CLOCK}", _at),
    (r"the same message again", _same_again),
    (r"the worker dies", _worker_dies),
    (r"while the bot thinks, (.+)", _meanwhile),
    (rf"another customer takes {_CLOCK}", _another_takes),
    (rf"(all tables|everybody|\w+) (?:is|are) (?:busy|taken) on {_DAY} from {_CLOCK} to {_CLOCK}", _busy),
    (rf"a booking on {_DAY} at {_CLOCK} is cancelled", _cancelled),
    (r"the waitlist goes by (first|priority|largest)", _in_order),
    (r"there is no waitlist here", _no_waitlist),
    (r"nobody works with the chat here", _nobody_works),
    (r"there are also (.+), each (\d+) min, €(\d+)", changes.more),
    (r"there is (.+), (\d+) min, €(\d+), a variant of (.+)", changes.variant),
    (r"there is (.+), (\d+) min, €(\d+), to be added to (.+)", changes.addon),
    (r"(\w+) takes €(\d+) and (\d+) min for (.+)", changes.terms),
    (r"a stale tap on \[(.+)\]", _stale_tap),
    (r"a message sent (\d+) (minute|hour|day|week)s? ago: (.+)", _old),
    (r"(\w+) sends the same words again", _again),
    *SENDINGS,
    (r"(\w+) sends ([\d,]+) characters: (.+)", _sends_much),
    (r"(\w+) takes over", _takes_over),
    (r"(\w+) hands back", _hands_back),
    (r"(\w+) notes: (.+)", _notes),
]
