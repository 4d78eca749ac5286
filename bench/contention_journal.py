"""A rival's journal: what the product said of every write, to be compared with what is in the tables."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.bookings import AmendBooking, CancelBooking, MakeBooking, MoveBooking, Reseat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from domain.bookings import Effect


@dataclass
class Journal:
    """Who was told what; of one worker, or of all."""

    attempts: int = 0
    done: Counter[str] = field(default_factory=Counter)
    """By kind."""
    refused: Counter[str] = field(default_factory=Counter)
    """By `kind: error`."""
    errors: Counter[str] = field(default_factory=Counter)
    """By class: what nobody should ever see."""
    reseating: Counter[str] = field(default_factory=Counter)
    """Writes for which other parties changed tables in the same transaction: `done` and `refused`."""
    broken_promises: int = 0
    """Holds that were not over, and could not be confirmed."""
    ms: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    """Ids of events that were said to be written."""
    refused_events: list[str] = field(default_factory=list)
    """Ids of events that were said not to be written."""
    made: dict[str, str] = field(default_factory=dict)
    """Of bookings that were said to be made: the event's id and the booking's."""

    def note(self, effects: Sequence[Effect], *, written: bool) -> None:
        """Write down what was said of effects."""
        if len(effects) > 1 and any(isinstance(one, Reseat) for one in effects):
            self.reseating["done" if written else "refused"] += 1
        for effect in effects:
            match effect:
                case MakeBooking():
                    if written:
                        self.made[effect.event.id] = effect.booking.id
                    else:
                        self.refused_events.append(effect.event.id)
                case MoveBooking() | CancelBooking() | AmendBooking():
                    (self.acknowledged if written else self.refused_events).append(effect.event.id)
                case Reseat():
                    (self.acknowledged if written else self.refused_events).extend(one.id for one in effect.events)
                case _:
                    pass

    def save(self, path: Path) -> None:
        """Leave it for whoever started the worker."""
        path.write_text(json.dumps(vars(self)))

    @classmethod
    def load(cls, path: Path) -> Journal:
        """Read what a worker left."""
        read: dict[str, Any] = json.loads(path.read_text())
        for name in ("done", "refused", "reseating", "errors"):
            read[name] = Counter(read[name])
        return cls(**read)

    def add(self, other: Journal) -> None:
        """Take another's notes in."""
        self.attempts += other.attempts
        self.broken_promises += other.broken_promises
        for name in ("done", "refused", "reseating", "errors", "made"):
            getattr(self, name).update(getattr(other, name))
        for name in ("ms", "acknowledged", "refused_events"):
            getattr(self, name).extend(getattr(other, name))
