"""The port of one set of stores that share a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from domain.ids import BusinessId
    from domain.ports.accounts import Accounts, Addresses
    from domain.ports.calendar import Calendar
    from domain.ports.control import Control
    from domain.ports.mailbox import Mailbox
    from domain.ports.outbox import Outbox, Timers
    from domain.ports.privacy import Privacy
    from domain.ports.setup import ApiKeys, Directories
    from domain.ports.talk import Limiter, LiveEvents, Transcripts


class Store(Protocol):
    """One set of stores that share a database."""

    @property
    def mailbox(self) -> Mailbox:
        """What came in."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What must be sent."""
        ...

    @property
    def timers(self) -> Timers:
        """What must happen later."""
        ...

    @property
    def control(self) -> Control:
        """Who answers."""
        ...

    @property
    def directories(self) -> Directories:
        """How businesses are set up."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Which accounts are connected, and how."""
        ...

    @property
    def addresses(self) -> Addresses:
        """Which ids are the same person."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """Who may use the API."""
        ...

    @property
    def live(self) -> LiveEvents:
        """What pages are told."""
        ...

    @property
    def limiter(self) -> Limiter:
        """Who does something how often."""
        ...

    @property
    def privacy(self) -> Privacy:
        """What is known about a customer."""
        ...

    def calendar(self, business_id: BusinessId) -> Calendar:
        """Return the calendar of one business."""
        ...

    def transcripts(self, business_id: BusinessId) -> Transcripts:
        """Return the conversations of one business."""
        ...

    async def open(self) -> None:
        """Connect, and refuse a schema that is not the current one with StoreUnavailable naming the remedy."""
        ...

    async def healthy(self) -> dict[str, str]:
        """Return what each part says of itself: "ok" or what is wrong."""
        ...

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        ...
