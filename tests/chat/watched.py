"""A store whose commits can be seen, and into whose turns something can happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.ports import Outcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domain.ports import Arrival, Claim, Commit, Mailbox, Store


class WatchedMailbox:
    """The store's mailbox, watched."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.committed: list[tuple[Commit, int]] = []
        """What was committed, with how often it was heard again before."""
        self.meanwhile: list[Callable[[], Awaitable[None]]] = []
        """What happens after the next turn was heard and before it is committed."""
        self._again: dict[str, int] = {}
        self.last: Sequence[Arrival] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mailbox, name)

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        self.last = arrivals
        return await self._mailbox.accept(arrivals)

    async def claim(self, most: int) -> Sequence[Claim]:
        return await self._mailbox.claim(most)

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        happenings, self.meanwhile[:] = list(self.meanwhile), []
        for happening in happenings:
            await happening()
        outcomes = await self._mailbox.commit(commits)
        for commit, outcome in zip(commits, outcomes, strict=True):
            if outcome is Outcome.COMMITTED:
                self.committed.append((commit, self._again.pop(commit.claim.lane, 0)))
            else:
                self._again[commit.claim.lane] = self._again.get(commit.claim.lane, 0) + 1
        return outcomes

    def take(self) -> list[tuple[Commit, int]]:
        """Return what was committed since the last time."""
        committed, self.committed = self.committed, []
        return committed


class WatchedStore:
    """A store with a watched mailbox; everything else is the store's own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.mailbox = WatchedMailbox(store.mailbox)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
