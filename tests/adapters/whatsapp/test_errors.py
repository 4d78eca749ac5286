"""Each of Meta's error codes becomes the error that its reader can act on, and quotes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import (
    AccountStopped,
    Message,
    SendLater,
    SendRefused,
    SendUnknown,
    TemplateUnavailable,
    Unauthorised,
    Unreachable,
    WindowClosed,
)
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.errors import MEANINGS, Refusal, error_of, fault_of, problem_of, refusal_of
from adapters.whatsapp.graph import Wire
from dialogs.messages import Outbound
from tests.platforms.graph import FakeGraph
from tests.platforms.graph_chaos import Fault

if TYPE_CHECKING:
    import httpx

EXPECTED: dict[type[Exception], tuple[int, ...]] = {
    Unauthorised: (0, 3, 10, 190, 200, 210, 299, 131005),
    AccountStopped: (33, 368, 131031, 131037, 131042, 131044, 131045, 131048, 131064, 133010),
    WindowClosed: (131047,),
    Unreachable: (130497, 131021, 131026, 131030, 131062),
    TemplateUnavailable: (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018),
    SendRefused: (100, 130472, 131008, 131009, 131049, 131050, 131051, 131052, 131053, 131063, 135000),
    SendLater: (2, 4, 80007, 130429, 131016, 131056, 131057, 133004, 133016),
}
WORDS = "Shall I book the blue table for Inês?"


def test_the_table_of_this_test_is_that_of_the_adapter() -> None:
    listed = {code for codes in EXPECTED.values() for code in codes}
    assert listed | set(range(200, 300)) == set(MEANINGS)


async def answered(fake: FakeGraph, channel: WhatsApp, fault: Fault) -> Exception:
    """Return what sending raises when it is answered like this."""
    fake.fail(fault)
    try:
        await channel.send(fake.account(), Message(fake.world.customer("Ana").id, Outbound(WORDS), "c.o.m"))
    except (SendRefused, SendLater, SendUnknown) as error:
        return error
    raise AssertionError(f"{fault} was no error")


def test_every_code_raises_what_it_means_and_shows_nothing_of_what_was_sent() -> None:
    async def story() -> None:
        async with FakeGraph() as fake:
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret, call_seconds=5)
            await fake.says("Ana", "hi")
            for kind, codes in EXPECTED.items():
                for code in codes:
                    error = await answered(fake, channel, Fault(code))
                    assert type(error) is kind, (code, error)
                    assert_shows_nothing(fake, error)
                    if isinstance(error, SendRefused):
                        assert error.code == str(code)
            await channel.close()

    asyncio.run(story())


def assert_shows_nothing(fake: FakeGraph, error: BaseException) -> None:
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert error.__context__ is None  # what hangs behind an error is shown by some loggers, and it holds the request
    assert error.__cause__ is None
    for secret in (fake.token.value, fake.app_secret, WORDS, "blue table", "No, for these words"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("fault", "kind", "seconds"),
    [
        (Fault(status=429, headers={"retry-after": "7"}), SendLater, 7),
        (Fault(status=429), SendLater, 30),
        (Fault(131056, 429), SendLater, 6),
        (Fault(131056, 429, headers={"retry-after": "40"}), SendLater, 40),
        (Fault(130429, 429), SendLater, 2),
        (Fault(status=500), SendUnknown, None),
        (Fault(131000, 500), SendUnknown, None),
        (Fault(1, 503), SendUnknown, None),
        (Fault(131016, 500), SendLater, 30),
        (Fault(status=503, after_effect=True), SendUnknown, None),
        (Fault(cut=True), SendUnknown, None),
        (Fault(seconds=1.0), SendUnknown, None),
        (Fault(100, 400, 33), Unauthorised, None),
        (Fault(999999), SendRefused, None),
        (Fault(999999, 401), Unauthorised, None),
        (Fault(status=404, raw=b"<html>not here</html>"), SendRefused, None),
        (Fault(status=200, raw=b"<html>hello</html>"), SendUnknown, None),
        (Fault(status=200, raw=b'{"messages":[]}'), SendUnknown, None),
        (Fault(status=302, headers={"location": "https://elsewhere.test"}), SendUnknown, None),
    ],
    ids=str,
)
def test_what_has_no_code_goes_by_its_status(fault: Fault, kind: type[Exception], seconds: float | None) -> None:
    async def story() -> None:
        async with FakeGraph() as fake:
            patience = 0.3 if fault.seconds else 5.0
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret, call_seconds=patience)
            await fake.says("Ana", "hi")
            error = await answered(fake, channel, fault)
            assert type(error) is kind
            assert_shows_nothing(fake, error)
            if isinstance(error, SendLater):
                assert error.seconds == seconds
            await channel.close()

    asyncio.run(story())


class Hopeful(Wire):
    """The broken twin of the wire: whatever fails on the way was not sent."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except SendUnknown as unknown:
            raise SendLater(0, str(unknown)) from None


