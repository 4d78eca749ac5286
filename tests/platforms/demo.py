"""The demo of the channels: `python -m tests.platforms.demo`, with `--script` to play and print two bookings."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bots import logs
from bots.errors import Refused
from bots.operations import run
from tests.platforms.demo_house import Running, address, listening, on_listener, opened
from tests.platforms.demo_page import Page
from tests.platforms.demo_script import play
from web.landing.links import desk_link

PORT = 8100
"""Of the watching page, if it is free."""


async def watch(folder: Path, port: int) -> int:
    """Serve until a signal asks to stop."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listening(port))
        house = await stack.enter_async_context(opened(folder, Running()))
        site = Page(house).site()
        await stack.enter_async_context(on_listener(site, listener, site))
        desk = desk_link(house.app.tools().link_key, house.url, house.app.clock.now())
        say(
            f"The channels are open, on fakes of Telegram and WhatsApp.\n  Watch and write:  {address(listener)}/\n"
            f"  Frontdesk:        {house.url}/\n  The desk:         {desk}\nStop with Ctrl-C."
        )
        await asked.wait()
    return 0


async def script(folder: Path) -> int:
    """Play a booking on each channel and print what happened."""
    transcript, house = await play(folder)
    say(transcript.rstrip())
    if house.violations:
        say("\n".join(["The platforms would have refused:", *house.violations]))
    return 1 if house.violations else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.demo", description=__doc__)
    parser.add_argument("--script", action="store_true", help="play two bookings, print them, and end")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the watching page, if it is free ({PORT})")
    options = parser.parse_args(arguments)
    logs.configure("warning")
    with tempfile.TemporaryDirectory(prefix="frontdesk-") as fleeting:
        folder = Path(fleeting)
        try:
            return run(script(folder) if options.script else watch(folder, options.port))
        except Refused as refused:
            say(f"demo: {refused}")
            return 1


def say(text: str) -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
