"""Businesses by the name in their links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from web.requests import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from domain.businesses import Account, Directory
    from web.tools import Tools

LOOK_AGAIN = timedelta(seconds=2)
"""A name that nobody has is looked for in the store at most this often."""


@dataclass(frozen=True, slots=True)
class Front:
    """A business with the web chat that leads to it."""

    directory: Directory
    chat: Account | None


class Businesses:
    """Knows which business a slug means; directories themselves come from the store's own cache."""

    def __init__(self, tools: Tools) -> None:
        """Take the tools."""
        self._tools = tools
        self._ids: dict[str, tuple[str, Account | None]] = {}
        self._read_at: datetime | None = None

    async def front(self, slug: str) -> Front:
        """Return a business by its slug. Raises NotFound."""
        if slug not in self._ids:
            now = self._tools.clock.now()
            if self._read_at is None or now - self._read_at >= LOOK_AGAIN:
                self._read_at = now
                await self.all()
        if slug not in self._ids:
            raise NotFound("no such business")
        business_id, chat = self._ids[slug]
        return Front(await self._tools.store.directories.directory(business_id), chat)

    async def all(self, most: int = 1000) -> list[Front]:
        """Return the businesses that have an account, in order of their names, at most so many."""
        directories = self._tools.store.directories
        chats: dict[str, Account | None] = {}
        for account in await directories.accounts():
            chat = account if account.channel == "webchat" else None
            chats[account.business_id] = chats.get(account.business_id) or chat
        fronts = [Front(await directories.directory(one), chat) for one, chat in chats.items()]
        self._ids = {one.directory.business.slug: (one.directory.business.id, one.chat) for one in fronts}
        return sorted(fronts, key=lambda one: one.directory.business.name)[:most]
