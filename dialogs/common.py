"""The commands that every stage answers alike: one table, GLOBAL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from dialogs import frames, offers, prompts, wording
from dialogs.messages import Listing, Option, WeekHours
from dialogs.stages import Stage, changing, collecting, waiting
from dialogs.understanding.commands import (
    Affirm,
    Ask,
    AskHuman,
    Bye,
    Cancel,
    Complain,
    Greet,
    JoinWaitlist,
    LeaveWaitlist,
    Move,
    OptIn,
    OptOut,
    Repeat,
    Restart,
    Start,
    Thank,
    Wait,
)
from domain.hours import hours_on

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from dialogs.turn import Turn
    from domain.businesses import Service
    from domain.desk import Desk

Answer: TypeAlias = "Callable[[Turn, Desk, Any], Awaitable[Stage | None]]"
"""Answers a command: the stage it leads to and ends the hearing with, or None to go on where the talk was."""


async def _ask(turn: Turn, desk: Desk, command: Ask) -> Stage | None:
    turn.state.topic = command.topic
    answer = _QUESTIONS.get(command.topic, _unknown)
    await answer(turn, desk, command.about)
    return None


async def _hours(turn: Turn, _desk: Desk, about: str) -> None:
    if about:
        on = date.fromisoformat(about)
        ranges = hours_on(turn.directory, turn.place.id, on) or ()
        key = "hours-on" if ranges else "hours-closed-on"
        turn.say(key, date=on, hours=WeekHours(((0, 0, tuple(ranges)),)))
    else:
        turn.say("hours", hours=week_hours(turn), zone=turn.place.zone)


async def _address(turn: Turn, _desk: Desk, _about: str) -> None:
    if len(turn.directory.places) > 1 and not turn.state.slots.place:
        for place in turn.directory.places:
            turn.say(
                "address-of", place=place.name, address=place.address or "none", directions=place.directions or "none"
            )
    else:
        turn.say("address", address=turn.place.address or "none", directions=turn.place.directions or "none")


async def _prices(turn: Turn, _desk: Desk, about: str) -> None:
    asked = [about] if about else turn.state.slots.service
    chosen = [turn.directory.service[one] for one in asked if one in turn.directory.service]
    chosen = _in_variants(turn, chosen or turn.directory.services)
    if turn.form.table and not any(service.price for service in chosen):
        turn.say("no-prices", phone=turn.place.phone or "none")
        return
    turn.say("prices", list=Listing(tuple(wording.priced(turn, one) for one in chosen[:12])))


async def _services(turn: Turn, _desk: Desk, about: str) -> None:
    one = turn.directory.service.get(about)
    found = _in_variants(turn, [one] if one else turn.directory.services)[:12]
    turn.say(
        "service-offered" if one else "services",
        list=Listing(tuple(wording.priced(turn, each) for each in found)),
    )
    if not (one or turn.state.form or turn.form.table):
        turn.ask("", "ask-service", offers.services(turn), "services")


def _in_variants(turn: Turn, services: Sequence[Service]) -> list[Service]:
    """Return services with the variants of a heading in its place."""
    found: list[Service] = []
    for one in services:
        found += turn.directory.variants.get(one.id) or [one]
    return list(dict.fromkeys(found))


async def _staff(turn: Turn, _desk: Desk, _about: str) -> None:
    names = tuple(one.name for one in turn.directory.staff)
    turn.say("staff" if names else "no-staff", list=Listing(names))


async def _phone(turn: Turn, _desk: Desk, _about: str) -> None:
    turn.say("phone", phone=turn.place.phone or "none", email=turn.place.email or "none")


async def _mine(turn: Turn, desk: Desk, _about: str) -> None:
    mine = await desk.bookings_of(turn.customer.id)
    if not mine:
        turn.say("no-bookings")
    for one in mine[:3]:
        turn.say("your-booking", wording.of_booking(turn, one), card=wording.booking_card(turn, one))
    if mine and not turn.state.form:
        turn.ask(
            "",
            "what-to-do-with-it",
            [
                Option("do:move", "=choice-move"),
                Option("do:cancel", "=choice-cancel-booking"),
            ],
            "forms",
        )


async def _waitlist(turn: Turn, desk: Desk, _about: str) -> None:
    if not await waiting.standing(turn, desk):
        turn.say("waitlist-none")


async def _bot(turn: Turn, _desk: Desk, _about: str) -> None:
    turn.say("i-am-a-bot")


async def _help(turn: Turn, _desk: Desk, _about: str) -> None:
    if turn.state.form:
        turn.say("help-under-way")
    else:
        prompts.help_with(turn)


async def _faq(turn: Turn, _desk: Desk, about: str) -> None:
    found = next((one for one in turn.directory.faqs if one.id == about), None)
    if found:
        turn.say("faq", answer=found.answer)
    else:
        await _unknown(turn, _desk, about)


async def _unknown(turn: Turn, _desk: Desk, _about: str) -> None:
    turn.say("no-answer", phone=turn.place.phone or "none")


_QUESTIONS: dict[str, Callable[[Turn, Desk, str], Awaitable[None]]] = {
    "hours": _hours,
    "address": _address,
    "prices": _prices,
    "services": _services,
    "staff": _staff,
    "phone": _phone,
    "mine": _mine,
    "waitlist": _waitlist,
    "bot": _bot,
    "help": _help,
    "faq": _faq,
}


async def _human(turn: Turn, _desk: Desk, _command: AskHuman) -> Stage | None:
    return hand_over(turn, "asked for a person")


def hand_over(turn: Turn, reason: str) -> Stage | None:
    """Put the conversation into the queue and say so; None where there is nobody, and the talk goes on."""
    if not turn.hand_over(reason):
        return None
    if not turn.state.form:
        turn.state.slots = frames.person(turn.state.slots)
    turn.say("handed-over", role="notice")
    return Stage(turn.state.stage)


async def _restart(turn: Turn, desk: Desk, _command: Restart) -> Stage | None:
    frames.drop(turn, desk)
    turn.state.frame = None
    turn.say("restarted")
    prompts.help_with(turn, "help-short")
    return Stage.GREETING


async def _repeat(turn: Turn, _desk: Desk, _command: Repeat) -> Stage | None:
    if not turn.state.asked:
        prompts.help_with(turn)
    return None


async def _wait(turn: Turn, _desk: Desk, _command: Wait) -> Stage | None:
    if not (turn.rest or turn.changed):
        turn.say("take-your-time", role="context")
    return None


async def _cancel(turn: Turn, desk: Desk, command: Cancel) -> Stage | None:
    state = turn.state
    if state.form == "cancel" and state.asked == "confirm" and not turn.unseen:
        turn.rest = [Affirm(), *turn.rest]  # "shall I cancel it?" - "cancel it"
        return None
    drafting = state.form in ("book", "wait") and not command.booking
    if drafting or (state.form in ("move", "cancel") and not command.booking):
        turn.say("dropped" if drafting else "booking-stays")
        frames.drop(turn, desk)
        return frames.resume(turn)
    if state.form == "book" and not await desk.bookings_of(turn.customer.id):
        turn.say("dropped")
        frames.drop(turn, desk)
        return Stage.CLOSED
    return await changing.begin(turn, desk, "cancel")


async def _move(turn: Turn, desk: Desk, _command: Move) -> Stage | None:
    if turn.state.form == "book" and not await desk.bookings_of(turn.customer.id):
        return None  # "can we move it" said of a draft: the new values are slots already
    if turn.state.form == "move" and turn.state.target:
        return None
    return await changing.begin(turn, desk, "move")


async def _start(turn: Turn, desk: Desk, _command: Start) -> Stage | None:
    if turn.state.form == "book":
        return None
    if turn.state.stage == Stage.CONFIRMING and turn.state.form:
        frames.drop(turn, desk)
    slots = turn.state.slots
    heard = frames.person(slots)
    for slot in turn.changed:
        setattr(heard, slot, getattr(slots, slot))
    turn.state.frame = None
    frames.begin(turn, "book", slots=heard)
    return await collecting.hear(turn, desk)


async def _greet(turn: Turn, _desk: Desk, _command: Greet) -> Stage | None:
    return None


async def _thank(turn: Turn, _desk: Desk, _command: Thank) -> Stage | None:
    if not (turn.rest or turn.changed):
        turn.say("welcome")
    return None


async def _bye(turn: Turn, _desk: Desk, _command: Bye) -> Stage | None:
    if not (turn.rest or turn.changed):
        turn.say("goodbye")
    return None


async def _opt_out(turn: Turn, desk: Desk, _command: OptOut) -> Stage | None:
    frames.drop(turn, desk)
    turn.opted_out = True
    turn.say("opted-out", role="notice")
    return Stage.CLOSED


async def _opt_in(turn: Turn, _desk: Desk, _command: OptIn) -> Stage | None:
    turn.opted_out = False
    turn.say("opted-in")
    return None


async def _complain(turn: Turn, _desk: Desk, _command: Complain) -> Stage | None:
    turn.say("sorry")
    return hand_over(turn, "complaint")


GLOBAL: dict[type, Answer] = {
    AskHuman: _human,
    OptOut: _opt_out,
    OptIn: _opt_in,
    Restart: _restart,
    Complain: _complain,
    Ask: _ask,
    Repeat: _repeat,
    LeaveWaitlist: waiting.leave,
    JoinWaitlist: waiting.begin,
    Cancel: _cancel,
    Move: _move,
    Start: _start,
    Greet: _greet,
    Wait: _wait,
    Thank: _thank,
    Bye: _bye,
}
"""In the order in which they are answered when a message holds several."""


def week_hours(turn: Turn) -> WeekHours:
    """Return the usual opening hours of the place, days with the same hours together."""
    by_day = [
        tuple(
            sorted(
                (one.opens, one.closes)
                for one in turn.directory.hours
                if one.owner_id == turn.place.id and one.weekday == weekday
            )
        )
        for weekday in range(7)
    ]
    rows: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
    for weekday, ranges in enumerate(by_day):
        if rows and rows[-1][2] == ranges:
            rows[-1] = (rows[-1][0], weekday, ranges)
        else:
            rows.append((weekday, weekday, ranges))
    return WeekHours(tuple(rows))
