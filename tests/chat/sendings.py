"""Stage directions for what people send besides words: files, cards, places, orders, entries of a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.messages import (
    Contact,
    Deleted,
    Edited,
    Location,
    Media,
    Order,
    OrderLine,
    Reaction,
    Shortcut,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dialogs.messages import Content, MediaKind
    from tests.chat.player import Player

_FILES: dict[str, MediaKind] = {
    "picture": "image",
    "video": "video",
    "voice note": "voice",
    "file": "document",
    "sticker": "sticker",
}
_SECONDS = {"voice note": 7, "video": 12}
OWN_NUMBER = "351912345678"
"""As platforms write the number of whoever shares it."""


async def _sends(player: Player, who: str, what: str, caption: str | None) -> None:
    if what == "location":
        await player.hand_in(who, [Location(38.7103, -9.1432, "Largo do Chiado")])
        return
    kind = _FILES.get(what)
    sent: Content = Unsupported(what)
    if kind is not None:
        sent = Media(kind, f"ref-{what}", caption or "", seconds=_SECONDS.get(what, 0))
    await player.hand_in(who, [sent])


async def _shares_own(player: Player, who: str) -> None:
    await player.hand_in(who, [Contact(who, (OWN_NUMBER,), own=True)])


async def _shares(player: Player, who: str, whose: str) -> None:
    await player.hand_in(who, [Contact(whose, ("+351 961 234 567",))])


async def _edits(player: Player, who: str, text: str) -> None:
    await player.hand_in(who, [Edited(text, "what was written before")])


async def _deletes(player: Player, who: str) -> None:
    await player.hand_in(who, [Deleted("what was written before")])


async def _reacts(player: Player, who: str, emoji: str) -> None:
    await player.hand_in(who, [Reaction(emoji, "what was said last")])


async def _orders(player: Player, who: str, quantity: str, product: str) -> None:
    await player.hand_in(who, [Order((OrderLine(product, int(quantity), "9.50", "EUR"),))])


async def _menu(player: Player, who: str, name: str, argument: str | None) -> None:
    await player.hand_in(who, [Shortcut(name, argument or "")])  # type: ignore[arg-type]


SENDINGS: list[tuple[str, Callable[..., Awaitable[None]]]] = [
    (r"(\w+) sends an? (voice note|\w+)(?:: (.+))?", _sends),
    (r"(\w+) shares (?:her|his) contact", _shares_own),
    (r"(\w+) shares the contact of (\w+)", _shares),
    (r"(\w+) edits (?:her|his) message: (.+)", _edits),
    (r"(\w+) deletes (?:her|his) message", _deletes),
    (r"(\w+) reacts with (\S+)", _reacts),
    (r"(\w+) orders (\d+) × (.+)", _orders),
    (r"(\w+) chooses /(start|help|book|bookings|change|cancel|person|stop)(?:: (\S+))?", _menu),
]
