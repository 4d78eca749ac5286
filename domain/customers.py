"""Customers: a person, and how each account knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ids import AccountId, BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes to a business."""

    id: CustomerId
    business_id: BusinessId
    created_at: datetime
    name: str = ""
    phone: str = ""
    """E.164."""
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """How one account knows a customer: a platform's id, a phone, a cookie."""

    account_id: AccountId
    external_id: str
    customer_id: CustomerId
    business_id: BusinessId
    name: str = ""
