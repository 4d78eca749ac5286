"""The mailbox: accepts what comes in, hands lanes to workers, takes their turns."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from storage.sql.postgres import rows
from storage.sql.postgres.encoding import arrival_record, encoded, plain
from storage.sql.postgres.grouping import Grouper
from storage.sql.postgres.pool import scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.clock import Clock
    from domain.ids import BusinessId
    from domain.ports import Arrival, Claim, Commit, ControlChange, Outcome, SetAside, Tracked
    from storage.redis.states import StateCache
    from storage.redis.wakeups import Wakeup
    from storage.sql.postgres.commit import Committer
    from storage.sql.postgres.directories import PostgresDirectories
    from storage.sql.postgres.pool import Database

_SHORTEST = 0.02
"""Seconds to wait at least: what is due now may be in another worker's hands."""
_LONGEST_ERROR = 2000
_SET_ASIDE = """
SELECT id, lane, business_id, account_id, kind, external_id, received_at, error FROM mailbox
WHERE set_aside AND ($1::text IS NULL OR business_id = $1) ORDER BY done_at DESC, id DESC LIMIT $2
"""


class PostgresMailbox:
    """Accepts, claims and commits in groups: each group is one call of a function of the server."""

    def __init__(
        self,
        database: Database,
        *,
        committer: Committer,
        states: StateCache,
        wakeup: Wakeup,
        directories: PostgresDirectories,
        lease: timedelta,
        clock: Clock,
    ) -> None:
        self._database = database
        self._committer = committer
        self._states = states
        self._wakeup = wakeup
        self._directories = directories
        self._lease = lease
        self._clock = clock
        self._accepting: Grouper[Arrival, bool] = Grouper(self._accept)
        self._claiming = asyncio.Lock()
        self._last_business = ""

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Store the arrivals durably in one transaction; True where new, False where its key was known.

        Raises StoreUnavailable when nothing could be stored.
        """
        return await self._accepting.add(arrivals)

    async def claim(self, most: int) -> Sequence[Claim]:
        """Lease up to `most` ready lanes, fair across businesses, each with a new fence. Empty when none is ready."""
        async with self._claiming:  # one at a time in a process: what becomes ready meanwhile goes with the next
            found = await self._database.fetch(
                "SELECT * FROM claim_lanes($1, $2, $3)", most, self._last_business, self._lease
            )
            if not found:
                return ()
            claims = rows.claims(found)
            served = {one.business_id for one in claims}
            round_again = {one for one in served if one <= self._last_business}
            self._last_business = max(round_again or served)
        for row in found:
            self._directories.noticed(row["business_id"], row["set_up"])
        return await self._with_states([one for one in claims if one.mail])

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Commit turns, grouped with those of other callers, each under its own savepoint.

        Raises StoreUnavailable; then nothing of any of them is stored and the leases run out.
        """
        return await self._committer.commit(commits)

    async def settle(
        self, claim: Claim, change: ControlChange | None = None, tracked: Sequence[Tracked] = ()
    ) -> Outcome:
        """Finish a claim of signals: change of control, receipts and handled mail, in one transaction.

        Raises StoreUnavailable; UnknownConversation for a change of one that is not there.
        """
        return await self._committer.settler.settle(claim, change, tracked)

    async def set_aside(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[SetAside]:
        """Return mail that was set aside, of one business or of all, the latest first."""
        found = await self._database.fetch(_SET_ASIDE, business_id, max(0, most))
        return [rows.set_aside(row) for row in found]

    async def read(self, claim: Claim) -> Claim:
        """Return the claim with conversation, state and mail as they now stand; its lease begins anew."""
        found = await self._database.fetch(
            "SELECT * FROM reread_lane($1, $2, $3)", claim.lane, claim.fence, self._lease
        )
        if not found:
            return claim
        (present,) = rows.claims(found)
        (present,) = await self._with_states([present])
        return replace(
            claim,
            mail=present.mail or claim.mail,
            conversation=present.conversation,
            state=present.state,
            lease_until=present.lease_until or claim.lease_until,
        )

    async def fail(self, claim: Claim, error: str) -> bool:
        """Give a lane back after a turn that raised: one more attempt is counted on its first mail.

        Retried after 1, 5, 30, 120 s; at the fifth failure that one mail is set aside: True then.
        """
        if not claim.mail:
            return False
        pause = await self._database.value(
            "SELECT fail_turn($1, $2, $3, $4, $5)",
            claim.lane,
            claim.fence,
            claim.mail[0].id,
            plain(error)[:_LONGEST_ERROR],
            self._clock.now(),
        )
        if pause is None:
            return False
        await self._wakeup.notify(max(0.0, pause))
        return bool(pause < 0)

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to claim, at the latest after so many seconds."""
        due = await self._database.value(
            "SELECT extract(epoch FROM min(due_at) - clock_timestamp())::double precision FROM lanes WHERE pending > 0"
        )
        if due is not None:
            seconds = min(seconds, max(due, _SHORTEST))
        await self._wakeup.wait(seconds)

    async def close(self) -> None:
        """Finish what is under way."""
        await self._accepting.close()

    async def _accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        records = encoded([arrival_record(one) for one in arrivals]).decode()
        fresh = {row[0] for row in await self._database.fetch("SELECT accept_mail($1)", records)}
        new = [number in fresh for number in range(1, len(arrivals) + 1)]
        for quiet in {one.quiet for one, is_new in zip(arrivals, new, strict=True) if is_new}:
            await self._wakeup.notify(0.0 if quiet is None else quiet.total_seconds())
        return new

    async def _with_states(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Return the claims with the checkpoints of their versions: from the cache, else from the database."""
        known = {one.conversation.id: one.conversation for one in claims if one.conversation is not None}
        cached = await self._states.get({one.id: one.version for one in known.values()})
        missing = [one for one in known.values() if one.id not in cached]
        if missing:
            businesses = scope(one.business_id for one in missing)
            found = await self._database.fetch(
                "SELECT * FROM read_states($1, $2)", businesses, [one.id for one in missing]
            )
            for row in found:
                # A state newer than the claim's version is refused at commit, and the turn heard again.
                cached[row["id"]] = row["state"]
        return [
            one if one.conversation is None else replace(one, state=cached.get(one.conversation.id)) for one in claims
        ]
