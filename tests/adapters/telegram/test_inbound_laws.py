"""Whatever is delivered is read, left alone, or malformed: nothing else happens."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import Accepted, Ignored, Received, Told
from adapters.telegram.inbound import parse
from dialogs.messages import Text
from dialogs.wire import decode_envelope, decode_signal, encode_content, encode_signal
from domain.errors import Malformed
from tests.adapters.telegram.channels import telegram
from tests.adapters.telegram.samples import NOW, SAMPLES, STEADY, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.base import Event, Request

Parse = "Callable[[Request], Sequence[Event]]"
NAMES = sorted(SAMPLES)
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**53, 2**70, -(2**70), 1e308, "", "x", "\x00", "\u202e", "private", "🎉" * 300,
    [], [[]], [None], {}, {"id": 1}, {"": {}}, [[[[[[[[1]]]]]]]],
]  # fmt: skip


def paths(tree: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where something stands in a tree of JSON."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [at, *(path for key, value in inner for path in paths(value, (*at, key)))]


def mutated(tree: Any, where: int, how: int, odd: Any) -> Any:
    """Return a tree in which something was replaced, taken away, moved or wrapped."""
    *above, last = paths(tree)[1:][where % (len(paths(tree)) - 1)]
    tree = copy.deepcopy(tree)
    parent = tree
    for key in above:
        parent = parent[key]
    if how == 0:
        parent[last] = odd
    elif how == 1:
        del parent[last]
    elif how == 2:
        parent[last] = [parent[last]]
    elif isinstance(parent, dict):
        parent[f"{last}_"] = parent.pop(last)
    return tree


def obeys(read: Callable[[Request], Sequence[Event]], body: bytes) -> bool:
    """Whether reading a body does nothing but what the seam allows."""
    try:
        events = read(asked(body))
    except Malformed as refused:
        return len(str(refused)) < 300
    except Exception:
        return False
    for event in events:
        if isinstance(event, Received):
            if not (event.account == "" and event.sender and event.external_id and event.sent_at <= NOW):
                return False
            if decode_envelope(encode_content(event.content, event.sender_name)).content != event.content:
                return False
        elif isinstance(event, Told):
            if not event.external_id or decode_signal(encode_signal(event.signal)) != event.signal:
                return False
        elif not isinstance(event, Ignored):
            return False
    return bool(events)


def by_chance(seed: int) -> bytes:
    """Return an update in which one to four things are wrong."""
    chance = random.Random(seed)
    tree: Any = SAMPLES[chance.choice(NAMES)]
    for _ in range(chance.randint(1, 4)):
        if len(paths(tree)) > 1:
            tree = mutated(tree, chance.randrange(1000), chance.randrange(4), chance.choice(ODD))
    body = json.dumps(tree).encode()
    if chance.random() < 0.2:
        at = chance.randrange(len(body))
        body = chance.choice([body[:at], body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :], body + body])
    return body


def test_thousands_of_wrong_updates_are_read_left_alone_or_malformed() -> None:
    assert [seed for seed in range(4000) if not obeys(parse, by_chance(seed))] == []


def trusting(request: Request) -> list[Event]:
    """The broken twin: takes for granted what the documentation says."""
    message = json.loads(request.body)["message"]
    return [Received("", str(message["from"]["id"]), "1", Text(message.get("text", "")), NOW)]


def test_a_parser_that_trusts_the_documentation_is_caught() -> None:
    assert sum(not obeys(trusting, by_chance(seed)) for seed in range(100)) > 50


def unlimited(request: Request) -> list[Event]:
    """The broken twin without a guard against depth."""
    json.loads(request.body)
    return [Ignored("not_a_message")]


def test_a_parser_without_a_limit_of_depth_is_caught() -> None:
    deep = b'{"update_id":1,"poll":' + b"[" * 100_000
    assert obeys(parse, deep)
    assert not obeys(unlimited, deep)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(STEADY, max_examples=400)
@given(
    name=st.sampled_from(NAMES),
    changes=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 3), junk), min_size=1, max_size=3),
)
def test_a_mutated_update_is_read_left_alone_or_malformed(name: str, changes: list[tuple[int, int, Any]]) -> None:
    tree: Any = SAMPLES[name]
    for where, how, odd in changes:
        if len(paths(tree)) > 1:
            tree = mutated(tree, where, how, odd)
    assert obeys(parse, json.dumps(tree).encode())


@STEADY
@given(body=st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_bytes_are_read_left_alone_or_malformed(body: bytes) -> None:
    assert obeys(parse, body)


@pytest.mark.parametrize("seed", range(40))
def test_answering_never_fails(seed: int) -> None:
    channel = telegram()
    for number in range(50):
        answer = channel.answer(asked(by_chance(seed * 50 + number)), Accepted(0, 0, 1))
        assert answer.status == 200
        assert not answer.body or json.loads(answer.body)["method"] == "answerCallbackQuery"
