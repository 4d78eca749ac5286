"""Who is who in memory: the ids by which a platform knows one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.ids import conversation_id

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from domain.businesses import Account
    from domain.ids import AccountId, BusinessId, ConversationId


@dataclass(frozen=True, slots=True)
class Address:
    """One id of a person, with the id that their conversation was opened under."""

    account_id: AccountId
    external_id: str
    business_id: BusinessId
    opened_as: str
    conversation_id: ConversationId


class MemoryAddresses:
    """The Addresses."""

    def __init__(self) -> None:
        self._known: dict[tuple[AccountId, str], Address] = {}

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        """Return the id that this person's conversation was opened under.

        The first of the ids that is known says which; the others are remembered with it, and what is known of them
        already stays. Nobody known: the first id opens a conversation, or None without `learn`. An empty id is
        nobody's.
        """
        ids = [one for one in dict.fromkeys(known_as) if one]
        opened_as = self._opened_as(account, ids)
        if learn and ids:
            opened_as = opened_as or ids[0]
            self._learn(account, ids, opened_as)
        return opened_as

    async def link(self, account: Account, before: str, after: str) -> None:
        """Remember that whoever was known as `before` is known as `after` too. Known already as another: stays so.

        Nobody known as `before`: there is nobody to remember.
        """
        opened_as = self._opened_as(account, (before,))
        if opened_as is not None and after:
            self._learn(account, (after,), opened_as)

    def of(self, business_id: BusinessId, conversations: Collection[ConversationId]) -> list[Address]:
        """Return the ids of whoever has these conversations."""
        found = (one for one in self._known.values() if one.business_id == business_id)
        return [one for one in found if one.conversation_id in conversations]

    def forget(self, business_id: BusinessId, conversations: Collection[ConversationId]) -> int:
        """Delete them; returns how many."""
        forgotten = self.of(business_id, conversations)
        for one in forgotten:
            del self._known[one.account_id, one.external_id]
        return len(forgotten)

    def _opened_as(self, account: Account, ids: Sequence[str]) -> str | None:
        known = (self._known.get((account.id, one)) for one in ids)
        return next((one.opened_as for one in known if one is not None), None)

    def _learn(self, account: Account, ids: Sequence[str], opened_as: str) -> None:
        opened = conversation_id(account.id, opened_as)
        for one in ids:
            address = Address(account.id, one, account.business_id, opened_as, opened)
            self._known.setdefault((account.id, one), address)
