"""The scripted demo: one booking through each fake platform, written down as a transcript."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.platforms.demo_house import Running, opened
from tests.platforms.demo_words import masked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.platforms.demo_house import House
    from tests.platforms.demo_phones import Line, Phone
    from tests.platforms.demo_wire import Exchange

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
"""Friday morning in Lisbon: tomorrow the salon is open."""
SCRIPTS: dict[str, tuple[str, ...]] = {
    "telegram": ("a haircut with Anna tomorrow at 3pm", "[Yes]", "+351 912 345 678"),
    "whatsapp": ("haircut with Anna, tomorrow 3pm please", "the later one", "[Yes]"),
}
"""What is written, and what is tapped, in brackets. The second wants what the first has just taken."""
RECEIPTS = "status: "


async def play(folder: Path) -> tuple[str, House]:
    """Play the scripts; returns the transcript, and the house as it was at the end."""
    pages: list[str] = []
    async with opened(folder, Running(AT)) as house:
        for channel, steps in SCRIPTS.items():
            pages.append("\n".join(await _played(house, house.phones[channel], steps)))
        house.booked = await house.bookings()
    return "\n\n".join(pages) + "\n", house


async def _played(house: House, phone: Phone, steps: tuple[str, ...]) -> list[str]:
    account = await house.account(phone.channel)
    place = house.directory.places[0]
    at = house.app.clock.now().astimezone(ZoneInfo(place.zone))
    title = {"telegram": "Telegram", "whatsapp": "WhatsApp"}[phone.channel]
    lines = [f"{title} · {account.name} · {at:%a} {at.day} {at:%b %Y %H:%M} {place.zone}"]
    for step in steps:
        passed, seen = house.wire.count, len(phone.lines)
        if step.startswith("["):
            lines += ["", f"{phone.who} taps {step}"]
            await phone.taps(step[1:-1])
        else:
            lines += ["", f"{phone.who} writes: {step}"]
            await phone.says(step)
        await house.settled(phone)
        exchanges = [one for one in house.wire.exchanges if one.number > passed and one.channel == phone.channel]
        lines += _written(exchanges)
        seen_now = [one for one in phone.lines[seen:] if one.side == "business"]
        lines += [f"{phone.who} sees:", *(line for one in seen_now for line in shown(one))]
    return [line.replace(house.url, "http://127.0.0.1:8000") for line in lines]


def _written(exchanges: Sequence[Exchange]) -> list[str]:
    """Return exchanges as lines. Receipts come when they come, so they stand together, at the end."""
    lines, receipts = [], []
    for one in exchanges:
        if one.about.startswith(RECEIPTS):
            receipts.append(one)
        elif "typing" not in one.about and one.about != "sendChatAction":  # shown only where an answer takes a while
            lines += _lines(one, one.about)
    if receipts:
        told = sorted({one.about.removeprefix(RECEIPTS) for one in receipts}, key=("sent", "delivered", "read").index)
        lines += _lines(receipts[0], f"{len(receipts)} receipts: {', '.join(told)}")
    return lines


def _lines(one: Exchange, about: str) -> list[str]:
    request = f"{one.method} {one.path.partition('?')[0]}"
    lines = [f"  {one.direction:<3}  {request:<42} {one.status}  {about}"]
    return [*lines, f"         {one.proof}"] if one.direction == "in" else lines


def shown(line: Line) -> list[str]:
    """Return a message as its reader sees it."""
    lines = [f"  {masked(text)}" for text in line.text.splitlines()]
    lines += ["  " + " ".join(f"[{label}]" for label in row) for row in line.buttons]
    if line.opener:
        lines.append(f"  [{line.opener}]")
        lines += [f"    ({title})" + (f" {detail}" if detail else "") for title, detail in line.rows]
    return lines
