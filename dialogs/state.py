"""What a conversation remembers between turns: small, typed, versioned; never the history."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Any

import msgspec

from dialogs.messages import Offer, Option
from dialogs.understanding.commands import Day, TimeOfDay  # noqa: TC001 - msgspec reads the annotations
from domain.availability import Opening
from domain.occupancy import Busy, Count  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

SCHEMA = 1
MOST_BYTES = 4096
MOST_PASSED = 50
"""So many starts that somebody who waits let pass are remembered."""


@dataclass(slots=True)
class Slots:
    """What a dialogue has learnt. Empty values are unknown."""

    service: list[str] = field(default_factory=list)
    """Ids, in the order they follow one another."""
    staff: str = ""
    """An id, or ANYONE."""
    avoided: str = ""
    """The id of a member of staff who is not wanted: "not Anna", "somebody else"."""
    place: str = ""
    date: Day | None = None
    time: TimeOfDay | None = None
    party_size: int | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    notes: str = ""
    features: list[str] = field(default_factory=list)
    """What is wished of the table: `window`, `quiet`, `accessible`, `outdoor`."""

    def known(self) -> dict[str, object]:
        """Return the slots that have a value."""
        return {slot: value for slot in SLOT_NAMES if (value := getattr(self, slot))}


SLOT_NAMES = ("service", "staff", "place", "date", "time", "party_size", "name", "phone", "email", "notes")


@dataclass(slots=True)
class Kept:
    """The time that is kept while the customer confirms."""

    hold_id: str
    expires_at: datetime
    starts_at: datetime
    ends_at: datetime
    blocks_from: datetime
    blocks_until: datetime
    place_id: str
    resource_ids: list[str]
    service_ids: list[str]
    staff_id: str | None = None
    party_size: int | None = None
    parts: list[Busy] = field(default_factory=list)
    session: str = ""
    counts: list[Count] = field(default_factory=list)
    features: list[str] = field(default_factory=list)

    @property
    def opening(self) -> Opening:
        """The opening that is kept."""
        return Opening(
            place_id=self.place_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            resource_ids=tuple(self.resource_ids),
            blocks_from=self.blocks_from,
            blocks_until=self.blocks_until,
            staff_id=self.staff_id,
            parts=tuple(self.parts),
            session=self.session,
            counts=tuple(self.counts),
        )


@dataclass(slots=True)
class Frame:
    """A form that was interrupted, or a draft that was left: to be gone on with."""

    form: str
    slots: Slots
    target: str = ""


@dataclass(slots=True)
class State:
    """The state of one conversation."""

    v: int = SCHEMA
    stage: str = "greeting"
    form: str = ""
    """`book`, `move`, `cancel`, `wait` (joining the waitlist), or "" when nothing is under way."""
    slots: Slots = field(default_factory=Slots)
    asked: str = ""
    """The slot asked for, `confirm`, `change`, `booking`, `waitlist`, or ""."""
    offer: Offer | None = None
    kept: Kept | None = None
    frame: Frame | None = None
    target: str = ""
    """The booking that is moved or cancelled; the entry of the waitlist of which it is asked whether it stays."""
    booking: str = ""
    """The booking last made in this conversation."""
    language: str = ""
    greeted: bool = False
    failed: int = 0
    """Turns in a row that were not understood."""
    contact_asked: bool = False
    waiting: str = ""
    """The entry of the waitlist whose offer is what is kept."""
    nudged: bool = False
    topic: str = ""
    """What was asked about in the last message, as `Ask` names it."""
    hinted: str = ""
    """What the app of the customer speaks: said until their words tell a language."""
    packed: str = ""
    """Between turns the offer, where it would take too much room as it is: see `dump`."""


@dataclass(slots=True)
class Offered:
    """What an entry of a waitlist is offered, and what it was offered before."""

    kept: Kept | None = None
    passed: list[datetime] = field(default_factory=list)
    """Starts that were offered before and not taken: while they stay free nobody is asked twice about them."""


_encoder = msgspec.json.Encoder()
_offers = msgspec.json.Decoder(Offered)
_decoder = msgspec.json.Decoder(State)
_packed = msgspec.json.Decoder(tuple[str, str, list[tuple[str, str, str, int, tuple[str, ...]]]])
_CURRENT = b'{"v":%d,' % SCHEMA

MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From a schema version to the next: a function of the decoded JSON."""


