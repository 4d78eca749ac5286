"""A process that is going to be killed: it accepts and hears messages and says what was acknowledged."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from domain.clock import SystemClock
from domain.ports import Outcome
from storage.sql.sqlite import SqliteStore
from storage.sql.sqlite.turns import WALLS, Walls
from tests.builders import arrival, commit_for

LEASE = timedelta(seconds=0.5)


NO_WALLS = Walls(
    WALLS.lane.replace("fence = ?", "? IS NOT NULL"),
    WALLS.conversation.replace("conversations.version = ?", "? IS NOT NULL"),
    WALLS.mail.replace(" AND done_at IS NULL", ""),
)
"""The broken twin: whoever comes too late commits all the same."""


def fenced_off(path: Path) -> Path:
    """Return the file that says that a turn was fenced off."""
    return path.with_suffix(".fenced")


async def main(path: Path, name: str, walls: Walls) -> None:
    """Accept and hear for ever, printing a line for what was acknowledged."""
    store = SqliteStore(path, lease=LEASE, clock=SystemClock())
    await store.open()
    store.mailbox.walls = walls

    async def accept(client: int) -> None:
        number = 0
        while True:
            number += 1
            external_id = f"{name}-{client}-{number:06}"
            message = arrival(sender=f"c{client}", external_id=external_id)
            if number % 10 == 0:
                # Delivered twice, as platforms do.
                await store.mailbox.accept([message])
            await store.mailbox.accept([message])
            print(external_id, flush=True)  # noqa: T201 - what the test reads
            await asyncio.sleep(0.01)  # so that it is seldom frozen with the database locked

    async def hear() -> None:
        while True:
            claims = await store.mailbox.claim(8)
            if not claims:
                await store.mailbox.wait(0.1)
                continue
            await asyncio.sleep(0.05)  # so that something is always under way when it is frozen
            outcomes = await store.mailbox.commit([commit_for(claim) for claim in claims])
            if Outcome.FENCED in outcomes:
                fenced_off(path).touch()

    await asyncio.gather(*(accept(client) for client in range(6)), hear(), hear())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], NO_WALLS if "broken" in sys.argv else WALLS))
