"""A restaurant books tables: so many people, at a time."""

from __future__ import annotations

from dialogs.forms import Form

FORM = Form(
    trade="restaurant",
    needs=("party_size", "place", "date", "time", "name"),
    optional=("notes",),
    usual=(11 * 60, 24 * 60),
    table=True,
)
