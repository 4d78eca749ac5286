"""Words of ours into the fields of Bot API methods: pure, checked against the platform's limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from adapters.base import SendRefused
from dialogs.fit import size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Message, Typing

TEXT_UNITS = 4096
"""UTF-16 code units of a text (core.telegram.org/bots/api#sendmessage)."""
BUTTONS = 100
"""How many buttons one keyboard has at most."""
TOKEN_BYTES = 64
"""Of `callback_data` (core.telegram.org/bots/api#inlinekeyboardbutton)."""
SHORT, MEDIUM = 8, 18
"""Columns up to which labels stand four ("10:15 AM") and two in a row: a narrow phone shows them whole."""
_PEER = re.compile(r"(?:(?P<connection>[^:\s]{1,256}):)?(?P<chat>-?[0-9]{1,16})")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_USERNAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom something is sent to."""

    chat: int
    connection: str | None = None
    """The business connection through which the chat is reached; None is the bot's own chat."""

    def fields(self) -> dict[str, Any]:
        """Return the fields that name it."""
        if self.connection is None:
            return {"chat_id": self.chat}
        return {"chat_id": self.chat, "business_connection_id": self.connection}


def peer(to: str) -> Peer:
    """Return whom an identity's external id names: a chat, or a business connection and a chat. Raises SendRefused."""
    found = _PEER.fullmatch(to)
    if found is None:
        raise SendRefused("the recipient is not a Telegram chat")
    return Peer(int(found["chat"]), found["connection"])


def message_fields(message: Message) -> dict[str, Any]:
    """Return the fields of sendMessage that say a message: plain text without previews, choices as an inline keyboard.

    Raises SendRefused for what the platform would not take.
    """
    content = message.content
    text = _whole(content.text)
    if not text.strip():
        raise SendRefused("there are no words in it")
    if size(text, "utf16") > TEXT_UNITS:
        raise SendRefused(f"longer than {TEXT_UNITS} UTF-16 units")
    fields: dict[str, Any] = {
        **peer(message.to).fields(),
        "text": text,
        "link_preview_options": {"is_disabled": True},
    }
    if choices := (*content.buttons, *content.rows):
        fields["reply_markup"] = {"inline_keyboard": keyboard(choices)}
    return fields


def typing_fields(typing: Typing) -> dict[str, Any]:
    """Return the fields of sendChatAction that show that an answer is being written. Raises SendRefused."""
    return {**peer(typing.to).fields(), "action": "typing"}


def keyboard(choices: Sequence[tuple[str, str]]) -> list[list[dict[str, str]]]:
    """Return (token, label) choices as rows of an inline keyboard, in their order.

    Short labels stand up to four in a row, medium ones two, long ones alone; a row is as wide as its longest label
    allows. Raises SendRefused for what the platform would not take.
    """
    if len(choices) > BUTTONS:
        raise SendRefused(f"more than {BUTTONS} choices")
    rows: list[list[dict[str, str]]] = []
    room = 0
    for token, label in choices:
        button, most = _button(token, label), _most(label)
        if rows and len(rows[-1]) < min(room, most):
            rows[-1].append(button)
            room = min(room, most)
        else:
            rows.append([button])
            room = most
    return rows


def deep_link(username: str, payload: str) -> str:
    """Return the link that opens a chat with a bot and has it hear `/start payload` (core.telegram.org/bots/features).

    Raises ValueError for what is no @name, and for a payload that is not 1 to 64 of A-Z, a-z, 0-9, _ and -.
    """
    name = _USERNAME.fullmatch(username)
    if name is None:
        raise ValueError("not the @name of a bot")
    if not _PAYLOAD.fullmatch(payload):
        raise ValueError("a link carries 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return f"https://t.me/{name[1]}?start={payload}"


def _button(token: str, label: str) -> dict[str, str]:
    label = _whole(label)
    if not 1 <= len(token.encode("utf-8", "replace")) <= TOKEN_BYTES:
        raise SendRefused(f"a choice's token has 1 to {TOKEN_BYTES} bytes")
    if not label.strip():
        raise SendRefused("a choice without a label")
    return {"text": label, "callback_data": _whole(token)}


def _most(label: str) -> int:
    """Return how many buttons a row with this label may have at most."""
    columns = sum(2 if east_asian_width(char) in "WF" else 1 for char in label)
    if columns <= SHORT:
        return 4
    return 2 if columns <= MEDIUM else 1


def _whole(text: str) -> str:
    """Return a text in which every surrogate has its other half: half of one cannot be sent."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
