"""Bot API updates into events: pure, and without a library, so that none can lose or refuse what a customer wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.base import Ignored, Received, Told
from adapters.telegram.contents import content_of, edit_of, language_of, name_of, phone_of, word, written
from adapters.telegram.updates import (
    BusinessConnection,
    BusinessMessagesDeleted,
    CallbackQuery,
    Id,
    Message,
    MessageReaction,
)
from dialogs.messages import Deleted, Edited, Reaction, Tap
from domain.errors import Malformed
from domain.signals import AccountChanged, Echo

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.base import Event, Request
    from adapters.telegram.updates import Chat, User
    from dialogs.messages import Content

_UPDATE_IDS = msgspec.json.Decoder(Id)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class _Update:
    id: str
    kind: str
    raw: msgspec.Raw
    """What it is about, as it came."""
    received_at: datetime

    def at(self, stamp: int) -> datetime:
        """Return a moment of the platform's, which cannot be later than receipt."""
        return min(datetime.fromtimestamp(stamp, UTC), self.received_at)


def parse(request: Request) -> list[Event]:
    """Read the one update of a request. Raises Malformed."""
    try:
        request.body.decode()  # what is skipped below would not be looked at
        fields = _FIELDS.decode(request.body)
        if "update_id" not in fields:
            raise Malformed("an update has an id", "update_id")
        update_id = str(_UPDATE_IDS.decode(fields["update_id"]))
        kind = next((name for name in fields if name in _READERS), "")
        if kind:
            decoder, read = _READERS[kind]
            return read(_Update(update_id, kind, fields[kind], request.received_at), decoder.decode(fields[kind]))
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Malformed(f"not an update of the Bot API: {problem}") from None
    except RecursionError:
        raise Malformed("an update is not nested as deep as this") from None
    other = next((name for name in fields if name != "update_id"), "")
    return [Ignored("channel_post" if other in _POSTS else "not_a_message", word(other))]


def callback_query_id(body: bytes) -> str:
    """Return the id of the tap that an update tells of, "" where it tells of something else or cannot be read."""
    if b'"callback_query"' not in body:
        return ""
    try:
        query = _FIELDS.decode(body).get("callback_query")
        return "" if query is None else _TAPPED.decode(query).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


class _Tapped(msgspec.Struct):
    id: str


_TAPPED = msgspec.json.Decoder(_Tapped)


def _message(update: _Update, message: Message) -> list[Event]:
    left = _left_alone(message.chat, message.sender, update.kind)
    if left or message.sender is None:
        return [left or Ignored("no_sender", update.kind)]
    content = edit_of(message) if update.kind == "edited_message" else content_of(message, update.raw)
    if isinstance(content, Ignored):
        return [content]
    return [_received(update, message, message.sender, str(message.sender.id), content)]


def _business(update: _Update, message: Message) -> list[Event]:
    """Read a message of a chat that a person has through their business account, where this bot may read and answer."""
    if message.business_connection_id is None:
        raise Malformed("a business message names its connection", "business_connection_id")
    if message.bot is not None:
        return [Ignored("own_echo", update.kind)]
    left = _left_alone(message.chat, message.sender, update.kind)
    if left or message.sender is None:
        return [left or Ignored("no_sender", update.kind)]
    content = edit_of(message) if update.kind == "edited_business_message" else content_of(message, update.raw)
    if isinstance(content, Ignored):
        return [content]
    customer = f"{message.business_connection_id}:{message.chat.id}"
    if message.sender.id == message.chat.id:
        return [_received(update, message, message.sender, customer, content)]
    if message.is_from_offline:  # a greeting, an away message, something scheduled: nobody has taken the chat over
        return [Ignored("own_echo", "is_from_offline")]
    text, at = written(message.text or message.caption), update.at(message.edit_date or message.date)
    return [Told("", update.id, Echo(str(message.message_id), text, at, name_of(message.sender)), customer)]


def _received(update: _Update, message: Message, sender: User, address: str, content: Content) -> Received:
    stamp = message.edit_date if isinstance(content, Edited) else None
    return Received(
        account="",
        sender=address,
        external_id=update.id,
        content=content,
        sent_at=update.at(message.date if stamp is None else stamp),
        sender_name=name_of(sender),
        phone=phone_of(content),
        language=language_of(sender),
        reply_to="" if message.reply_to_message is None else str(message.reply_to_message.message_id),
    )


