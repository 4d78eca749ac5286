"""Laws of what goes out: whatever a reply is fitted to can be sent."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.base import Message, SendRefused
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.graph import Graph
from adapters.whatsapp.outbound import to_whatsapp
from dialogs.fit import fit
from dialogs.messages import Outbound, Pager, Reply
from tests.platforms import graph_schema
from tests.platforms.graph_limits import violations

if TYPE_CHECKING:
    from collections.abc import Callable

texts = st.text(st.sampled_from("ab.! \n\té\u0301😀👩‍🦰🇵🇹각") | st.characters(exclude_categories=["Cs"]), max_size=200)
long_texts = st.builds(lambda text, times: text * times, texts, st.sampled_from([1, 1, 1, 7, 40]))
labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90)
addresses = st.sampled_from(["351910000001", "+15550001111", "PT.123456", "US.1a2B", "US.ENT.9"])


@st.composite
def replies(draw: Callable[..., Any]) -> Reply:
    names = draw(st.lists(labels, max_size=14))
    tokens = draw(st.lists(st.uuids().map(lambda one: one.hex), min_size=len(names), max_size=len(names), unique=True))
    pager = draw(st.none() | st.just(Pager(tuple(f"more-{n}" for n in range(9)), "More")))
    return Reply(
        draw(long_texts),
        tuple(zip(tokens, names, strict=True)),
        pager=pager,
        page=draw(st.integers(0, 2)) if pager else 0,
        opener=draw(st.sampled_from(["", "Choose", "Ver opções"])),
    )


@settings(max_examples=250, deadline=None)  # the first one reads the schema
@given(replies(), addresses)
@example(Reply("x" * 1025, (("t", "yes"),)), "PT.1")
@example(Reply("?", tuple((f"t{n}", "y" * 90 + str(n)) for n in range(10)), opener="Choose"), "PT.1")
@example(Reply("Which?", tuple((f"t{n}", str(n)) for n in range(30)), pager=Pager(("p1", "p2"), "More")), "PT.1")
def test_whatever_a_reply_is_fitted_to_can_be_sent(reply: Reply, to: str) -> None:
    for outbound in fit(reply, WhatsApp.can):
        if not outbound.text.strip():
            continue  # nothing was said: the engine says nothing empty
        payload = to_whatsapp(Message(to, outbound, "c.o.m"))
        assert violations(payload) == []
        assert graph_schema.problems(payload) == []
        assert payload["type"] in {"text", "interactive"}


def test_the_law_would_see_a_reply_that_was_not_fitted() -> None:
    """The broken twin: the same reply without `fit`."""
    with pytest.raises(SendRefused):
        to_whatsapp(Message("PT.1", Outbound("x" * 1025, buttons=(("t", "yes"),)), "c.o.m"))


class Recorder(httpx.AsyncBaseTransport):
    """Meta's end, in the small."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append((request.url.path, json.loads(await request.aread())))
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}]})


def test_pywas_own_builders_would_lose_something() -> None:
    """Why its `api` is used and not `send_message`: the day this fails, it may be looked at again."""
    from pywa.types.callback import Section, SectionList, SectionRow

    async def story() -> list[Any]:
        graph = Graph("https://graph.test", "v25.0", None, 5)
        recorder = Recorder()
        graph.wire._pool = recorder
        client = graph.client("token", "111")
        with pytest.raises(KeyError):  # the message is sent, and its id is lost because no contact came back
            await client.send_message("351910000001", "hi")
        with pytest.raises(KeyError):
            await client.send_message("PT.1a2B", "hi")
        with pytest.raises(KeyError):
            await client.send_message(
                "351910000001", "?", buttons=SectionList("Choose", [Section("", [SectionRow("a", "b")])])
            )
        await graph.aclose()
        return [body for _, body in recorder.bodies]

    number, user, listed = asyncio.run(story())
    assert number["to"] == "351910000001"
    assert (user["recipient_type"], user["to"]) == ("group", "PT.1a2B")  # a user id with letters is taken for a group
    assert violations(user)
    assert violations(listed)  # a section must have a title with it, one alone needs none
