"""The script that every bench plays: eight messages that end in one booking, varied from a seeded list."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bots.seed import ZONE, accounts, salon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account, Directory

SERVICES = (
    ("haircut", "Haircut"),
    ("Haircut", "Haircut"),
    ("hair cut", "Haircut"),
    ("haircutt", "Haircut"),
    ("blow-dry", "Blow-dry"),
    ("colour", "Colour"),
    ("color", "Colour"),
    ("kids cut", "Kids' cut"),
)
"""How a service is written, and which one is meant."""
STAFF = ("Anna", "anna", "Carla", "carla")
OPENERS = ("I want to book a {}", "i'd like to book a {} please", "can I book a {}?", "book a {}", "I would like a {}")
HELLOS = ("hi", "Hello", "hey there", "Good morning", "hi!")
YES = ("yes", "Yes please", "yep", "sure", "ok", "sounds good")
THANKS = ("thanks", "Thank you!", "thx", "thank you so much")
NAMES = (
    "John Smith",
    "Maria Silva",
    "Priya Patel",
    "Tom O'Brien",
    "Lena Fischer",
    "Ana Costa",
    "Wei Chen",
    "Omar Haddad",
)
LANGUAGES = ("en", "es")
HOURS = ((10, 11), (11, 12), (14, 15), (15, 16), (13, 14), (12, 14))


@dataclass(frozen=True, slots=True)
class Script:
    """Eight messages, and the booking that they must end in."""

    messages: tuple[str, ...]
    service: str
    staff: str
    starts_at: datetime
    """Aware."""
    name: str


def scripts(many: int, today: date, seed: int = 7) -> list[Script]:
    """Return so many scripts, the same for the same seed and day; all days are open, all times free."""
    rng = random.Random(seed)
    return [_script(rng, today) for _ in range(many)]


def _script(rng: random.Random, today: date) -> Script:
    said, service = rng.choice(SERVICES)
    staff, name = rng.choice(STAFF), rng.choice(NAMES)
    on, day = _day(rng, today)
    first, then = rng.choice(HOURS)
    messages = (
        rng.choice(HELLOS),
        rng.choice(OPENERS).format(said),
        f"{day} at {_clock(rng, first)}",
        f"with {staff}",
        f"my name is {name}",
        f"actually make it {_clock(rng, then)}",
        rng.choice(YES),
        rng.choice(THANKS),
    )
    start = datetime(on.year, on.month, on.day, then, tzinfo=ZoneInfo(ZONE))
    return Script(messages, service, staff.capitalize(), start, name)


def _day(rng: random.Random, today: date) -> tuple[date, str]:
    on = today + timedelta(days=rng.randint(1, 20))
    if on.weekday() == 6:
        on += timedelta(days=1)
    month, weekday = on.strftime("%B"), on.strftime("%A")
    words: Sequence[str] = [
        f"{on.day} {month}",
        f"{month} {on.day}",
        f"{weekday} {on.day} {month}",
        f"on the {on.day}th of {month}",
    ]
    if (on - today).days == 1:
        words = ["tomorrow", "tomorow", *words]
    elif (on - today).days < 7:
        words = [weekday, f"on {weekday.lower()}", *words]
    return on, rng.choice(words)


def _clock(rng: random.Random, hour: int) -> str:
    half = f"{(hour - 1) % 12 + 1}{'am' if hour < 12 else 'pm'}"
    return rng.choice(
        (half, half.replace("m", " m").replace("a m", " am").replace("p m", " pm"), f"{hour}:00", half.upper())
    )


def businesses(many: int) -> list[tuple[Directory, Account]]:
    """Return so many salons, each with an account on web chat.

    They speak two languages and answer the questions of those, however many the demo salon has learnt since: a set-up
    is read once a business, and figures of different days are only worth comparing for the same one.
    """
    made = [_salon(number) for number in range(many)]
    return [(directory, accounts(directory)[0]) for directory in made]


def _salon(number: int) -> Directory:
    directory = salon(f"salon-{number}", f"Salon {number}")
    return replace(
        directory,
        business=replace(directory.business, languages=LANGUAGES),
        faqs=tuple(faq for faq in directory.faqs if faq.language in LANGUAGES),
    )
