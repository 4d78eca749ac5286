"""A salon books people: a service, with somebody, at a time."""

from __future__ import annotations

from dialogs.forms import Form

FORM = Form(trade="salon", needs=("service", "place", "date", "time", "name"), optional=("staff", "notes"))
