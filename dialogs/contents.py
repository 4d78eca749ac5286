"""Contents: what is heard that is neither words nor a tap, as commands or with an answer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs import common, frames, wording
from dialogs.messages import Contact, Deleted, Edited, Location, Media, Order, Reaction, Shortcut
from dialogs.stages import changing, collecting, confirming
from dialogs.understanding import contacts
from dialogs.understanding.commands import (
    Ask,
    AskHuman,
    Cancel,
    Command,
    Greet,
    Invalid,
    Move,
    OptIn,
    OptOut,
    Repeat,
    Set,
    Start,
)
from domain.bookings import OPEN
from domain.errors import BookingClosed, BookingNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.messages import Content, Fact, ShortcutName
    from dialogs.stages import Stage
    from dialogs.turn import Turn
    from domain.desk import Desk

SHORTCUTS: dict[ShortcutName, tuple[Command, ...]] = {
    "start": (Greet(),),
    "help": (Ask("help"),),
    "book": (Start(),),
    "bookings": (Ask("mine"),),
    "change": (Move(),),
    "cancel": (Cancel(booking=True),),
    "person": (AskHuman(),),
    "stop": (OptOut(),),
}
"""What the entries of a platform's menu mean, in whatever language they are shown."""

_SENT = {
    "voice": "sent-voice",
    "audio": "sent-voice",
    "image": "sent-picture",
    "video": "sent-picture",
    "document": "sent-file",
    "sticker": "sent-sticker",
}
"""The kinds of files, and what is said to them."""
SILENT = (Reaction, Deleted)
"""Nobody expects an answer to these."""


def words_of(content: Content, *, form: str) -> str:
    """Return the words that are heard of something that is more than words: a caption, an edited wish; "" for none.

    `form` is what is under way: where nothing is, an edited message is no wish any more.
    """
    match content:
        case Media(caption=caption):
            return caption.strip()
        case Edited(text):
            return text.strip() if form else ""
    return ""


def commands_of(turn: Turn, content: Content) -> Sequence[Command]:
    """Return what something means without words; none for what only gets an answer."""
    match content:
        case Shortcut("start") if turn.opted_out:
            return (OptIn(), Greet())
        case Shortcut("cancel") if turn.state.form == "cancel" and turn.state.asked == "confirm":
            return (Repeat(),)  # only a yes cancels a booking, not a second look into the menu
        case Shortcut(name):
            return SHORTCUTS[name]
        case Contact(own=True) if content.phones:
            return (_phone(turn, content.phones),)
        case Location() if turn.state.topic == "address":
            return (Ask("address"),)
    return ()


def asks_to_talk(content: Content) -> bool:
    """Return whether somebody who wanted no messages wants to talk again: who opens the menu does."""
    return isinstance(content, Shortcut) and content.name != "stop"


def answer(turn: Turn, content: Content) -> Stage | None:
    """Answer what means nothing here, and say what to do instead; a stage where people are called."""
    policies = turn.directory.business.policies
    people: dict[str, Fact] = {"people": "yes" if policies.staffed else "none"}
    match content:
        case Media(kind):
            turn.say(_SENT[kind], people)
        case Contact():
            turn.say("sent-contact")
        case Order():
            turn.say("order-passed-on" if policies.staffed else "order-not-here")
            return common.hand_over(turn, "an order from the catalogue")
        case _:
            turn.say("unsupported")
    return None


async def arrive(turn: Turn, desk: Desk, argument: str) -> Stage | None:
    """Go on with what was begun elsewhere, where a link from there was followed; None where nothing is under way.

    `argument` is what the link carried: where nothing arrived by it, it has run out.
    """
    if turn.arrived_with is None:
        if argument:
            turn.say("link-over")
        return None
    state = turn.state
    frames.adopt(turn, desk, turn.arrived_with)
    turn.opted_out, state.failed = False, 0
    if not state.form:
        await _show_booking(turn, desk)
        return None
    turn.log.append("Arrived")
    turn.say("link-arrived")
    try:
        return await (changing.go_on if state.form in ("move", "cancel") else collecting.advance)(turn, desk)
    except (BookingClosed, BookingNotFound):
        return confirming.too_late(turn, desk)  # it was changed elsewhere meanwhile


async def _show_booking(turn: Turn, desk: Desk) -> None:
    """Show what was booked where the link comes from, if that is still to come."""
    if not turn.state.booking:
        return
    try:
        booking = await desk.booking(turn.state.booking)
    except BookingNotFound:
        return
    if booking.status in OPEN and booking.ends_at > turn.now:
        turn.say("your-booking", wording.of_booking(turn, booking), card=wording.booking_card(turn, booking))


def _phone(turn: Turn, phones: Sequence[str]) -> Command:
    """Return the first number of a card that can be reached, as if it had been written.

    Platforms leave out the plus of a number with a country code; a number with signs in it was written by people.
    """
    country = turn.directory.business.country
    for written in phones:
        tried = (f"+{written}", written) if written.isdecimal() else (written,)
        for one in tried:
            found = contacts.phone(one, country, asked=False)
            if found is not None:
                return Set("phone", found[0])
    return Invalid("phone", phones[0])
