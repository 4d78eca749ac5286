"""What the peers understand: regular expressions for the script, written by hand as their users write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

MONTHS = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
SERVICES = (
    (re.compile(r"kids'? cut", re.I), "Kids' cut"),
    (re.compile(r"hair ?cutt?", re.I), "Haircut"),
    (re.compile(r"blow-?dry", re.I), "Blow-dry"),
    (re.compile(r"colou?r", re.I), "Colour"),
)

HELLO = re.compile(r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b", re.I)
BOOK = re.compile(r"\b(?:book|would like)\b.*?\b(kids'? cut|hair ?cutt?|blow-?dry|colou?r)\b", re.I)
STAFF = re.compile(r"\bwith (anna|carla)\b", re.I)
NAME = re.compile(r"\bmy name is (\S.*)", re.I)
CORRECTION = re.compile(r"\bactually\b.*?\b(\d{1,2}(?::\d\d)?\s*(?:am|pm)?)\s*$", re.I)
YES = re.compile(r"^(?:yes|yep|sure|ok|sounds good)\b", re.I)
THANKS = re.compile(r"^(?:thanks|thank you|thx)\b", re.I)
WHEN = re.compile(
    r"(?P<tomorrow>\btomm?orr?ow\b)"
    rf"|(?P<first>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b"
    rf"|\b(?P<month2>{_MONTH}) (?P<second>\d{{1,2}})\b"
    rf"|\b(?P<weekday>{_WEEKDAY})\b(?! \d)",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\bat (\d{1,2}(?::\d\d)?\s*(?:am|pm)?)\s*$", re.I)
_PARTS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*(am|pm)?", re.I)


@dataclass
class Wish:
    """What a customer has said so far, and in the end the booking."""

    service: str = ""
    day: str = ""
    clock: str = ""
    staff: str = ""
    name: str = ""

    def summary(self) -> str:
        """Return the sentence that is to be confirmed."""
        return f"{self.service} with {self.staff} on {self.day} at {self.clock} for {self.name}. Shall I book it?"

    def booking(self) -> tuple[str, str, str, str]:
        """Return what is checked: service, staff, local start (ISO 8601, no offset), name."""
        return self.service, self.staff, f"{self.day}T{self.clock}:00", self.name


def service(words: str) -> str:
    """Return the service's name that these words mean."""
    return next(name for pattern, name in SERVICES if pattern.search(words))


def clock(words: str) -> str:
    """Return HH:MM of a time like `3pm`, `3 PM`, `15:00`."""
    found = _PARTS.search(words)
    assert found is not None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half == "pm" and hour < 12:
        hour += 12
    return time(hour % 24, minute).isoformat("minutes")


def day(found: re.Match[str], today: date) -> str:
    """Return the ISO date that a match of WHEN means: the next one that is not past."""
    if found["tomorrow"]:
        return (today + timedelta(days=1)).isoformat()
    if found["weekday"]:
        ahead = (WEEKDAYS.index(found["weekday"].lower()) - today.weekday()) % 7 or 7
        return (today + timedelta(days=ahead)).isoformat()
    month = MONTHS.index((found["month"] or found["month2"]).lower()) + 1
    on = date(today.year, month, int(found["first"] or found["second"]))
    return (on if on >= today else on.replace(year=today.year + 1)).isoformat()
