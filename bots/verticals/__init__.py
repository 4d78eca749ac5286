"""Trades: one file each, a form and its keys, no sentences."""

from __future__ import annotations

from bots.verticals import restaurant, salon
from dialogs.forms import Form  # noqa: TC001 - the type of a public table

FORMS: dict[str, Form] = {form.trade: form for form in (salon.FORM, restaurant.FORM)}
"""Forms by trade."""