def dump(state: State) -> bytes:
    """Return a state as JSON, in MOST_BYTES at most.

    Fifty choices do not fit as they are. They are packed then; where even that is too much, their other names go
    first, then the labels that `offers.complete` finds again, then the draft.
    """
    raw = _encoder.encode(state)
    if len(raw) > MOST_BYTES:
        for smaller in _smaller(state):
            raw = _encoder.encode(smaller)
            if len(raw) <= MOST_BYTES:
                break
    return raw


def _smaller(state: State) -> Iterator[State]:
    """Yield a state with less and less in it; each also packed, so that the same state is always dumped the same."""
    offer = state.offer
    if offer is None:
        yield replace(state, frame=None)
        return
    yield _pack(state, offer)
    unnamed = [replace(one, words=()) if _is_called(one) else one for one in offer.options]
    bare = [replace(one, label="", words=()) if _is_called(one) or one.day else one for one in offer.options]
    for options, frame in ((unnamed, state.frame), (bare, state.frame), (bare, None)):
        less = replace(state, offer=Offer(offer.id, offer.kind, options), frame=frame)
        yield less
        yield _pack(less, Offer(offer.id, offer.kind, options))


CALLED = ("service", "staff", "place")
"""Kinds of options that are called as the directory calls them."""


def _is_called(option: Option) -> bool:
    return option.value.partition(":")[0] in CALLED


def _pack(state: State, offer: Offer) -> State:
    rows = [(one.value, one.label, one.day, one.minute, one.words) for one in offer.options]
    packed = zlib.compress(_encoder.encode((offer.id, offer.kind, rows)))
    return replace(state, offer=None, packed=base64.b64encode(packed).decode())


def _unpacked(state: State) -> State:
    if not state.packed:
        return state
    try:
        raw = zlib.decompress(base64.b64decode(state.packed))
    except (ValueError, zlib.error) as error:
        raise ValueError(f"not a conversation's state: {error}") from error
    name, kind, rows = _packed.decode(raw)
    state.packed, state.offer = "", Offer(name, kind, [Option(*row) for row in rows])
    return state


def load(raw: bytes | None) -> State:
    """Return the state that was dumped, brought to the present schema; a new one for None.

    Raises ValueError for what is no state, or one of a schema that is not known here.
    """
    if raw is None:
        return State()
    try:
        if raw.startswith(_CURRENT):
            return _unpacked(_decoder.decode(raw))
        old = msgspec.json.decode(raw)
        while old.get("v") in MIGRATIONS:
            old = MIGRATIONS[old["v"]](old)
        if old.get("v") != SCHEMA:
            raise ValueError(f"not a conversation's state: schema {old.get('v')}")
        return _unpacked(msgspec.convert(old, State))
    except (msgspec.MsgspecError, AttributeError, TypeError) as error:
        raise ValueError(f"not a conversation's state: {error}") from error


def keep(
    hold_id: str,
    expires_at: datetime,
    opening: Opening,
    services: list[str],
    party_size: int | None,
    features: Sequence[str] = (),
) -> Kept:
    """Return a hold as the state remembers it."""
    return Kept(
        hold_id=hold_id,
        expires_at=expires_at,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        blocks_from=opening.blocks_from,
        blocks_until=opening.blocks_until,
        place_id=opening.place_id,
        resource_ids=list(opening.resource_ids),
        service_ids=list(services),
        staff_id=opening.staff_id,
        party_size=party_size,
        parts=list(opening.parts),
        session=opening.session,
        counts=list(opening.counts),
        features=list(features),
    )


def offer_of(opening: Opening, services: Sequence[str], party_size: int | None, before: str) -> str:
    """Return the JSON of an offer to somebody who waits, whose last one was `before`."""
    passed = passed_in(before)
    kept = keep("", opening.starts_at, opening, list(services), party_size)
    return _encoder.encode(Offered(kept, passed[-MOST_PASSED:])).decode()


def offered(offer: str) -> Opening:
    """Return the opening that such an offer is of. Raises ValueError for what is none."""
    kept = _offers.decode(offer).kept
    if kept is None:
        raise ValueError("nothing is offered")
    return kept.opening


def passed_in(offer: str) -> list[datetime]:
    """Return the starts that were offered up to and with this offer; none for ""."""
    if not offer:
        return []
    last = _offers.decode(offer)
    return [*last.passed, last.kept.starts_at] if last.kept else last.passed


def forget(offer: str, starts: Collection[datetime]) -> str:
    """Return an offer that is over without these starts, which somebody else took meanwhile."""
    return _encoder.encode(Offered(None, [one for one in passed_in(offer) if one not in starts])).decode()
