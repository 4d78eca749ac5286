"""What a conversation remembers: small whatever is said, the same after a round trip, and readable by every version."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.messages import Offer, Option
from dialogs.offers import complete
from dialogs.stages import Stage
from dialogs.state import MOST_BYTES, SCHEMA, SLOT_NAMES, Frame, Slots, State, dump, load
from dialogs.understanding.commands import (
    ANYONE,
    Add,
    Affirm,
    Ask,
    AskHuman,
    Bye,
    Cancel,
    Choose,
    Clarify,
    Complain,
    Correct,
    Day,
    Deny,
    Greet,
    Invalid,
    Move,
    OptIn,
    Remove,
    Repeat,
    Restart,
    Seek,
    Set,
    Shift,
    Skip,
    Start,
    Thank,
    TimeOfDay,
    Wait,
)
from domain.ids import derived_id
from tests.dialogs.many import offering
from tests.dialogs.situations import SITUATIONS
from tests.dialogs.talk import BISTRO, FRIDAY, SALON, Talk

STATES = sorted((Path(__file__).parent.parent / "states").glob("v*/*.json"))
TURNS = 500

days = st.integers(-2, 500).map(lambda ahead: FRIDAY.date() + timedelta(days=ahead))
spans = st.tuples(days, st.integers(0, 30)).map(lambda one: Day(one[0], one[0] + timedelta(days=one[1])))
times = st.tuples(st.integers(0, 1500), st.integers(0, 300), st.booleans()).map(
    lambda one: TimeOfDay(one[0], one[0] + one[1], halves=one[2])
)
texts = st.text(min_size=1, max_size=600)
services = st.sampled_from([one.id for one in (*SALON.services, *BISTRO.services)])
people = st.sampled_from([*(one.id for one in SALON.staff), ANYONE, "nobody"])
values: dict[str, st.SearchStrategy[Any]] = {
    "service": services,
    "staff": people,
    "date": spans,
    "time": times,
    "party_size": st.integers(-1, 30),
    "name": texts,
    "phone": texts,
    "email": texts,
    "notes": texts,
}
filled = st.sampled_from(sorted(values)).flatmap(
    lambda slot: st.sampled_from([Set, Correct, Add, Remove]).flatmap(
        lambda kind: values[slot].map(lambda value: kind(slot, value))
    )
)
ways = st.sampled_from(["earlier", "later", "earliest", "other_day", "other_staff", "more"])
topics = st.sampled_from(["hours", "address", "prices", "services", "staff", "phone", "mine", "bot", "help", "unknown"])
commands = st.one_of(
    filled,
    filled,
    st.sampled_from(
        [Affirm(), Affirm(), Deny(), Cancel(), Cancel(booking=True), Move(), Start(), Skip(), Repeat(), Restart()]
    ),
    st.sampled_from([Greet(), Thank(), Bye(), Wait(), OptIn(), AskHuman(), Complain()]),
    st.integers(0, 8).map(Choose),
    ways.map(Seek),
    topics.map(Ask),
    st.tuples(st.sampled_from(["date", "time"]), st.integers(-90, 90)).map(lambda one: Shift(*one)),
    st.lists(services, min_size=2, max_size=6).map(lambda found: Clarify("service", tuple(found))),
    st.tuples(st.sampled_from(SLOT_NAMES), texts).map(lambda one: Invalid(*one)),
)
messages = st.lists(commands, min_size=1, max_size=3).map(tuple)


@pytest.mark.parametrize("directory", [SALON, BISTRO], ids=lambda one: one.business.slug)
@settings(max_examples=12, deadline=None)
@given(heard=st.lists(messages, min_size=40, max_size=40), seed=st.randoms(use_true_random=False))
def test_state_stays_small_whatever_is_said(directory: Any, heard: list[Any], seed: Any) -> None:
    async def story() -> None:
        talk = Talk(directory)
        for turn in range(TURNS):
            await talk.mean(*seed.choice(heard))
            assert talk.raw is not None
            assert len(talk.raw) <= MOST_BYTES
            assert dump(load(talk.raw)) == talk.raw
            if turn % 50 == 0:
                talk.wait(timedelta(hours=5))

    asyncio.run(story())


def test_state_stays_small_when_everything_is_as_long_as_it_may_be() -> None:
    slots = Slots(
        service=["s" * 32] * 6,
        staff="a" * 32,
        name="é" * 60,
        phone="1" * 24,
        email="e" * 160,
        notes="ñ" * 200,
        date=Day(date(2026, 11, 20), date(2026, 11, 27)),
        time=TimeOfDay(0, 1439),
    )
    options = [Option(f"service:{at:032}", "An option " * 8, words=("another name",) * 4) for at in range(10)]
    state = State(slots=slots, frame=Frame("book", slots, "b" * 32), offer=Offer("o" * 10, "services", options))
    raw = dump(state)
    assert len(raw) <= MOST_BYTES
    kept = load(raw)
    assert kept.slots == slots
    assert kept.offer is not None
    assert [one.value for one in kept.offer.options] == [one.value for one in options]


def fifty(kind: str, label: str = "", day: str = "", words: tuple[str, ...] = ()) -> Offer:
    """Return an offer of fifty options that have nothing in common but their kind."""
    options = []
    for at in range(50):
        name = derived_id("option", str(at))
        value = f"at:{day}|{540 + at * 5}|{name}" if day else f"{kind}:{name}"
        minute = 540 + at * 5 if day else -1
        options.append(Option(value, f"{label} {at}".strip() if label else "", day, minute, words))
    return Offer("o" * 10, kind, options)


LONGEST = "Ламинирование ресниц с окрашиванием и питательной сывороткой"
OFFERS = {
    "services": fifty("service", "Haircut, wash and blow-dry", words=("cut", "trim", "a good cut")),
    "services with the longest names": fifty("service", LONGEST, words=(LONGEST[:24],) * 4),
    "openings": fifty("openings", "Sat 21 Nov 15:30 · Anna", "2026-11-21", ("Anna",)),
    "staff": fifty("staff", "Maria da Conceição Vasconcelos"),
}


@pytest.mark.parametrize("name", OFFERS)
def test_fifty_options_are_remembered_in_four_kilobytes(name: str) -> None:
    slots = Slots(service=["s" * 32], name="Zoe Hart", phone="+351912345678", notes="n" * 200)
    state = State(stage="collecting", form="book", slots=slots, offer=OFFERS[name], language="en", greeted=True)
    raw = dump(state)
    assert len(raw) <= MOST_BYTES
    kept = load(raw)
    assert dump(kept) == raw
    assert kept.offer is not None
    assert (kept.offer.id, kept.offer.kind, kept.packed) == (OFFERS[name].id, OFFERS[name].kind, "")
    assert [one.value for one in kept.offer.options] == [one.value for one in OFFERS[name].options]
    assert kept.slots == slots


def test_names_that_there_was_no_room_for_are_found_again() -> None:
    directory = offering(50)
    services = [
        Option(f"service:{one.id}", one.name, words=("a" * 24, "b" * 24, "c" * 24, derived_id(one.name)))
        for one in directory.services
    ]
    full = Slots(service=["s" * 32] * 6, name="é" * 60, phone="1" * 24, email="e" * 160, notes="ñ" * 200)
    state = State(slots=full, frame=Frame("book", full, "b" * 32), offer=Offer("o", "service", services))
    raw = dump(state)
    assert len(raw) <= MOST_BYTES
    offer = load(raw).offer
    assert offer is not None
    assert not any(one.words for one in offer.options)
    complete(offer, directory)
    assert [one.label for one in offer.options] == [one.name for one in directory.services]


def test_without_packing_fifty_options_would_not_fit() -> None:
    state = State(offer=OFFERS["openings"])
    bare = [replace(one, label="", words=()) for one in OFFERS["openings"].options]
    assert len(msgspec.json.encode(replace(state, offer=Offer("o", "openings", bare)))) > MOST_BYTES


@pytest.mark.parametrize("packed", ["no base 64!", "AAAA", "eJxLTEoGAAJNASc=", "é"])
def test_a_packed_offer_that_is_none_is_no_state(packed: str) -> None:
    with pytest.raises(ValueError, match="not a conversation's state"):
        load(dump(State()).replace(b'"packed":""', f'"packed":"{packed}"'.encode()))


def test_a_new_conversation_has_the_present_schema() -> None:
    assert load(None) == State()
    assert load(dump(State())).v == SCHEMA


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"12",
        b"[]",
        b"{",
        b"{}",
        b"\xff\xfe",
        b'{"v":0}',
        b'{"v":99,"stage":"greeting"}',
        b'{"v":[1]}',
        b'{"v":1,"slots":7}',
        b'{"v":1,"stage":',
    ],
)
def test_what_is_no_state_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not a conversation's state"):
        load(raw)


def test_there_are_states_of_every_schema() -> None:
    assert {int(path.parent.name[1:]) for path in STATES} == set(range(1, SCHEMA + 1))


def test_every_situation_has_its_state() -> None:
    assert {path.stem for path in STATES if path.parent.name == f"v{SCHEMA}"} == set(SITUATIONS)


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_state_that_was_written_once_loads_and_goes_on(path: Path) -> None:
    raw = path.read_bytes().strip()

    async def story() -> None:
        directory = BISTRO if path.stem.startswith("bistro") else SALON
        for words in ("hello", "what do I have booked?", "yes", "3pm"):
            talk = Talk(directory, raw, FRIDAY + timedelta(minutes=5))
            turn = await talk.say(words)
            assert turn.says, words
            assert talk.state.greeted
            assert talk.state.stage in set(Stage)

    asyncio.run(story())
