from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bots.links import GOOD_FOR, ContinueLinks
from domain.ids import conversation_id
from tests.builders import NOW

LINKS = ContinueLinks(b"k" * 32)
HERS = conversation_id("acc", "ana")


def test_a_token_names_its_conversation_for_half_an_hour() -> None:
    token = LINKS.token(HERS, NOW)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token)
    assert LINKS.conversation(token, NOW) == HERS
    assert LINKS.conversation(token, NOW + GOOD_FOR) == HERS
    assert LINKS.conversation(token, NOW + GOOD_FOR + timedelta(seconds=1)) is None


def test_a_token_of_another_installation_opens_nothing() -> None:
    assert ContinueLinks(b"o" * 32).conversation(LINKS.token(HERS, NOW), NOW) is None


@given(at=st.integers(0, 39), letter=st.sampled_from("ABCxyz019_-"))
def test_a_token_with_one_other_letter_opens_nothing(at: int, letter: str) -> None:
    token = LINKS.token(HERS, NOW)
    other = token[:at] + letter + token[at + 1 :]
    assert (LINKS.conversation(other, NOW) is None) == (other != token)


@given(st.text(max_size=80))
def test_whatever_is_handed_in_is_read_without_an_error(text: str) -> None:
    assert LINKS.conversation(text, NOW) is None
