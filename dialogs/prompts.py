"""Prompts: what is asked for next, worded from the state alone, so that it can be asked again after a digression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import menu, offers, search, wording
from dialogs.messages import Fact, Listing, Option
from dialogs.stages import Stage

if TYPE_CHECKING:
    from dialogs.turn import Turn


def ask_for(turn: Turn, slot: str) -> None:
    """Ask for a slot, with the choices that help to answer it."""
    key = f"ask-{slot.replace('_', '-')}"
    options: list[Option] = []
    match slot:
        case "service":
            if _ask_about_services(turn):
                return
            options = offers.services(turn)
        case "place":
            options = offers.places(turn)
        case "date":
            options = offers.days(search.open_days(turn))
            key = "ask-new-date" if turn.state.form == "move" else key
        case "staff":
            wanted, directory = turn.state.slots.service, turn.directory
            able = [one.id for one in directory.staff if all(menu.does(directory, one, each) for each in wanted)]
            options = offers.staff(turn, able)
        case "party_size":
            options = [Option(f"party_size:{size}", str(size)) for size in (2, 3, 4, 5, 6)]
    turn.ask(slot, key, options)


def _ask_about_services(turn: Turn) -> bool:
    """Ask which variant of a service is meant, or what something is to be added to; False where all is said."""
    directory, known = turn.directory, turn.state.slots.service
    if above := menu.heading(directory, known):
        variants = directory.variants[above]
        listed = Listing(tuple(wording.priced(turn, one) for one in variants))
        facts: dict[str, Fact] = {"service": directory.service[above].name, "list": listed}
        turn.ask("service", "ask-variant", offers.services(turn, [one.id for one in variants]), "services", facts)
        return True
    if alone := menu.lone(directory, known):
        options = offers.services(turn, menu.goes_with(directory, alone))
        turn.ask("service", "ask-addon-to", options, "services", {"addon": directory.service[alone].name})
        return True
    return False


def summary(turn: Turn) -> None:
    """Show what would be booked, moved or cancelled, and ask for a yes."""
    state = turn.state
    if state.form == "cancel":
        turn.ask("confirm", "ask-cancel-again", [offers.CANCEL_IT, offers.KEEP_IT])
    elif state.kept is not None:
        if state.waiting:
            facts = wording.of_offer(turn, state.kept)
            turn.ask("confirm", "waitlist-offer", [offers.TAKE, offers.DECLINE], facts=facts)
            return
        key = "summary-move" if state.form == "move" else "summary"
        turn.ask("confirm", key, [offers.YES, offers.CHANGE], facts=wording.of_kept(turn, state.kept))


def what_to_change(turn: Turn) -> None:
    """Ask what a summary should have instead."""
    slots = [slot for slot in ("date", "time", "service", "staff", "party_size") if _changeable(turn, slot)]
    options = [Option(f"change:{slot}", f"=choice-change-{slot.replace('_', '-')}") for slot in slots]
    turn.ask("change", "ask-change", [*options, Option("drop", "=choice-drop")])


def help_with(turn: Turn, key: str = "help") -> None:
    """Say what can be done here, with the usual ways to begin."""
    options = [
        Option("do:book", "=choice-book"),
        Option("do:mine", "=choice-mine"),
        Option("do:hours", "=choice-hours"),
    ]
    turn.ask("", key, options, "forms")


def reprompt(turn: Turn) -> None:
    """Ask once more for what was being asked for: after a question in between, a digression, or "say that again"."""
    state = turn.state
    if state.stage == Stage.CONFIRMING and state.asked == "confirm":
        summary(turn)
    elif state.stage == Stage.ALTERNATIVES and state.offer:
        turn.ask(state.asked, "choose-again", state.offer.options, state.offer.kind)
    elif state.asked == "change":
        what_to_change(turn)
    elif state.asked == "waitlist" and state.offer:
        turn.ask("waitlist", "choose-again", state.offer.options, "waitlist")
    elif state.asked == "booking" and state.offer:
        turn.ask("booking", "ask-which-booking", state.offer.options, "bookings")
    elif state.asked == "time" and state.offer:
        turn.ask("time", "ask-time-again", state.offer.options, state.offer.kind)
    elif state.stage == Stage.CLOSED and state.asked in ("phone", "email"):
        turn.ask("phone", "ask-contact", [offers.SKIP])
    elif state.asked and state.form:
        ask_for(turn, state.asked)


def _changeable(turn: Turn, slot: str) -> bool:
    heard = slot in turn.form.needs or slot in turn.form.optional
    several_staff = len(turn.directory.staff) > 1 or slot != "staff"
    return heard and several_staff and not (turn.state.form == "move" and slot == "service")
