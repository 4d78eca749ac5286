"""Alternatives: what is wanted is not free, here is what is nearest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dialogs import offers, prompts, search, wording
from dialogs.messages import Moment, Option
from dialogs.slots import both_notes
from dialogs.stages import Stage, waiting
from dialogs.understanding.commands import ANYONE, Affirm, Day, Deny, Seek, Skip, TimeOfDay
from domain.alternatives import Why
from domain.errors import NotOffered
from domain.hours import epoch_minute, moment_of

if TYPE_CHECKING:
    from dialogs.messages import Fact
    from dialogs.turn import Turn
    from domain.alternatives import Alternative
    from domain.availability import Opening
    from domain.desk import Desk


async def hear(turn: Turn, desk: Desk) -> Stage:
    """Hear a choice among alternatives; what was chosen has become slots already."""
    from dialogs.stages import collecting

    if turn.changed:
        toward = search.steer(turn)
        return await (seek(turn, desk, toward) if toward else collecting.advance(turn, desk))
    if seeks := turn.take(Seek, Skip):
        seek_ = seeks[-1]
        return await seek(turn, desk, seek_ if isinstance(seek_, Seek) else Seek("earliest"))
    offer = turn.state.offer
    if turn.take(Affirm) and offer:
        if turn.state.asked == "waitlist":
            return await waiting.join(turn, desk)
        if turn.state.asked == "features":
            turn.state.slots.features = []
            return await collecting.advance(turn, desk)
        if len([one for one in offer.options if one.minute >= 0]) == 1:
            from dialogs.slots import fill

            turn.rest = [*offers.meaning(offer.options[0]), *turn.rest]
            fill(turn)
            return await collecting.advance(turn, desk)
        prompts.reprompt(turn)
        return Stage.ALTERNATIVES
    if turn.take(Deny):
        if turn.state.asked != "waitlist" and waiting.may_wait(turn):
            return waiting.ask_to_wait(turn)
        turn.say("none-suits")
        turn.state.slots.date = turn.state.slots.time = None
        return await collecting.advance(turn, desk)
    prompts.reprompt(turn)
    return Stage.ALTERNATIVES


async def offer(turn: Turn, desk: Desk, *, taken: bool = False) -> Stage:
    """Say why what is wanted cannot be had, and offer what is nearest.

    While another time is kept (a correction that cannot be had), that one stays and is offered along.
    """
    slots = turn.state.slots
    assert slots.date is not None
    day, time = slots.date, slots.time
    nearest = await search.nearest(turn, desk, day, time)
    found = [one.opening for one in nearest]
    why = "taken" if taken else search.why_not(turn, day, time)
    shown = offers.openings(turn, found, who=_other_staff(turn, found))
    turn.alternatives = len(shown)
    if turn.state.kept is not None:
        return _keep(turn, why, shown)
    say_why(turn, why, day, time)
    if not shown:
        if waiting.may_wait(turn):
            turn.say("nothing-free")
            return waiting.ask_to_wait(turn)
        slots.date = slots.time = None
        turn.say("nothing-free")
        prompts.ask_for(turn, "date")
        return Stage.COLLECTING
    key = "offer-one" if len(shown) == 1 else "offer-nearest"
    options = [*shown, offers.WAITLIST] if waiting.may_wait(turn) else shown
    turn.ask("time", key, options, "openings", _kept_of_the_wish(turn, nearest, time))
    return Stage.ALTERNATIVES


async def without_features(turn: Turn, desk: Desk, without: list[Opening]) -> Stage:
    """Say that no table as it is wished is free then, and offer another table, or another time at such a one."""
    from dialogs.stages import collecting

    slots = turn.state.slots
    assert slots.date is not None
    facts: dict[str, Fact] = {"features": wording.of_features(slots.features)}
    if slots.time is None or not slots.time.exact or not slots.date.exact:
        turn.say("features-not-that-day", facts, role="context")
        slots.notes = both_notes(slots.notes, ", ".join(slots.features))
        slots.features = []
        return collecting.ask_time(turn, without)
    near = await search.nearest(turn, desk, slots.date, slots.time, most=2)
    shown = offers.openings(turn, [one.opening for one in near])
    turn.alternatives = len(shown)
    turn.ask("features", "features-not-free", [offers.PLAIN, *shown], "openings", facts)
    return Stage.ALTERNATIVES


async def seek(turn: Turn, desk: Desk, command: Seek) -> Stage:
    """Look elsewhere: earlier, later, as soon as possible, another day, somebody else."""
    from dialogs.stages import collecting

    slots = turn.state.slots
    if command.way == "other_day":
        slots.date = None
        return await collecting.advance(turn, desk)
    if command.way == "other_staff":
        search.somebody_else(turn)
        return await collecting.advance(turn, desk)
    what = "party_size" if turn.form.table else "service"
    if turn.state.form == "book" and (not getattr(slots, what) or collecting.missing(turn) == what):
        if command.way == "earliest" and slots.date is None:
            slots.date = search.days_to_come(turn)
        prompts.ask_for(turn, what)
        return Stage.COLLECTING
    try:
        found = await _sought(turn, desk, command)
    except NotOffered:
        found = []
    if not found:
        turn.say("nothing-there")
        prompts.reprompt(turn)
        return Stage(turn.state.stage)
    shown = offers.openings(turn, found)
    turn.alternatives = len(shown)
    days = {one.day for one in shown}
    if len(days) == 1 and not (slots.date and days == {slots.date.first.isoformat()}):
        # Of another day than the one spoken of: the choices show the time alone, so the sentence names the day.
        key = "ask-time-one" if len(shown) == 1 else "ask-time"
        turn.ask("time", key, shown, "openings", {"date": date.fromisoformat(shown[0].day)})
    else:
        facts: dict[str, Fact] = {"why": "none", "staff": "none"}
        turn.ask("time", "offer-one" if len(shown) == 1 else "offer-these", shown, "openings", facts)
    return Stage.ALTERNATIVES


async def _sought(turn: Turn, desk: Desk, command: Seek) -> list[Opening]:
    slots = turn.state.slots
    if command.way == "one" and slots.date is not None:
        return await _one_other(turn, desk, slots.date, slots.time)
    if command.way == "earliest" or slots.date is None:
        if slots.date is not None:
            return (await search.look(turn, desk, slots.date, None))[:3]
        return await search.soonest(turn, desk, slots.time, 1 if command.way == "one" else 3)
    first, last = _reference(turn)
    of_day = await search.look(turn, desk, slots.date, None)
    zone = turn.place.zone
    if command.way == "earlier":
        border = moment_of(epoch_minute(zone, slots.date.first, first))
        return [one for one in of_day if one.starts_at < border][-3:]
    border = moment_of(epoch_minute(zone, slots.date.last, last))
    later = [one for one in of_day if one.starts_at > border][:3]
    return later or await search.soonest(turn, desk, None, after=slots.date.last)


async def _one_other(turn: Turn, desk: Desk, day: Day, time: TimeOfDay | None) -> list[Opening]:
    """Return the nearest opening that was not shown yet."""
    shown = {(one.day, one.minute) for one in turn.state.offer.options} if turn.state.offer else set()
    for one in await search.nearest(turn, desk, day, time, most=len(shown) + 1):
        start = one.opening.starts_at.astimezone(turn.zone)
        if (start.date().isoformat(), start.hour * 60 + start.minute) not in shown:
            return [one.opening]
    return []


def _reference(turn: Turn) -> tuple[int, int]:
    """Return the first and the last minute that were shown or wanted."""
    shown = [one.minute for one in turn.state.offer.options if one.minute >= 0] if turn.state.offer else []
    time = turn.state.slots.time
    if shown:
        return min(shown), max(shown)
    return (time.earliest, time.latest) if time else (0, 0)


def _keep(turn: Turn, why: str, shown: list[Option]) -> Stage:
    """A correction cannot be had: what was kept stays kept, and the slots say so again."""
    kept, slots = turn.state.kept, turn.state.slots
    assert kept is not None
    wanted = _wanted(turn, slots.date, slots.time)
    start = kept.starts_at.astimezone(turn.zone)
    minute = start.hour * 60 + start.minute
    slots.date, slots.time = Day(start.date(), start.date()), TimeOfDay(minute, minute)
    slots.service, slots.party_size = [] if turn.form.table else list(kept.service_ids), kept.party_size
    if slots.staff and slots.staff != ANYONE:
        slots.staff = kept.staff_id or ""
    slots.avoided = ""
    turn.refused = turn.unseen = True
    options = [Option("yes", "=choice-keep"), *shown]
    on = wanted.at.astimezone(turn.zone).date()
    facts: dict[str, Fact] = {"why": why, "wanted": wanted, "date": on, "kept": Moment(kept.starts_at, turn.place.zone)}
    turn.ask("confirm", "correction-not-free", options, "confirm", facts)
    return Stage.CONFIRMING


def say_why(turn: Turn, why: str, day: Day, time: TimeOfDay | None) -> None:
    """Say why there is no opening, by what `search.why_not` tells."""
    staff = turn.state.slots.staff
    name = turn.directory.person[staff].name if staff and staff != ANYONE and why in ("full", "taken") else "none"
    if day.exact and time is not None and time.exact:
        turn.say(f"not-free-{why}", role="context", staff=name, wanted=_wanted(turn, day, time), date=day.first)
    elif day.exact:
        turn.say(f"no-day-{why}", role="context", staff=name, date=day.first)
    else:
        turn.say("no-days", role="context", staff=name)


def _wanted(turn: Turn, day: Day | None, time: TimeOfDay | None) -> Moment:
    on = day.first if day else turn.local.date()
    return Moment(moment_of(epoch_minute(turn.place.zone, on, time.earliest if time else 720)), turn.place.zone)


def _kept_of_the_wish(turn: Turn, nearest: list[Alternative], time: TimeOfDay | None) -> dict[str, Fact]:
    """Return why these are offered, where they have it in common: `days`, `staff` or `others`."""
    whys = {one.why for one in nearest}
    people = {one.opening.staff_id for one in nearest}
    name = turn.directory.person[people.pop() or ""].name if len(people) == 1 and people != {None} else "none"
    same_time = time is not None and all(_minute(turn, one.opening) == time.earliest for one in nearest)
    why = "none"
    if whys <= {Why.SAME_TIME, Why.OTHER_STAFF}:
        why = "others"
    elif whys == {Why.SAME_STAFF} and name != "none":
        why = "staff"
    elif whys == {Why.OTHER_DAY} and same_time:
        why = "days"
    return {"why": why, "staff": name}


def _minute(turn: Turn, opening: Opening) -> int:
    start = opening.starts_at.astimezone(turn.zone)
    return start.hour * 60 + start.minute


def _other_staff(turn: Turn, found: list[Opening]) -> bool:
    wished = turn.state.slots.staff
    return bool(wished) and wished != ANYONE and any(one.staff_id != wished for one in found)
