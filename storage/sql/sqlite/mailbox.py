"""The mailbox on SQLite: accepts what comes in, leases lanes, commits turns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ids import conversation_of_lane
from domain.ports import Claim, Outcome
from storage.sql.sqlite.changes import CONVERSATION, apply_change
from storage.sql.sqlite.connection import NOW
from storage.sql.sqlite.deliveries import write_receipts
from storage.sql.sqlite.lanes import BACKOFF, due_lanes
from storage.sql.sqlite.rows import conversation_of, mail_of, micros, set_aside_of
from storage.sql.sqlite.turns import WALLS, finish_mail, judged, release_lane, write_turn
from storage.sql.sqlite.writer import Order
from storage.sql.types import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from domain.clock import Clock
    from domain.ids import BusinessId
    from domain.ports import Arrival, Commit, ControlChange, Mail, SetAside, Tracked
    from storage.sql.sqlite.bell import Bell
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.rows import Row
    from storage.sql.sqlite.writer import Transaction, Writer

MOST_MAIL = 10
"""How much mail one claim carries."""

INSERT_MAIL = """
    INSERT INTO mailbox (endpoint_id, kind, external_id, lane, business_id, account_id, sender, body, sent_at,
        received_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
WAKE_LANE = """
    INSERT INTO lanes (lane, business_id, account_id, conversation_id, pending, fence, ready_at, lease_until, due_at)
    VALUES (?1, ?2, ?3, ?4, 1, 0, ?5, NULL, ?5)
    ON CONFLICT (lane) DO UPDATE SET pending = pending + 1, ready_at = excluded.ready_at,
        due_at = max(excluded.ready_at, coalesce(lease_until, 0))"""
LEASE = """
    UPDATE lanes SET fence = fence + 1, lease_until = ?, due_at = ? WHERE lane = ?
    RETURNING fence, business_id, account_id, conversation_id"""
OPEN_MAIL = """
    SELECT id, kind, external_id, sender, body, sent_at, received_at, attempts FROM mailbox
    WHERE lane = ? AND done_at IS NULL ORDER BY id LIMIT ?"""
RELEASE = "UPDATE lanes SET fence = fence + 1, lease_until = NULL, due_at = ready_at WHERE lane = ? AND fence = ?"
SET_ASIDE_LANE = """
    UPDATE lanes SET pending = pending - 1, fence = fence + 1, lease_until = NULL, due_at = ready_at
    WHERE lane = ? AND fence = ?"""
PAUSE = """
    UPDATE lanes SET fence = fence + 1, lease_until = ?, due_at = max(ready_at, ?) WHERE lane = ? AND fence = ?"""
SET_ASIDE = """
    SELECT id, lane, business_id, account_id, kind, external_id, received_at, error FROM mailbox
    WHERE set_aside AND (?1 IS NULL OR business_id = ?1) ORDER BY done_at DESC, id DESC LIMIT ?2"""
IS_DUE = f"""
    SELECT CASE WHEN EXISTS (SELECT 1 FROM lanes WHERE pending > 0 AND due_at <= {NOW}) THEN 0
        ELSE (SELECT min(due_at) FROM lanes WHERE pending > 0) - {NOW} END
"""  # noqa: S608 - a constant


def accept_in(transaction: Transaction, arrivals: Sequence[Arrival]) -> list[bool]:
    """Store arrivals and mark their lanes ready; True where new."""
    execute, now = transaction.execute, transaction.now
    new = []
    for one in arrivals:
        mail = (
            one.endpoint_id,
            one.kind,
            one.external_id,
            one.lane,
            one.business_id,
            one.account_id,
            one.sender,
            one.body,
            to_micros(one.sent_at),
            to_micros(one.received_at),
        )
        if execute(INSERT_MAIL, mail).rowcount != 1:
            new.append(False)
            continue
        ready = now if one.quiet is None else now + micros(one.quiet)
        execute(WAKE_LANE, (one.lane, one.business_id, one.account_id, conversation_of_lane(one.lane), ready))
        new.append(True)
    return new


class SqliteMailbox:
    """The Mailbox. Leases and retries go by the database's clock."""

    def __init__(
        self, writer: Writer, reader: Reader, *, clock: Clock, lease: timedelta, mail: Bell, outbox: Bell
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._lease = micros(lease)
        self._bell = mail
        self._rings = (mail.ring, outbox.ring)
        self.walls = WALLS
        self._last = ""
        """The business that was served last: the next claim begins behind it."""

    async def accept(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Store the arrivals; True where new, False where its key was known. Raises StoreUnavailable."""
        return await self._writer.do(
            lambda transaction: accept_in(transaction, arrivals),
            order=Order.ACCEPT,
            weight=len(arrivals),
            rings=(self._bell.ring,),
        )

    async def claim(self, most: int) -> Sequence[Claim]:
        """Lease up to `most` ready lanes, fair across businesses, each with a new fence. Raises StoreUnavailable."""
        due = self._due()
        if due is None or due > 0:
            return ()
        return await self._writer.do(
            lambda transaction: self._claim(transaction, most), order=Order.CLAIM, abandoned=self._give_back
        )

    async def commit(self, commits: Sequence[Commit]) -> Sequence[Outcome]:
        """Commit turns, each wholly or not at all, and release their lanes. Raises StoreUnavailable."""
        now = self._clock.now()
        return await self._writer.do(
            lambda transaction: [write_turn(transaction, one, now, self.walls) for one in commits],
            weight=len(commits),
            rings=self._rings,
        )

    async def settle(
        self, claim: Claim, change: ControlChange | None = None, tracked: Sequence[Tracked] = ()
    ) -> Outcome:
        """Finish a claim of signals: change of control, receipts and handled mail, wholly or not at all.

        Raises StoreUnavailable; UnknownConversation for a change of one that is not there.
        """
        now = to_micros(self._clock.now())

        def write(transaction: Transaction) -> None:
            release_lane(transaction, claim, self.walls)
            if change is not None:
                apply_change(transaction, change, now)
                accept_in(transaction, change.arrivals)
            write_receipts(transaction, tracked, now)
            finish_mail(transaction, claim, now, self.walls)

        return await self._writer.do(
            lambda transaction: judged(transaction, lambda: write(transaction)), rings=self._rings
        )

    async def set_aside(self, business_id: BusinessId | None = None, most: int = 50) -> Sequence[SetAside]:
        """Return mail that was set aside, of one business or of all, the latest first. Raises StoreUnavailable."""
        return [set_aside_of(row) for row in self._reader.all(SET_ASIDE, (business_id, max(most, 0)))]

    async def read(self, claim: Claim) -> Claim:
        """Return the claim with conversation, state and mail as they now stand. Raises StoreUnavailable."""
        row = self._reader.one(CONVERSATION, (claim.business_id, conversation_of_lane(claim.lane)))
        return replace(
            claim,
            mail=_heard_next(self._reader.all(OPEN_MAIL, (claim.lane, MOST_MAIL))),
            conversation=None if row is None else conversation_of(row),
            state=None if row is None else row[-1],
        )

    async def fail(self, claim: Claim, error: str) -> bool:
        """Give a lane back after a turn that raised; True when its first mail was set aside at the fifth failure."""
        now = to_micros(self._clock.now())
        return await self._writer.do(
            lambda transaction: _fail(transaction, claim, error, now), rings=(self._bell.ring,)
        )

    async def wait(self, seconds: float) -> None:
        """Return when there may be something to claim, at the latest after so many seconds."""
        await self._bell.wait(seconds, self._due)

    def _due(self) -> float | None:
        """Return in how many seconds a lane can be leased, None if nothing waits."""
        row = self._reader.one(IS_DUE)
        return None if row is None or row[0] is None else row[0] / 1_000_000

    def _claim(self, transaction: Transaction, most: int) -> list[Claim]:
        until = transaction.now + self._lease
        lanes, self._last = due_lanes(transaction, self._last, most)
        claims = []
        for lane in lanes:
            mail = _heard_next(transaction.execute(OPEN_MAIL, (lane, MOST_MAIL)).fetchall())
            if not mail:
                # Cannot be; a counter that is wrong all the same must not be claimed for ever.
                transaction.execute("UPDATE lanes SET pending = 0 WHERE lane = ?", (lane,))
                continue
            fence, business, account, conversation = transaction.execute(LEASE, (until, until, lane)).fetchall()[0]
            row = transaction.execute(CONVERSATION, (business, conversation)).fetchone()
            claims.append(
                Claim(
                    lane,
                    fence,
                    business,
                    account,
                    mail,
                    None if row is None else conversation_of(row),
                    None if row is None else row[-1],
                    from_micros(until),
                )
            )
        return claims

    def _give_back(self, claims: list[Claim]) -> None:
        """Release lanes whose claimer went away while they were being leased."""
        self._writer.post(
            lambda transaction: [transaction.execute(RELEASE, (one.lane, one.fence)) for one in claims],
            rings=(self._bell.ring,),
        )


def _heard_next(rows: list[Row]) -> tuple[Mail, ...]:
    """Read what is heard next: alone what has failed before, so that only the poison is ever set aside."""
    mail = [mail_of(row) for row in rows]
    return tuple(mail[:1] if mail and mail[0].attempts else mail)


def _fail(transaction: Transaction, claim: Claim, error: str, now: int) -> bool:
    first = transaction.execute(OPEN_MAIL, (claim.lane, 1)).fetchone()
    if first is None:
        return False
    attempts: int = first[-1] + 1
    given_up = attempts > len(BACKOFF)
    if given_up:
        leased = transaction.execute(SET_ASIDE_LANE, (claim.lane, claim.fence)).rowcount
    else:
        retry_at = transaction.now + micros(BACKOFF[attempts - 1])
        leased = transaction.execute(PAUSE, (retry_at, retry_at, claim.lane, claim.fence)).rowcount
    if leased != 1:
        return False
    transaction.execute(
        "UPDATE mailbox SET attempts = ?, error = ?, set_aside = ?, done_at = ? WHERE id = ?",
        (attempts, error, given_up, now if given_up else None, first[0]),
    )
    return given_up