def _tap(update: _Update, query: CallbackQuery) -> list[Event]:
    if query.message is None:  # below something that was sent through inline mode, in a chat that is not told
        return [Ignored("not_a_message", update.kind)]
    left = _left_alone(query.message.chat, query.sender, update.kind)
    if left:
        return [left]
    token = written(query.data or "")
    if not token:  # the button of a game
        return [Ignored("not_a_message", update.kind)]
    address = str(query.sender.id)
    if query.message.business_connection_id is not None:
        if query.sender.id != query.message.chat.id:  # the owner tried the button in their own account
            return [Ignored("own_echo", update.kind)]
        address = f"{query.message.business_connection_id}:{query.message.chat.id}"
    return [
        Received(
            account="",
            sender=address,
            external_id=update.id,
            content=Tap(token),
            sent_at=update.received_at,  # the platform does not say when
            sender_name=name_of(query.sender),
            language=language_of(query.sender),
        )
    ]


def _reaction(update: _Update, told: MessageReaction) -> list[Event]:
    left = _left_alone(told.chat, told.user, update.kind)
    if left or told.user is None:
        return [left or Ignored("no_sender", update.kind)]
    emoji = next((one.emoji for one in told.new_reaction if one.emoji), "")
    if told.new_reaction and not emoji:
        return [Ignored("unsupported", word(told.new_reaction[0].type))]
    return [
        Received(
            account="",
            sender=str(told.user.id),
            external_id=update.id,
            content=Reaction(written(emoji), str(told.message_id)),
            sent_at=update.at(told.date),
            sender_name=name_of(told.user),
            language=language_of(told.user),
        )
    ]


def _connection(update: _Update, told: BusinessConnection) -> list[Event]:
    may_reply = told.rights.can_reply if told.rights is not None else told.can_reply
    facts = {
        "id": told.id,
        "user": str(told.user.id),
        "chat": str(told.user_chat_id),
        "enabled": "true" if told.is_enabled else "false",
        "can_reply": "true" if may_reply else "false",
    }
    return [Told("", update.id, AccountChanged(update.kind, update.at(told.date), facts))]


def _deleted(update: _Update, told: BusinessMessagesDeleted) -> list[Event]:
    left = _left_alone(told.chat, None, update.kind)
    if left or not told.message_ids:
        return [left or Ignored("not_a_message", update.kind)]
    address = f"{told.business_connection_id}:{told.chat.id}"
    ids = dict.fromkeys(told.message_ids)
    twice: list[Event] = [Ignored("duplicate_in_request", update.kind)] * (len(told.message_ids) - len(ids))
    return [
        *(Received("", address, f"{update.id}:{one}", Deleted(str(one)), update.received_at) for one in ids),
        *twice,
    ]


def _left_alone(chat: Chat, sender: User | None, kind: str) -> Ignored | None:
    """Return why what happened in a chat is left alone; None for a person in a private chat."""
    if chat.type in {"group", "supergroup"}:
        return Ignored("group_chat", kind)
    if chat.type == "channel":
        return Ignored("channel_post", kind)
    if chat.type != "private":
        return Ignored("not_a_message", kind)
    return Ignored("own_echo", kind) if sender is not None and sender.is_bot else None


_POSTS = frozenset({"channel_post", "edited_channel_post"})
_READERS: dict[str, tuple[msgspec.json.Decoder[Any], Callable[[_Update, Any], list[Event]]]] = {
    "message": (msgspec.json.Decoder(Message), _message),
    "edited_message": (msgspec.json.Decoder(Message), _message),
    "callback_query": (msgspec.json.Decoder(CallbackQuery), _tap),
    "message_reaction": (msgspec.json.Decoder(MessageReaction), _reaction),
    "business_connection": (msgspec.json.Decoder(BusinessConnection), _connection),
    "business_message": (msgspec.json.Decoder(Message), _business),
    "edited_business_message": (msgspec.json.Decoder(Message), _business),
    "deleted_business_messages": (msgspec.json.Decoder(BusinessMessagesDeleted), _deleted),
}
READ = tuple(_READERS)
"""The kinds of updates that are read: what the platform is asked to deliver."""
