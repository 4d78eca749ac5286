"""Collecting: learns what is missing, looks for openings, and goes on as far as it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import menu, offers, prompts, search, wording
from dialogs.messages import ClockTime, Option
from dialogs.slots import both_notes, settle_time
from dialogs.stages import Stage, alternatives, confirming, waiting
from dialogs.understanding.commands import ANYONE, Affirm, Day, Deny, Seek, Skip, TimeOfDay
from domain.conversations import Owner
from domain.errors import NotOffered

if TYPE_CHECKING:
    from dialogs.turn import Turn
    from domain.availability import Opening
    from domain.desk import Desk

_DISPENSABLE = ("quiet", "window", "outdoor", "accessible")
"""What is wished of tables, by what people can do without most easily."""


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear an answer while slots are being filled."""
    if turn.changed:
        toward = search.steer(turn)
        return await (alternatives.seek(turn, desk, toward) if toward else advance(turn, desk))
    if seeks := turn.take(Seek):
        return await alternatives.seek(turn, desk, seeks[-1])
    if turn.take(Skip):
        return await _skip(turn, desk)
    if turn.take(Affirm) and turn.state.offer and len(turn.state.offer.options) == 1:
        turn.rest = [*offers.meaning(turn.state.offer.options[0]), *turn.rest]
        from dialogs.slots import fill

        fill(turn)
        return await advance(turn, desk)
    if turn.take(Deny) and turn.state.asked == "time":
        turn.state.slots.date = turn.state.slots.time = None
        return await advance(turn, desk)
    return await advance(turn, desk)


async def advance(turn: Turn, desk: Desk) -> Stage:
    """Go on from what is known: ask for the next thing that is missing, or show alternatives, or a summary."""
    if turn.owner is not Owner.BOT:
        return Stage(turn.state.stage)
    if turn.state.form == "wait":
        return await waiting.advance(turn, desk)
    slots = turn.state.slots
    lacking = missing(turn)
    if lacking in ("service", "party_size", "place", "date"):
        return ask(turn, lacking)
    assert slots.date is not None
    time = settle_time(turn)
    if time is None and slots.time is not None:
        return ask_which_half(turn, slots.time)
    kept = confirming.still_kept(turn)
    if kept is None:
        try:
            found = await search.look(turn, desk, slots.date, time)
        except NotOffered:
            return await not_offered(turn, desk)
        if not found and slots.features and (without := await search.plain(turn, desk, slots.date, time)):
            return await alternatives.without_features(turn, desk, without)
        if not found:
            return await alternatives.offer(turn, desk)
        if time is None or not time.exact or not slots.date.exact:
            return ask_time(turn, found)
        kept = found[0]
    if lacking:
        return ask(turn, lacking)
    return await confirming.enter(turn, desk, kept)


def missing(turn: Turn) -> str:
    """Return the first slot that is needed and unknown, "" when there is none."""
    slots, policies = turn.state.slots, turn.directory.business.policies
    for slot in turn.form.needs:
        if slot == "place" and len(turn.directory.places) < 2:
            continue
        if slot == "service" and turn.state.form != "move" and _open_question(turn):
            return slot
        if slot == "time" or getattr(slots, slot):
            continue
        if slot == "name" and turn.state.form not in ("book", "wait"):
            continue
        return slot
    if turn.state.form in ("book", "wait") and policies.contact == "required" and not (slots.phone or slots.email):
        return "phone"
    return ""


def _open_question(turn: Turn) -> bool:
    """Return whether of the services known one is to be chosen a variant of, or to be added to something."""
    directory, known = turn.directory, turn.state.slots.service
    return bool(menu.heading(directory, known) or menu.lone(directory, known))


def _stage(turn: Turn) -> Stage:
    return Stage.CHANGING if turn.state.form == "move" else Stage.COLLECTING


def ask(turn: Turn, slot: str) -> Stage:
    """Ask for a slot."""
    prompts.ask_for(turn, slot)
    return _stage(turn)


def ask_which_half(turn: Turn, time: TimeOfDay) -> Stage:
    """Ask which of two times is meant, 12 hours apart."""
    early, late = time.earliest, time.earliest + 720
    options = [Option(f"time:{minute}", "", minute=minute) for minute in (early, late)]
    turn.ask("time", "which-time", options, "times", {"first": ClockTime(early), "second": ClockTime(late)})
    return _stage(turn)


def ask_time(turn: Turn, found: list[Opening]) -> Stage:
    """Show when it can be had: times of one day, or the first time of each of several days."""
    days = {one.starts_at.astimezone(turn.zone).date() for one in found}
    if len(days) == 1:
        (only,) = days
        turn.state.slots.date = Day(only, only)  # of a weekend the day that is open
    day = turn.state.slots.date
    assert day is not None
    if day.exact:
        shown = offers.openings(turn, search.spread(found, turn.zone))
        key = "ask-time-one" if len(shown) == 1 else "ask-time"
        turn.ask("time", key, shown, "openings", {"date": day.first})
    else:
        turn.ask("time", "ask-opening", offers.openings(turn, search.a_day_each(found)), "openings")
    return _stage(turn)


async def _skip(turn: Turn, desk: Desk) -> Stage:
    """Do without an answer where that is possible, and say so where it is not."""
    asked = turn.state.asked
    if asked in ("date", "time"):
        return await alternatives.seek(turn, desk, Seek("earliest"))
    if asked == "staff":
        turn.state.slots.staff = ANYONE
        return await advance(turn, desk)
    turn.say("cannot-skip")
    return ask(turn, asked) if asked else await advance(turn, desk)


async def not_offered(turn: Turn, desk: Desk) -> Stage:
    """What was asked for together cannot be had at all: nobody does both services, no table is large enough."""
    slots = turn.state.slots
    if slots.features:
        turn.say("features-none", {"features": wording.of_features(slots.features)}, role="context")
        least = next(one for one in _DISPENSABLE if one in slots.features)
        slots.notes = both_notes(slots.notes, least)
        slots.features = [one for one in slots.features if one != least]
        return await advance(turn, desk)
    if turn.form.table:
        turn.say("party-too-large", said=str(slots.party_size))
        if turn.hand_over("large party"):
            return Stage(turn.state.stage)
        slots.party_size = None
        return ask(turn, "party_size")
    if slots.avoided:
        person = turn.directory.person.get(slots.avoided)
        slots.avoided = ""
        turn.say("staff-only", role="context", staff=person.name if person else "none")
        return await advance(turn, desk)
    if slots.staff and slots.staff != ANYONE:
        slots.staff = ""
        turn.say("staff-not-here")
        return ask(turn, "date")
    turn.say("not-together")
    slots.service = slots.service[:1]
    return ask(turn, "service")
