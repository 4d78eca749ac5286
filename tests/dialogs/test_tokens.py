"""Tokens: what was tapped is known, and nothing else is taken for it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.messages import Offer, Option
from dialogs.tokens import Tokens

TOKENS = Tokens(b"a key of sixteen")
FIFTY = Offer("offer", "services", [Option(f"service:{at}", str(at)) for at in range(50)])
EVERY = [TOKENS.token("talk", "offer", index) for index in range(50)]
PAGES = [TOKENS.page_token("talk", "offer", page) for page in range(1, 50)]


def test_a_token_is_short_and_made_of_letters_that_every_platform_returns() -> None:
    assert {len(token) for token in (*EVERY, *PAGES)} == {16}
    assert set("".join((*EVERY, *PAGES))) <= set(string.ascii_letters + string.digits + "-_")


def test_options_and_pages_are_told_apart() -> None:
    assert len({*EVERY, *PAGES}) == 99
    for index, token in enumerate(EVERY):
        assert TOKENS.index(token, "talk", FIFTY) == index
        assert TOKENS.page(token, "talk", FIFTY) is None
    for page, token in enumerate(PAGES, 1):
        assert TOKENS.page(token, "talk", FIFTY) == page
        assert TOKENS.index(token, "talk", FIFTY) is None


@pytest.mark.parametrize(
    ("conversation", "offer", "key"),
    [("another", "offer", b"a key of sixteen"), ("talk", "older", b"a key of sixteen"), ("talk", "offer", b"a" * 16)],
)
def test_what_is_foreign_or_stale_is_neither(conversation: str, offer: str, key: bytes) -> None:
    other = Tokens(key)
    assert TOKENS.index(other.token(conversation, offer, 0), "talk", FIFTY) is None
    assert TOKENS.page(other.page_token(conversation, offer, 1), "talk", FIFTY) is None


@given(st.text(max_size=40))
def test_what_is_made_up_is_neither(token: str) -> None:
    assert TOKENS.index(token, "talk", FIFTY) is None
    assert TOKENS.page(token, "talk", FIFTY) is None
    assert TOKENS.page(token, "talk", None) is None
