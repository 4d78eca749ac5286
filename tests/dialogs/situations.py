"""Situations of which real states are kept: `python -m tests.dialogs.situations` writes those of the present schema.

A file that is there already is never written again: an earlier version left conversations in just this state.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from dialogs.state import SCHEMA
from tests.chat.wire import SHOWN
from tests.dialogs.many import offering
from tests.dialogs.talk import BISTRO, SALON, Talk

FOLDER = Path(__file__).parent.parent / "states"
_BOOKED = ("a haircut with Anna tomorrow at 3pm, I'm Zoe Hart", "yes")
SITUATIONS: dict[str, tuple[str, ...]] = {
    "salon-greeting": ("hi",),
    "salon-service-asked": ("I'd like to book",),
    "salon-time-asked": ("a haircut tomorrow",),
    "salon-which-half": ("a haircut on Tuesday", "at 9 or 10"),
    "salon-name-asked": ("a haircut and a beard trim tomorrow at 11",),
    "salon-alternatives": ("a haircut on Sunday at 3pm, I'm Zoe Hart",),
    "salon-confirming": ("a haircut tomorrow at 3pm, I'm Zoe Hart",),
    "salon-somebody-else": ("a haircut tomorrow at 3pm with Anna, I'm Zoe Hart", "with somebody else"),
    "salon-what-to-change": ("a haircut tomorrow at 3pm, I'm Zoe Hart", "no"),
    "salon-correction-not-free": ("a haircut tomorrow at 3pm, I'm Zoe Hart", "on Sunday"),
    "salon-contact-asked": _BOOKED,
    "salon-closed": (*_BOOKED, "zoe@example.com"),
    "salon-what-to-do-with-it": (*_BOOKED, "skip", "what do I have booked?"),
    "salon-moving": (*_BOOKED, "skip", "can I move my appointment?"),
    "salon-moving-confirming": (*_BOOKED, "skip", "can I move my appointment to Monday at 10?"),
    "salon-cancelling": (*_BOOKED, "skip", "cancel my appointment"),
    "salon-which-booking": (*_BOOKED, "skip", "a haircut on Monday at 11", "yes", "cancel my appointment"),
    "salon-interrupted": (*_BOOKED, "skip", "a beard trim on Tuesday", "move my haircut to Monday"),
    "salon-failed-once": ("qwrtz plmk",),
    "salon-many-services": ("I'd like to book",),
    "salon-espanol": ("corte mañana a las 3 de la tarde, soy Luis Gil", "cambiar"),
    "bistro-party-asked": ("a table tomorrow at 8",),
    "bistro-alternatives": ("a table for 4 on Monday at 8pm, I'm Zoe Hart",),
    "bistro-confirming": ("dinner for 3 tonight at 8, I'm Zoe Hart, one of us has a nut allergy",),
}
"""What was written before, by the name of a situation."""


async def _left(name: str) -> bytes:
    directory = BISTRO if name.startswith("bistro") else SALON
    talk = Talk(offering(50), can=SHOWN["whatsapp"]) if name == "salon-many-services" else Talk(directory)
    for words in SITUATIONS[name]:
        await talk.say(words)
    assert talk.raw is not None
    return talk.raw


def write(folder: Path) -> None:
    """Write the states that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SITUATIONS:
        path = folder / f"{name}.json"
        if not path.exists():
            path.write_bytes(asyncio.run(_left(name)) + b"\n")


if __name__ == "__main__":
    write(FOLDER / f"v{SCHEMA}")
