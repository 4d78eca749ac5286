"""The port of everything that is known about a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ids import BusinessId, CustomerId


class Privacy(Protocol):
    """Reaches everything that is known about a customer."""

    async def export(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, object]:
        """Return all that is stored about a customer, table by table."""
        ...

    async def find(self, business_id: BusinessId | None, text: str) -> Sequence[tuple[BusinessId, CustomerId, str]]:
        """Return (business, customer, name) of whoever has this customer id, phone, e-mail or conversation id.

        None looks in every business. A phone is compared in E.164, an e-mail without regard to case. Empty when
        nobody is known by it.
        """
        ...

    async def erase(self, business_id: BusinessId, customer_id: CustomerId) -> dict[str, int]:
        """Blank or delete all that is personal, in every table and cache; returns rows by table.

        Bookings keep time and price.
        """
        ...
