"""Tables of conversations, their transcript and their turns."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import (
    NOT_PERSONAL,
    WITH_THE_CUSTOMER,
    At,
    Base,
    Document,
    Flag,
    Key,
    Number,
    PersonalBytes,
    PersonalDocument,
    PersonalText,
    Plain,
)
from storage.sql.types import Serial

FAILED = text("status = 'failed'")


class ConversationRow(Base):
    """One identity talking with one account, with the engine's checkpoint of its version."""

    __tablename__ = "conversations"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        Index("ix_conversations_customer", "business_id", "customer_id"),
        Index("ix_conversations_heard", "business_id", "last_heard_at"),
        Index(
            "ix_conversations_waiting",
            "business_id",
            "last_heard_at",
            sqlite_where=text("owner <> 'bot'"),
            postgresql_where=text("owner <> 'bot'"),
        ),
        {"info": WITH_THE_CUSTOMER},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    account_id: Mapped[Key]
    customer_id: Mapped[Key]
    external_id: Mapped[PersonalText]
    owner: Mapped[Plain]
    control_epoch: Mapped[Number]
    version: Mapped[Number]
    stage: Mapped[Plain]
    created_at: Mapped[At]
    last_heard_at: Mapped[At]
    owner_id: Mapped[Plain]
    reason: Mapped[PersonalText]
    language: Mapped[Plain]
    opted_out: Mapped[Flag]
    state: Mapped[PersonalBytes]


class MessageRow(Base):
    """One line of the transcript. `seq` is the order of commits."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "conversation_id"], ["conversations.business_id", "conversations.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("business_id", "id").ddl_if(dialect="postgresql"),
        Index("ix_messages_conversation", "business_id", "conversation_id", "seq"),
        {"info": WITH_THE_CUSTOMER},
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    business_id: Mapped[Key]
    id: Mapped[Key]
    conversation_id: Mapped[Key]
    author: Mapped[Plain]
    author_id: Mapped[Plain]
    text: Mapped[PersonalText]
    at: Mapped[At]
    choices: Mapped[PersonalDocument]
    card: Mapped[PersonalDocument | None]
    external_id: Mapped[PersonalText]
    media: Mapped[PersonalDocument | None]
    """The file that came with it: its platform's name of it, not the file itself."""


class DeliveryRow(Base):
    """What became of a message of ours, as its platform told: the status of the highest rank. Only where one tells."""

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "conversation_id"], ["conversations.business_id", "conversations.id"], ondelete="CASCADE"
        ),
        Index("ix_deliveries_conversation", "business_id", "conversation_id"),
        Index("ix_deliveries_failed", "business_id", "at", sqlite_where=FAILED, postgresql_where=FAILED),
        {"info": WITH_THE_CUSTOMER, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    message_id: Mapped[Key] = mapped_column(primary_key=True)
    """The transcript line that it was."""
    conversation_id: Mapped[Key]
    channel: Mapped[Plain]
    kind: Mapped[Plain]
    """As in the outbox; empty where the receipt was here before the answer to sending it."""
    external_id: Mapped[PersonalText]
    status: Mapped[Plain]
    rank: Mapped[Number]
    """`domain.signals.RANK` of the status: it only grows."""
    at: Mapped[At]
    problem: Mapped[PersonalText]


class TurnRow(Base):
    """What one turn did. One a version of its conversation: the second wall against a turn committed twice."""

    __tablename__ = "turns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "conversation_id"], ["conversations.business_id", "conversations.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("business_id", "conversation_id", "version"),
        Index("ix_turns_at", "business_id", "at").ddl_if(dialect="postgresql"),
        {"info": WITH_THE_CUSTOMER, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    conversation_id: Mapped[Key]
    version: Mapped[Number]
    """Of the conversation, after this turn."""
    heard: Mapped[PersonalDocument]
    message_ids: Mapped[Document]
    """The transcript lines it wrote, in order."""
    stage_before: Mapped[Plain]
    stage_after: Mapped[Plain]
    commands: Mapped[Document]
    certainty: Mapped[float] = mapped_column(Float, info=NOT_PERSONAL)
    language: Mapped[Plain]
    ms: Mapped[float] = mapped_column(Float, info=NOT_PERSONAL)
    alternatives: Mapped[Number]
    outcome: Mapped[Plain]
    at: Mapped[At]
    view: Mapped[PersonalBytes]


class HeardRow(Base):
    """Which turn answered a customer's message."""

    __tablename__ = "heard"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "conversation_id"], ["conversations.business_id", "conversations.id"], ondelete="CASCADE"
        ),
        {"info": WITH_THE_CUSTOMER, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    conversation_id: Mapped[Key] = mapped_column(primary_key=True)
    external_id: Mapped[PersonalText] = mapped_column(primary_key=True)
    turn_id: Mapped[Key]