@pytest.mark.parametrize(("hopeful", "readings"), [(False, 1), (True, 2)])
def test_a_message_whose_answer_was_lost_is_not_read_twice(hopeful: bool, readings: int) -> None:
    """Whoever is told "later" sends again, so "later" may be said only where nothing was sent."""

    async def story() -> None:
        async with FakeGraph() as fake:
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret, call_seconds=5)
            if hopeful:
                graph = await channel._graph.open()
                graph.wire = Hopeful(graph._pool, fake.secret, 5)
            await fake.says("Ana", "hi")
            fake.fail(Fault(cut=True))
            for _ in range(2):
                with contextlib.suppress(SendLater):
                    try:
                        await channel.send(
                            fake.account(), Message(fake.world.customer("Ana").id, Outbound("hi"), "c.o.m")
                        )
                    except SendUnknown:
                        break
            assert len(fake.sent) == readings
            await channel.close()

    asyncio.run(story())


def test_where_nobody_could_be_reached_nothing_was_sent() -> None:
    async def story() -> None:
        fake = FakeGraph()
        channel = WhatsApp(fake.tokens, graph_url="http://127.0.0.1:9", call_seconds=2)
        with pytest.raises(SendLater) as later:
            await channel.send(fake.account(), Message("PT.1", Outbound(WORDS), "c.o.m"))
        assert later.value.seconds == 5
        assert_shows_nothing(fake, later.value)
        await channel.close()
        await fake.webhooks.close()

    asyncio.run(story())


def test_subcodes_say_why_the_token_is_no_good() -> None:
    assert "expired" in str(error_of(Refusal(401, 190, 463)))
    assert "password" in str(error_of(Refusal(401, 190, 460)))
    assert "does not accept" in str(error_of(Refusal(401, 190, 1)))


def test_a_refusal_that_passes_is_tried_again() -> None:
    error = error_of(Refusal(400, 999999, transient=True))
    assert isinstance(error, SendLater)
    assert isinstance(error_of(replace(Refusal(400, 999999), transient=False)), SendRefused)


def test_receipts_have_a_word_for_every_code_and_a_meaning_for_what_must_be_acted_on() -> None:
    for code in MEANINGS:
        word = problem_of(str(code))
        assert word != "unknown"
        assert word.replace("-", "").isalpha()
    assert problem_of(131000) == problem_of("") == problem_of("x") == problem_of("1" * 40) == "unknown"
    assert isinstance(fault_of("131031"), AccountStopped)
    assert isinstance(fault_of("190"), Unauthorised)
    assert isinstance(WhatsApp(FakeGraph().tokens).fault("131026"), Unreachable)
    assert fault_of("131056") is None
    assert fault_of("") is None


@given(st.integers(100, 599), st.binary(max_size=60) | st.from_type(dict).map(lambda row: str(row).encode()))
def test_no_answer_breaks_the_reading_of_it(status: int, body: bytes) -> None:
    refusal = refusal_of(status, {"retry-after": "never"}, body)
    assert refusal == Refusal(status)
    assert isinstance(error_of(refusal), SendRefused | SendLater | SendUnknown)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from(["code", "error_subcode", "is_transient", "message"]), json), st.text(max_size=5)
)
def test_no_error_object_breaks_the_reading_of_it(error: dict[str, Any], retry: str) -> None:
    import json as written

    refusal = refusal_of(400, {"retry-after": retry}, written.dumps({"error": error}).encode())
    assert isinstance(error_of(refusal), SendRefused | SendLater | SendUnknown)
    assert 0 <= refusal.retry_after <= 3600
