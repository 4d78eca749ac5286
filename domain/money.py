"""Money: integer minor units of one currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, pence) of an ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse a currency that is not three capital letters."""
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency; raises ValueError for another one."""
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)
