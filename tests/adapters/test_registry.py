"""The registry of channels."""

from __future__ import annotations

import pytest

from adapters.registry import UnknownChannel, load
from adapters.terminal.channel import Terminal
from adapters.webchat.channel import WebChat


def test_channels_are_found_by_name_in_the_order_named() -> None:
    assert list(load(["webchat", "terminal"]).items()) == [("webchat", WebChat), ("terminal", Terminal)]


@pytest.mark.parametrize("name", ["pigeon", "", "os.path", "../base", "base", "registry"])
def test_what_is_no_channel_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownChannel, match=repr(name)):
        load([name])
