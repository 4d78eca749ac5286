"""All that is ever sent is within its platform's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.whatsapp.channel import WhatsApp
from dialogs.messages import Reply
from tests.platforms.random_replies import broken, played

if TYPE_CHECKING:
    import pytest


def test_no_random_reply_breaks_a_limit_of_either_platform() -> None:
    line = played(400, seed=20261129)
    assert line["messages"] > 800
    assert (line["violations"], line["which"]) == (0, {})


def test_a_channel_that_thinks_it_can_show_more_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhatsApp, "can", replace(WhatsApp.can, buttons=4, text_limit=5000, choices_text_limit=5000))
    four = tuple((f"token-{number}", f"choice {number}") for number in range(4))
    assert broken(Reply("When?", four), "whatsapp")
    assert broken(Reply("a word " * 700), "whatsapp")
