"""Tables that move messages: mailbox, lanes, outbox, timers. They hold ids and opaque bodies and no tenant policy."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import (
    NOT_PERSONAL,
    At,
    Base,
    Flag,
    Key,
    Number,
    PersonalBytes,
    PersonalText,
    Plain,
)
from storage.sql.types import Serial

OPEN = text("done_at IS NULL")
ASIDE, FAILED = text("set_aside"), text("status = 'failed'")


class MailRow(Base):
    """Something that came in and must be heard once. Once handled only its key is left, for eight days."""

    __tablename__ = "mailbox"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "kind", "external_id"),
        Index("ix_mailbox_open", "lane", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_mailbox_aside", "business_id", "done_at", sqlite_where=ASIDE, postgresql_where=ASIDE),
        {"info": {"retention": "8 days after it was handled; the body until it is handled"}},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    """Ascending in accept order within a lane."""
    endpoint_id: Mapped[Key]
    kind: Mapped[Plain]
    external_id: Mapped[PersonalText]
    lane: Mapped[Plain]
    business_id: Mapped[Key]
    account_id: Mapped[Key]
    sender: Mapped[PersonalText]
    body: Mapped[PersonalBytes]
    """Emptied when it is handled; kept where it was set aside."""
    sent_at: Mapped[At]
    received_at: Mapped[At]
    attempts: Mapped[Number] = mapped_column(server_default="0")
    error: Mapped[PersonalText] = mapped_column(server_default="")
    set_aside: Mapped[Flag] = mapped_column(server_default=text("false"))
    """Hearing it failed too often: an operator looks at it."""
    done_at: Mapped[At | None]
    """By the `Clock` port. None while it waits."""


class LaneRow(Base):
    """What must happen in order, apart from the wide conversation row: accept and claim rewrite only this.

    `pending` counts open mail (+1 by accept where the insert took, -1 by commit), so that "is there more?" needs no
    second look. `due_at` is the later of `ready_at` and the lease's end: one index answers what may be claimed.
    """

    __tablename__ = "lanes"
    __table_args__ = (
        Index(
            "ix_lanes_due",
            "business_id",
            "due_at",
            sqlite_where=text("pending > 0"),
            postgresql_where=text("pending > 0"),
        ),
        Index("ix_lanes_next", "due_at", postgresql_where=text("pending > 0")).ddl_if(dialect="postgresql"),
        {"info": {"retention": "as long as its conversation"}, "sqlite_with_rowid": False},
    )

    lane: Mapped[Plain] = mapped_column(primary_key=True)
    business_id: Mapped[Key]
    account_id: Mapped[Key]
    conversation_id: Mapped[Key]
    """The conversation that the lane is of, also for its control lane; empty where it is of none."""
    pending: Mapped[Number]
    fence: Mapped[Number]
    """Grows with every claim, commit and failure: whoever has an older one has lost the lane."""
    ready_at: Mapped[At]
    """By the database's clock, as the lease."""
    lease_until: Mapped[At | None]
    """Until when it is a worker's, or paused after a failure; None while it is free."""
    due_at: Mapped[At]


class OutboxRow(Base):
    """One platform message to be sent. `seq` is the order of commits."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("id").ddl_if(dialect="postgresql"),
        Index("ix_outbox_due", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_open", "conversation_id", "seq", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_outbox_failed", "business_id", "done_at", sqlite_where=FAILED, postgresql_where=FAILED),
        {"info": {"retention": "8 days after it was sent, cancelled or given up; the body until then"}},
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    id: Mapped[Key]
    business_id: Mapped[Key]
    conversation_id: Mapped[Key]
    account_id: Mapped[Key]
    channel: Mapped[Plain]
    to: Mapped[PersonalText] = mapped_column("recipient")
    kind: Mapped[Plain]
    epoch: Mapped[Number]
    message_id: Mapped[Key]
    body: Mapped[PersonalBytes]
    created_at: Mapped[At]
    has_link: Mapped[Flag]
    position: Mapped[Number]
    status: Mapped[Plain] = mapped_column(server_default="waiting")
    """`waiting`, `sending`, `sent`, `cancelled`, `failed`."""
    attempts: Mapped[Number] = mapped_column(server_default="0")
    fence: Mapped[Number] = mapped_column(server_default="0")
    due_at: Mapped[At]
    """When it may be leased: at once, after a retry's pause, or when the lease has run out. By the database's clock."""
    external_id: Mapped[PersonalText] = mapped_column(server_default="")
    """The platform's id once it was accepted."""
    error: Mapped[PersonalText] = mapped_column(server_default="")
    done_at: Mapped[At | None]
    """When it was sent, cancelled or given up, by the `Clock` port."""
    doubts: Mapped[Number] = mapped_column(server_default="0")
    """Of how many tries nobody knows the outcome."""


class TimerRow(Base):
    """Something that must happen later in a conversation's lane; due by the `Clock` port."""

    __tablename__ = "timers"
    __table_args__ = (
        Index("ix_timers_due", "due_at"),
        {"info": {"retention": "until it fires or is cancelled"}, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    conversation_id: Mapped[Key] = mapped_column(primary_key=True)
    kind: Mapped[Plain] = mapped_column(primary_key=True)
    account_id: Mapped[Key]
    due_at: Mapped[At]
    body: Mapped[PersonalBytes]
