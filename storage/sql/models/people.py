"""Tables of customers and of how accounts know them."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.sql.models.base import WITH_THE_CUSTOMER, At, Base, Key, PersonalText, Plain

PHONE, EMAIL = text("phone <> ''"), text("email <> ''")


class CustomerRow(Base):
    """A person who writes to a business."""

    __tablename__ = "customers"
    __table_args__ = (
        ForeignKeyConstraint(["business_id"], ["businesses.id"], ondelete="CASCADE"),
        Index("ix_customers_phone", "business_id", "phone", sqlite_where=PHONE, postgresql_where=PHONE),
        # SQLite reads through the e-mails of a business, which are few: an index on what is computed it cannot compare.
        Index("ix_customers_email", "business_id", "email", sqlite_where=EMAIL).ddl_if(dialect="sqlite"),
        Index("ix_customers_email", "business_id", text("lower(email)"), postgresql_where=EMAIL).ddl_if(
            dialect="postgresql"
        ),
        {"info": WITH_THE_CUSTOMER},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(primary_key=True)
    created_at: Mapped[At]
    name: Mapped[PersonalText]
    phone: Mapped[PersonalText]
    email: Mapped[PersonalText]
    language: Mapped[Plain]


class IdentityRow(Base):
    """How one account knows a customer."""

    __tablename__ = "identities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "customer_id"], ["customers.business_id", "customers.id"], ondelete="CASCADE"
        ),
        Index("ix_identities_customer", "business_id", "customer_id"),
        {"info": WITH_THE_CUSTOMER, "sqlite_with_rowid": False},
    )

    business_id: Mapped[Key] = mapped_column(primary_key=True)
    account_id: Mapped[Key] = mapped_column(primary_key=True)
    external_id: Mapped[PersonalText] = mapped_column(primary_key=True)
    customer_id: Mapped[Key]
    name: Mapped[PersonalText]


class AddressRow(Base):
    """Which ids of a platform are the same person. Asked before the conversation, or its business, is known."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index("ix_addresses_conversation", "conversation_id"),
        {"info": WITH_THE_CUSTOMER, "sqlite_with_rowid": False},
    )

    account_id: Mapped[Key] = mapped_column(primary_key=True)
    external_id: Mapped[PersonalText] = mapped_column(primary_key=True)
    business_id: Mapped[Key]
    opened_as: Mapped[PersonalText]
    """The id that the conversation was opened under: what the conversation's own id is derived from."""
    conversation_id: Mapped[Key]
