"""One change of a delivery: what it is about, and to whom it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.meta import block, fingerprint, ident, moment, word

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.meta import Row


@dataclass(frozen=True, slots=True)
class Change:
    """A change with what its entry says about it."""

    group: str
    """The WhatsApp Business Account; "" where the entry does not name one."""
    field: str
    """What the app has subscribed to: `messages`, `account_update`."""
    value: Row
    account: str
    """The number's id (`phone_number_id`), the only thing that messages are routed by; "" where it is not named."""
    received_at: datetime
    time: object = None
    """When the entry was made, where it says so."""
    app_id: str = ""
    """Our own app's id, where the caller knows it."""

    @classmethod
    def of(cls, entry: Row, change: Row, received_at: datetime, app_id: str = "") -> Change | None:
        """Return a change of an entry; None for what is none."""
        field, value = word(change.get("field")), change.get("value")
        if not field or not isinstance(value, dict):
            return None
        account = ident(block(value.get("metadata")).get("phone_number_id")) or ident(value.get("phone_number_id"))
        return cls(ident(entry.get("id")), field, value, account, received_at, entry.get("time"), app_id)

    def moment(self, value: object) -> datetime:
        """Return a timestamp of this change, else the entry's, else receipt."""
        return moment(self.time if value is None else value, self.received_at)

    def hashed(self, said: object) -> str:
        """Return an id for something that the platform gives none: the same whenever it is delivered again.

        Raises RecursionError for what is nested too deep.
        """
        return fingerprint(self.group, self.field, self.account, self.time, said)
