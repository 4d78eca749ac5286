"""One turn's commit: everything that it leaves, judged by itself under a savepoint of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from domain.errors import BookingClosed, ControlLost, OpeningTaken
from domain.ports import Outcome
from storage.sql.models import ConversationRow, IdentityRow, TurnRow
from storage.sql.sqlite.connection import compiled
from storage.sql.sqlite.effects import INSERT_CUSTOMER, write_effects
from storage.sql.sqlite.records import cancel_timers, write_messages, write_outgoing, write_timers
from storage.sql.sqlite.rows import columns, conversation_row, customer_row, turn_row
from storage.sql.types import to_micros

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from domain.ports import Claim, Commit
    from storage.sql.sqlite.writer import Transaction

RELEASE_LANE = """
    UPDATE lanes SET pending = pending - ?, fence = fence + 1, lease_until = NULL, due_at = ready_at
    WHERE lane = ? AND fence = ?"""
MAIL_DONE = "UPDATE mailbox SET done_at = ?, body = x'' WHERE id = ? AND done_at IS NULL"
# What a turn does not change is not rewritten: each would cost a look into its index.
_KEEPING = ("business_id", "id", "account_id", "customer_id", "created_at")
_CHANGING = [one.name for one in columns(ConversationRow, *_KEEPING)]
UPDATE_CONVERSATION = compiled(
    update(ConversationRow)
    .where(
        ConversationRow.business_id == bindparam("b"),
        ConversationRow.id == bindparam("i"),
        ConversationRow.version == bindparam("v"),
        ConversationRow.owner == bindparam("o"),
        ConversationRow.control_epoch == bindparam("e"),
        ConversationRow.external_id == bindparam("x"),  # where answers go: a signal may have changed it meanwhile
    )
    .values({name: bindparam(name) for name in _CHANGING})
)
INSERT_CONVERSATION = compiled(insert(ConversationRow).prefix_with("OR IGNORE"))
INSERT_IDENTITY = compiled(insert(IdentityRow).prefix_with("OR IGNORE"))
INSERT_TURN = compiled(insert(TurnRow))
INSERT_HEARD = "INSERT OR REPLACE INTO heard (business_id, conversation_id, external_id, turn_id) VALUES (?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Walls:
    """The statements that keep a turn from being committed twice or by a worker that has lost its lane.

    A fault test puts weaker ones in their place and must see the harm.
    """

    lane: str = RELEASE_LANE
    conversation: str = UPDATE_CONVERSATION
    mail: str = MAIL_DONE


WALLS = Walls()


class _Refused(Exception):
    """The turn is left out of its group; carries why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def write_turn(transaction: Transaction, commit: Commit, now: datetime, walls: Walls = WALLS) -> Outcome:
    """Write a turn or nothing of it, and say which. `now` is the Clock's."""
    return judged(transaction, lambda: _write(transaction, commit, now, walls))


def judged(transaction: Transaction, write: Callable[[], None]) -> Outcome:
    """Write something or nothing of it, and say which.

    What is not committed keeps its lease, so that it can be heard again. In a transaction that is not careful
    whatever keeps it from being committed is raised, and the group is written again, carefully.
    """
    if not transaction.careful:
        write()
        return Outcome.COMMITTED
    transaction.execute("SAVEPOINT turn")
    try:
        write()
    except _Refused as refused:
        outcome = refused.outcome
    except ControlLost:
        outcome = Outcome.CONTROL_LOST
    except (OpeningTaken, BookingClosed):
        outcome = Outcome.TAKEN
    except sqlite3.IntegrityError as error:
        # The second wall: a version of a conversation has one turn, whatever became of the fence.
        if not str(error).startswith("UNIQUE constraint failed: turns."):
            raise
        outcome = Outcome.FENCED
    else:
        transaction.execute("RELEASE turn")
        return Outcome.COMMITTED
    transaction.execute("ROLLBACK TO turn")
    transaction.execute("RELEASE turn")
    return outcome


def release_lane(transaction: Transaction, claim: Claim, walls: Walls = WALLS) -> None:
    """Give a lane back without the claim's mail. Raises what `judged` words as FENCED where another worker has it."""
    if transaction.execute(walls.lane, (len(claim.mail), claim.lane, claim.fence)).rowcount != 1:
        raise _Refused(Outcome.FENCED)


def finish_mail(transaction: Transaction, claim: Claim, at: int, walls: Walls = WALLS) -> None:
    """Mark a claim's mail as handled; only its key is kept. Raises what `judged` words as FENCED if it was before."""
    for mail in claim.mail:
        if transaction.execute(walls.mail, (at, mail.id)).rowcount != 1:
            raise _Refused(Outcome.FENCED)


def _write(transaction: Transaction, commit: Commit, now: datetime, walls: Walls) -> None:
    execute, claim, after, turn = transaction.execute, commit.claim, commit.conversation, commit.turn
    release_lane(transaction, claim, walls)
    if commit.newcomer is not None:
        customer, identity = commit.newcomer
        execute(INSERT_CUSTOMER, customer_row(customer))
        execute(
            INSERT_IDENTITY,
            (identity.business_id, identity.account_id, identity.external_id, identity.customer_id, identity.name),
        )
    _write_conversation(transaction, commit, walls)
    finish_mail(transaction, claim, to_micros(now), walls)
    execute(INSERT_TURN, turn_row(turn, after.version, commit.messages))
    for external_id in turn.heard:
        execute(INSERT_HEARD, (turn.business_id, turn.conversation_id, external_id, turn.id))
    write_messages(transaction, commit.messages)
    if commit.effects:
        write_effects(transaction, after.business_id, commit.effects, now)
    write_outgoing(transaction, commit.outbox)
    if commit.cancel_timers:
        cancel_timers(transaction, after.business_id, after.id, commit.cancel_timers)
    if commit.timers:
        write_timers(transaction, commit.timers)


def _write_conversation(transaction: Transaction, commit: Commit, walls: Walls) -> None:
    before, row = commit.claim.conversation, conversation_row(commit.conversation, commit.state)
    if before is None:
        written = transaction.execute(INSERT_CONVERSATION, row)
    else:
        stands = (
            before.business_id,
            before.id,
            before.version,
            before.owner.value,
            before.control_epoch,
            before.external_id,
        )
        written = transaction.execute(walls.conversation, (*row[4:9], *row[10:], *stands))
    if written.rowcount != 1:
        raise _Refused(Outcome.CONTROL_LOST)
