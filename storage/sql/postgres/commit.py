"""Commits: many turns in one call of the server, each judged by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.ports import Outcome
from storage.sql.postgres.encoding import effect_record, encoded, joined, members
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope
from storage.sql.postgres.regroup import regrouped
from storage.sql.postgres.signals import Settler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.clock import Clock
    from domain.ports import Commit
    from storage.redis.states import StateCache
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.pool import Database

_CALL = "SELECT * FROM commit_turns($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A commit with what is the same in every group encoded already: what cannot be encoded is its caller's error."""

    commit: Commit
    conversation: bytes
    record: bytes
    lines: bytes
    messages: bytes
    outbox: bytes
    timers: bytes


class Committer:
    """Groups commits and sends each group to `commit_turns`; `settler` does so with what leaves no turn."""

    def __init__(self, database: Database, states: StateCache, lanes: Wakeup, outbox: Wakeup, clock: Clock) -> None:
        self._database = database
        self._states = states
        self._lanes = lanes
        self._outbox = outbox
        self._clock = clock
        self._grouper: Grouper[_Prepared, Outcome | Exception] = Grouper(
            lambda group: regrouped(group, self._write_group), under_way=2
        )
        self.settler = Settler(database, lanes, outbox, clock)

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Commit turns in a group with those of other callers. Raises StoreUnavailable."""
        outcomes = []
        for outcome in await self._grouper.add([_prepare(one) for one in commits]):
            if isinstance(outcome, Exception):
                raise outcome
            outcomes.append(outcome)
        return outcomes

    async def close(self) -> None:
        """Finish what is under way, also of what is settled without a turn."""
        await self._grouper.close()
        await self.settler.close()

    async def _write_group(self, group: Sequence[_Prepared]) -> Sequence[Outcome]:
        rows = await self._database.fetch(_CALL, *self._arguments(group))
        outcomes = [Outcome.FENCED] * len(group)
        due = []
        for row in rows:
            outcomes[row["o"]] = Outcome(row["outcome"])
            if row["due"] is not None:
                due.append(row["due"])
        done = [one.commit for one, outcome in zip(group, outcomes, strict=True) if outcome is Outcome.COMMITTED]
        await self._states.put([(one.conversation.id, one.conversation.version, one.state) for one in done])
        if due:
            await self._lanes.notify(min(due))
        if any(one.outbox for one in done):
            await self._outbox.notify()
        return outcomes

    def _arguments(self, group: Sequence[_Prepared]) -> tuple[Any, ...]:
        commits = [one.commit for one in group]
        effects = [
            effect_record(effect, one.conversation.business_id, o)
            for o, one in enumerate(commits)
            for effect in one.effects
        ]
        newcomers = [
            {"o": o, "customer": one.newcomer[0], "identity": one.newcomer[1]}
            for o, one in enumerate(commits)
            if one.newcomer is not None
        ]
        cancels = [
            {
                "o": o,
                "business_id": one.conversation.business_id,
                "conversation_id": one.conversation.id,
                "kind": kind,
            }
            for o, one in enumerate(commits)
            for kind in one.cancel_timers
        ]
        return (
            scope(one.conversation.business_id for one in commits),
            self._clock.now(),
            encoded([_judged(o, one) for o, one in enumerate(commits)]).decode(),
            joined(one.conversation for one in group),
            [one.state for one in commits],
            joined(one.record for one in group),
            joined(one.lines for one in group),
            [one.conversation.version for one in commits],
            encoded(newcomers).decode(),
            encoded(effects).decode(),
            joined(one.messages for one in group),
            [o for o, one in enumerate(commits) for _ in one.messages],
            joined(one.outbox for one in group),
            [o for o, one in enumerate(commits) for _ in one.outbox],
            joined(one.timers for one in group),
            [o for o, one in enumerate(commits) for _ in one.timers],
            encoded(cancels).decode(),
        )


def _prepare(commit: Commit) -> _Prepared:
    return _Prepared(
        commit,
        encoded(commit.conversation),
        encoded(commit.turn),
        encoded([one.id for one in commit.messages]),
        members(commit.messages),
        members(commit.outbox),
        members(commit.timers),
    )


def _judged(o: int, commit: Commit) -> dict[str, Any]:
    """Return what a turn is judged by."""
    claim, before = commit.claim, commit.claim.conversation
    return {
        "o": o,
        "lane": claim.lane,
        "fence": claim.fence,
        "business_id": commit.conversation.business_id,
        "conversation_id": commit.conversation.id,
        "version": None if before is None else before.version,
        "epoch": None if before is None else before.control_epoch,
        "owner": None if before is None else before.owner,
        "address": None if before is None else before.external_id,
        "mail": [one.id for one in claim.mail],
    }
