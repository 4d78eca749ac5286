"""Plays scripts against a peer and prints one JSON line; it imports nothing of Frontdesk."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 20
"""Conversations played before the clock starts, as in `bench.turns`."""


class Peer(Protocol):
    """A bot built on a peer's library."""

    name: str
    sent: int
    """How many replies it handed to its platform."""
    bookings: dict[int, list[tuple[str, str, str, str]]]
    """By user: service, staff, local start, name."""

    async def open(self) -> None:
        """Start."""

    async def hear(self, update: bytes) -> None:
        """Handle one Telegram update, as its webhook would: JSON in, replies sent."""

    async def close(self) -> None:
        """Clean up."""


@dataclass(frozen=True)
class Told:
    """Scripts as the runner wrote them down, and the day they were made for."""

    today: date
    scripts: list[dict[str, Any]]


def update(user: int, number: int, text: str) -> bytes:
    """Return the update that Telegram's webhook would post."""
    person = {"id": user, "first_name": "Customer"}
    return json.dumps(
        {
            "update_id": user * 8 + number,
            "message": {
                "message_id": number + 1,
                "date": int(time.time()),
                "chat": {**person, "type": "private"},
                "from": {**person, "is_bot": False, "language_code": "en"},
                "text": text,
            },
        }
    ).encode()


def sent(user: int, text: str, number: int) -> bytes:
    """Return what Telegram answers to sendMessage."""
    chat = {"id": user, "type": "private", "first_name": "Customer"}
    message = {"message_id": 1000 + number, "date": int(time.time()), "chat": chat, "text": text}
    return json.dumps({"ok": True, "result": message}).encode()


async def play(peer: Peer, scripts: list[tuple[int, list[str]]], concurrent: int) -> tuple[float, float]:
    """Play all scripts, so many at a time; returns wall and CPU seconds."""
    waiting = iter(scripts)

    async def seat() -> None:
        for user, messages in waiting:
            for number, text in enumerate(messages):
                await peer.hear(update(user, number, text))
                await asyncio.sleep(0)  # a peer that never suspends would serve one customer after the other

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(seat() for _ in range(concurrent)))
    return time.perf_counter() - wall, time.process_time() - cpu


async def measure(peer: Peer, told: Told, concurrent: int) -> dict[str, Any]:
    """Run the closed loop and check every booking; returns what the JSON line says."""
    await peer.open()
    try:
        numbered = [(10_000_000 + index, one["messages"]) for index, one in enumerate(told.scripts)]
        gc.collect()
        gc.freeze()
        await play(peer, numbered[:WARM_UP], concurrent)
        wall, cpu = await play(peer, numbered[WARM_UP:], concurrent)
    finally:
        await peer.close()
    right = sum(
        peer.bookings.get(10_000_000 + index) == [(one["service"], one["staff"], one["start"], one["name"])]
        for index, one in enumerate(told.scripts)
    )
    turns = sum(len(messages) for _, messages in numbered[WARM_UP:])
    return {
        "peer": peer.name,
        "turns_per_s": round(turns / wall),
        "turns_per_cpu_s": round(turns / cpu),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "replies": peer.sent,
        "right": right,
        "wrong": len(told.scripts) - right,
    }


def main(peer: Callable[[date, str], Peer]) -> None:
    """Read the scripts that the runner wrote, play them, print one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scripts", type=Path)
    parser.add_argument("--concurrent", type=int, default=50)
    parser.add_argument("--state", default="memory", help="where the peer keeps its state: memory or a Redis URL")
    options = parser.parse_args()
    written = json.loads(options.scripts.read_text())
    told = Told(date.fromisoformat(written["today"]), written["scripts"])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(peer(told.today, options.state), told, options.concurrent))))
