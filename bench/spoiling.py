"""Spoilt deliveries: recorded bodies changed at random, to see that a parser reads what it can and never breaks."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

from adapters.base import Ignored, Received
from dialogs.messages import Envelope, Sender
from dialogs.wire import decode_envelope, decode_signal, encode_envelope, encode_signal
from domain.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.base import Event, Request

    Parse: TypeAlias = Callable[[Request], Sequence[Event]]

UNTOUCHED_EVERY = 20
"""Each twentieth body is left as it is, and each twentieth is an unspoilt entry after a spoilt one."""
MOST_CHANGES = 4
TRIES = 10
_KEY = re.compile(rb'"([a-z_]{2,40})": ?')
_STRANGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e300,
    10**400,
    -(10**25),
    "",
    " ",
    "x" * 5000,
    "nul\u0000in it",
    "half an emoji \ud83d",
    "\udc00",
    "\u202e\u2028\u00a0",
    "99999999999999999999999",
    [],
    {},
    [[]],
    [None],
    {"id": {"id": {}}},
    {"body": ["text"]},
)


def fuzz(requests: Sequence[Request], bodies: int, seed: int, parse: Parse) -> dict[str, Any]:
    """Parse so many bodies, made from recorded ones, and return what became of them.

    `raised` counts what was not Malformed, and events that could not be stored: it must be 0. `untouched_failed` counts
    deliveries, or entries of them, that nobody spoilt and that were read as something else: it must be 0.
    """
    chance = random.Random(seed)
    alone = [list(parse(one)) for one in requests]
    counts, errors = Counter[str](), Counter[str]()
    begun = perf_counter()
    for number in range(bodies):
        at = chance.randrange(len(requests))
        request, expected = requests[at], alone[at]
        step = number % UNTOUCHED_EVERY
        if step == 0:
            counts["untouched"] += 1
            wanted = expected
        elif step == 1:
            body = beside(chance, requests, request.body, expected)
            counts["beside"] += body is not None
            request, wanted = replace(request, body=body or request.body), expected
        else:
            request, wanted = replace(request, body=spoilt(chance, request.body)), []
        try:
            events = parse(request)
            check(events, request)
        except Malformed:
            counts["malformed"] += 1
            counts["untouched_failed"] += step <= 1
            continue
        except Exception as error:  # whatever it is, it is what is looked for
            errors[f"{type(error).__name__}: {error}"[:200]] += 1
            continue
        counts["read"] += any(not isinstance(one, Ignored) for one in events)
        counts["untouched_failed"] += list(events) != wanted if step == 0 else any(one not in events for one in wanted)
    names = ("malformed", "read", "untouched", "beside", "untouched_failed")
    return {
        "bodies": bodies,
        **{name: counts[name] for name in names},
        "raised": sum(errors.values()),
        **({"errors": dict(errors.most_common(5))} if errors else {}),
        "seconds": round(perf_counter() - begun, 1),
    }


def check(events: Sequence[Event], request: Request) -> None:
    """Raise ValueError where an event could not be stored, or not be read again, or comes from the future."""
    if not events:
        raise ValueError("lost in silence")
    for event in events:
        if isinstance(event, Ignored):
            continue
        ids = (event.account, event.sender, event.external_id, *event.known_as)
        if not event.external_id or any(len(one) > 512 or not one.isprintable() for one in ids):
            raise ValueError("an id that is none")
        if isinstance(event, Received):
            at = event.sent_at
            sender = Sender(event.sender_name, event.phone, event.language)
            envelope = Envelope(event.content, sender, event.reply_to, event.referral, event.standby)
            written = encode_envelope(envelope)
            same = decode_envelope(written) == envelope
        else:
            at = event.signal.at
            written = encode_signal(event.signal)
            same = decode_signal(written) == event.signal
        if not same or b"\\u0000" in written:
            raise ValueError("cannot be stored as it is")
        if at > request.received_at:
            raise ValueError("from the future")


def beside(chance: random.Random, requests: Sequence[Request], body: bytes, expected: list[Event]) -> bytes | None:
    """Return a delivery whose last entry is a recorded one, after a spoilt one; None where chance gives none.

    A spoilt one that repeats an id of it would not do: the recorded one would rightly pass for a duplicate.
    """
    untouched = json.loads(body)
    ids = [one.external_id.split(":")[0] for one in expected if not isinstance(one, Ignored)]
    for _ in range(TRIES):
        other = json.loads(chance.choice(requests).body)["entry"]
        for _ in range(chance.randint(1, MOST_CHANGES)):
            other = changed(chance, other)
        written = json.dumps(other)
        if isinstance(other, list) and not any(one in written for one in ids):
            return json.dumps({**untouched, "entry": [*other, *untouched["entry"]]}).encode()
    return None


def spoilt(chance: random.Random, body: bytes) -> bytes:
    """Return a body with some changes: of values and keys, of its text, or of its bytes."""
    how = chance.random()
    if how < 0.8:
        found: Any = json.loads(body)
        for _ in range(chance.randint(1, MOST_CHANGES)):
            found = changed(chance, found)
        body = json.dumps(found).encode()
    if 0.7 < how < 0.85:
        body = _key_twice(chance, body)
    elif 0.85 <= how < 0.9:
        body = body[: chance.randrange(len(body))]
    elif 0.9 <= how < 0.98:
        body = _bytes_flipped(chance, body)
    elif how >= 0.98:
        deep = chance.choice((50, 500, 5000))
        body = body.replace(b'"messages": [', b'"messages": [' + b"[" * deep + b"]" * deep + b",", 1)
    return body


def changed(chance: random.Random, found: Any) -> Any:
    """Return a JSON value with one change somewhere in it."""
    where = _places(found) if isinstance(found, dict | list) else []
    if not where:
        return chance.choice(_STRANGE)
    holder, key = chance.choice(where)
    how = chance.randrange(7)
    if how == 0 and isinstance(holder, dict):
        holder[chance.choice(("id", "type", "field", "from", "value", "x", ""))] = holder.pop(key)
    elif how == 1:
        del holder[key]
    elif how == 2 and isinstance(holder, list):
        chance.shuffle(holder)
        holder.append(deepcopy(chance.choice(holder)))
    elif how == 3:
        other, name = chance.choice(where)
        if name in other if isinstance(other, dict) else name < len(other):
            holder[key] = deepcopy(other[name])
    elif how == 4:
        holder[key] = [holder[key]] if chance.random() < 0.5 else {"id": holder[key]}
    elif how == 5 and isinstance(holder[key], str):
        holder[key] = chance.choice((holder[key] + "\u0000", holder[key] * 50, holder[key][:3], "\ud83d" + holder[key]))
    else:
        holder[key] = deepcopy(chance.choice(_STRANGE))
    return found


def _places(found: Any) -> list[tuple[Any, Any]]:
    """Return every (holder, key or index) of a JSON value."""
    places: list[tuple[Any, Any]] = []
    waiting = [found]
    while waiting:
        holder = waiting.pop()
        inside = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        for key, value in inside:
            places.append((holder, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    return places


def _key_twice(chance: random.Random, body: bytes) -> bytes:
    found = list(_KEY.finditer(body))
    if not found:
        return body
    at = chance.choice(found)
    value = json.dumps(chance.choice(_STRANGE)).encode()
    return body[: at.start()] + at[0] + value + b", " + body[at.start() :]


def _bytes_flipped(chance: random.Random, body: bytes) -> bytes:
    flipped = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        flipped[chance.randrange(len(flipped))] = chance.randrange(256)
    return bytes(flipped)
