from __future__ import annotations

import pytest

from dialogs.messages import Due, HandedBack, Outbound, Tap, Text, Unsupported
from dialogs.wire import decode_content, decode_outbound, encode_content, encode_outbound
from domain.errors import Malformed


@pytest.mark.parametrize(
    "content",
    [
        Text("mañana a las 5 🙂 مرحبا"),
        Text(""),
        Tap("abc:1"),
        Unsupported("sticker"),
        Due("nudge", {"booking": "b1", "n": 2}),
        HandedBack("ana", "wants the window"),
    ],
)
def test_what_is_heard_comes_back_as_it_was(content: object) -> None:
    assert decode_content(encode_content(content)) == content  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "outbound",
    [
        Outbound("Hello"),
        Outbound("Pick one", buttons=(("t1", "10:00"), ("t2", "11:00"))),
        Outbound("Pick one", rows=(("t1", "10:00"),), author="ana"),
        Outbound("Booked", card={"id": "b1", "status": "confirmed", "party_size": None}),
    ],
)
def test_what_is_said_comes_back_as_it_was(outbound: Outbound) -> None:
    assert decode_outbound(encode_outbound(outbound)) == outbound


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"[]", b'{"type":"dance"}', b'{"type":"text"}', b"{}"])
def test_junk_is_malformed_and_not_a_crash(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_content(body)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"text":"x","buttons":[1]}', b'{"text":"x","rows":[["a"]]}'])
def test_a_row_that_is_no_message_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_outbound(body)
