"""Reads transcripts."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.chat.scene import INDENT, Beat, Direction, Header, Says, Script, Taps, Writes

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHEN = re.compile(r"(\w{3}) (\d{1,2}) (\w{3}) (\d{4}) (\d\d):(\d\d) (\S+)")
_TAP = re.compile(r"([^\W\d_]\w*): \[(.+)\]")
_STAFF = re.compile(r"([^\W\d_]\w*) \(staff\): (.*)")
_PERSON = re.compile(r"([^\W\d_]\w*): ?(.*)")
_BOT = re.compile(r"Bot( \(to \w+\))?:")
_MEANWHILE = ("while the bot thinks, ", "the worker dies")


class BadTranscript(ValueError):
    """A line of a transcript cannot be read; says which."""


def parse(text: str) -> Script:
    """Read a transcript. What the bot is expected to say is skipped: it is compared as text. Raises BadTranscript."""
    lines = text.splitlines()
    script = Script(header(lines[0] if lines else ""))
    open_beat: Beat | None = None  # takes more messages of the same burst
    spoken: Beat | None = None  # takes lines that continue the last message
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            script.parts.append(line)
            open_beat = spoken = None
        elif line.startswith(INDENT):
            if spoken is not None and not line.lstrip().startswith("~ "):
                _go_on(spoken, line)
            else:
                open_beat = None
        elif _BOT.match(line):
            open_beat = spoken = None
        elif line.startswith("("):
            words = _words(number, line)
            if open_beat is not None and words.startswith(_MEANWHILE):
                open_beat.meanwhile.append(Direction(line, words))
            else:
                script.parts.append(Beat(other=Direction(line, words)))
                open_beat = None
            spoken = None
        elif staff := _STAFF.fullmatch(line):
            script.parts.append(Beat(other=Writes(line, staff[1], staff[2])))
            open_beat = spoken = None
        else:
            said = _said(number, line)
            if open_beat is None or open_beat.inputs[0].person != said.person or open_beat.meanwhile:
                open_beat = Beat()
                script.parts.append(open_beat)
            open_beat.inputs.append(said)
            spoken = open_beat
    return script


def header(line: str) -> Header:
    """Read the scene line. Raises BadTranscript."""
    parts = [part.strip() for part in line.split(" · ")]
    if len(parts) < 4:
        raise BadTranscript("line 1: Title · business · channel · Fri 20 Nov 2026 10:00 Europe/Lisbon")
    title, business, channel, when, *marks = parts
    needs: set[str] = set()
    everywhere = False
    for mark in marks:
        if mark == "everywhere":
            everywhere = True
        elif mark.startswith("needs: "):
            needs.update(mark.removeprefix("needs: ").split(", "))
        else:
            raise BadTranscript(f"line 1: what is {mark!r}?")
    at, zone = moment(when)
    return Header(line, title, business, channel, at, zone, frozenset(needs), everywhere)


def moment(text: str) -> tuple[datetime, str]:
    """Read `Fri 20 Nov 2026 10:00 Europe/Lisbon`. Raises BadTranscript, also for the wrong weekday."""
    match = _WHEN.fullmatch(text)
    if not match or match[3] not in MONTHS:
        raise BadTranscript(f"line 1: not a moment: {text!r}")
    weekday, day, month, year, hour, minute, zone = match.groups()
    at = datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=ZoneInfo(zone))
    if _DAYS[at.weekday()] != weekday:
        raise BadTranscript(f"line 1: that day is a {_DAYS[at.weekday()]}")
    return at, zone


def _said(number: int, line: str) -> Says | Taps:
    if tap := _TAP.fullmatch(line):
        return Taps(line, tap[1], tap[2])
    if person := _PERSON.fullmatch(line):
        return Says(line, person[1], person[2])
    raise BadTranscript(f"line {number}: {line!r} is nobody's line and no direction")


def _words(number: int, line: str) -> str:
    if not line.rstrip().endswith(")"):
        raise BadTranscript(f"line {number}: a direction ends with a parenthesis")
    return line.rstrip()[1:-1]


def _go_on(beat: Beat, line: str) -> None:
    last = beat.inputs[-1]
    if isinstance(last, Taps):
        raise BadTranscript(f"{line!r} continues a tap")
    beat.inputs[-1] = Says(f"{last.line}\n{line}", last.person, f"{last.text}\n{line.removeprefix(INDENT)}")
