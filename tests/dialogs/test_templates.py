"""Approved templates: their values in every language, of the kind that Meta accepts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.replies import Replies
from dialogs.templates import template_use
from tests.dialogs.talk import BISTRO, SALON

REPLIES = Replies()
CARD: dict[str, Any] = {
    "id": "b1",
    "code": "AB12CD",
    "manage": "/b/salon/AB12CD",
    "status": "confirmed",
    "service": "Haircut",
    "staff": "Anna Sousa",
    "place": "Salão Aurora",
    "address": "Rua das Flores 12, Lisboa",
    "start": "2026-11-21T15:00:00+00:00",
    "end": "2026-11-21T15:45:00+00:00",
    "zone": "Europe/Lisbon",
    "party_size": None,
    "name": "Zoe Hart",
    "price": [3500, "EUR"],
}
TABLE = CARD | {"service": "Table", "staff": None, "party_size": 4, "place": "Bistro Mar"}
REFUSED = re.compile(r"[\n\t\r]| {4}")
"""What Meta refuses in a value: line breaks, tabs, more than four spaces in a row."""


def test_a_confirmation_says_who_what_when_and_where() -> None:
    use = template_use("confirmation", CARD, "en", SALON, REPLIES)
    assert (use.kind, use.language, use.link) == ("confirmation", "en", "b/salon/AB12CD")
    assert use.values == (
        "Zoe Hart",
        "Haircut with Anna Sousa",
        "Sat 21 Nov at 15:00 (Lisbon)",
        "Salão Aurora, Rua das Flores 12, Lisboa",
    )


@pytest.mark.parametrize(
    ("language", "what", "when"),
    [
        ("es", "Haircut con Anna Sousa", "sáb, 21 nov a las 15:00 (Lisboa)"),
        ("pt", "Haircut com Anna Sousa", "sábado, 21/11 às 15:00 (Lisboa)"),
        ("fr", "Haircut avec Anna Sousa", "sam. 21 nov. à 15:00 (Lisbonne)"),
        ("de", "Haircut bei Anna Sousa", "Sa., 21. Nov. um 15:00 Uhr (Lissabon)"),
        ("it", "Haircut con Anna Sousa", "sab 21 nov alle 15:00 (Lisbona)"),
        ("ru", "Haircut, мастер Anna Sousa", "сб, 21 нояб. в 15:00 (Лиссабон)"),
    ],
)
def test_it_says_so_in_the_customers_language(language: str, what: str, when: str) -> None:
    assert template_use("change", CARD, language, SALON, REPLIES).values[1:3] == (what, when)


def test_a_restaurant_says_for_how_many() -> None:
    assert template_use("reminder", TABLE, "en", BISTRO, REPLIES).values[1] == "A table for 4"
    assert template_use("reminder", TABLE, "de", BISTRO, REPLIES).values[1] == "Ein Tisch für 4 Personen"


def test_the_time_is_that_of_the_place() -> None:
    card = CARD | {"start": "2026-07-01T15:00:00-03:00", "zone": "America/Sao_Paulo"}
    assert template_use("reminder", card, "en", SALON, REPLIES).values[2] == "Wed 1 Jul at 15:00 (Sao Paulo)"


def test_what_is_not_known_is_not_empty() -> None:
    card = CARD | {"name": "", "staff": None, "address": "", "service": ""}
    assert template_use("reminder", card, "en", SALON, REPLIES).values[:2] == ("👋", "Salão Aurora")


@settings(deadline=None)  # the first of a language reads its sentences
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=80), st.sampled_from(REPLIES.languages()))
def test_no_value_is_one_that_meta_refuses(name: str, service: str, address: str, language: str) -> None:
    card = CARD | {"name": name, "service": service, "address": address}
    for directory in (SALON, BISTRO):
        for value in template_use("confirmation", card, language, directory, REPLIES).values:
            assert value.strip()
            assert not REFUSED.search(value)


def test_a_value_as_it_was_written_would_be_refused() -> None:
    assert REFUSED.search("Rua das Flores 12\n1200-195 Lisboa")
    card = CARD | {"address": "Rua das Flores 12\n1200-195 Lisboa"}
    assert template_use("confirmation", card, "en", SALON, REPLIES).values[3].endswith("12 1200-195 Lisboa")
