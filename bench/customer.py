"""A customer who books, corrects, moves and cancels for ever: what the benches of history and of faults play."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from adapters.base import Request
from domain.ids import conversation_id

if TYPE_CHECKING:
    from adapters.base import Received
    from bots.application import Application
    from domain.businesses import Account, Directory

OPENING = ("hi", "my name is John Smith", "my email is john.smith@example.com")
CYCLE = (
    "I want to book a haircut",
    "{day} at 3pm",
    "with Anna",
    "actually make it 4pm",
    "yes",
    "can I move it to 5pm?",
    "yes",
    "do you take cards?",
    "cancel my booking",
    "yes",
)
"""After it the customer is where the cycle began: one booking more, made, moved and cancelled."""
BURSTS = (2, 2, 1, 1, 2, 1, 1)
"""How many messages of a cycle may be sent without waiting: heard together or one by one, they come to the same."""
BOOKED, MOVED, CANCELLED = 5, 7, 10
"""After so many messages of a cycle its booking has been made, moved, cancelled."""


class Customer:
    """One customer of one business, with an account on web chat."""

    def __init__(self, app: Application, directory: Directory, account: Account) -> None:
        """Take where messages go in."""
        self._app = app
        self._channel = app.channels["webchat"]
        self.directory, self.account = directory, account
        self._sender: str | None = None
        self.said = 0
        """How many messages were sent; the number in the id of the next."""
        today = app.clock.now().date()
        self._day = next(one for one in _days(today) if one.weekday() != 6).strftime("%A")

    @property
    def conversation_id(self) -> str:
        """Return the conversation; the first message must have been sent."""
        assert self._sender is not None
        return conversation_id(self.account.id, self._sender)

    def text(self, number: int) -> str:
        """Return the message of a number, counted from 0."""
        if number < len(OPENING):
            return OPENING[number]
        return CYCLE[(number - len(OPENING)) % len(CYCLE)].format(day=self._day)

    async def say(self, *, twice: bool = False) -> str:
        """Send the next message as somebody who waits; returns its external id once it was accepted.

        `twice` delivers it a second time, as platforms do.
        """
        body = {
            "conversation": self._sender,
            "id": f"{self.account.external_id}-{self.said:08}",
            "text": self.text(self.said),
        }
        path = f"/webchat/{self.account.external_id}/messages"
        now, name = self._app.clock.now(), self.account.external_id
        request = Request("POST", path, {}, {"wait": "60"}, json.dumps(body).encode(), now, name)
        event: Received
        (event,) = self._channel.parse(request)  # type: ignore[assignment]
        self._sender = event.sender
        self.said += 1
        for _ in range(2 if twice else 1):
            await self._app.intake.take(self._channel, self.account.endpoint_id, [event])
        return event.external_id


def number_of(external_id: str) -> int:
    """Return the number of the message that has this external id."""
    return int(external_id.rpartition("-")[2])


def effects_of(said: int) -> tuple[int, int, int]:
    """Return how many bookings so many messages have made, moved and cancelled."""
    whole, rest = divmod(max(0, said - len(OPENING)), len(CYCLE))
    return whole + (rest >= BOOKED), whole + (rest >= MOVED), whole + (rest >= CANCELLED)


def _days(today: date) -> list[date]:
    """Return days whose name alone means them."""
    return [today + timedelta(days=ahead) for ahead in (3, 4)]
