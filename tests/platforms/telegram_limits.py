"""The Bot API's limits, stated once more and strictly: what a fake Bot API takes and what it refuses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

UPDATE_KINDS = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
        "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
        "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
        "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
    }
)  # fmt: skip
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
FIELDS: dict[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": frozenset(
        {
            "url", "certificate", "ip_address", "max_connections", "allowed_updates", "drop_pending_updates",
            "secret_token",
        }
    ),
    "deleteWebhook": frozenset({"drop_pending_updates"}),
    "getWebhookInfo": frozenset(),
    "sendMessage": frozenset(
        {
            "business_connection_id", "chat_id", "message_thread_id", "text", "parse_mode", "entities",
            "link_preview_options", "disable_notification", "protect_content", "reply_parameters", "reply_markup",
        }
    ),
    "sendChatAction": frozenset({"business_connection_id", "chat_id", "message_thread_id", "action"}),
    "answerCallbackQuery": frozenset({"callback_query_id", "text", "show_alert", "url", "cache_time"}),
    "editMessageText": frozenset(
        {
            "business_connection_id", "chat_id", "message_id", "inline_message_id", "text", "parse_mode", "entities",
            "link_preview_options", "reply_markup",
        }
    ),
    "editMessageReplyMarkup": frozenset(
        {"business_connection_id", "chat_id", "message_id", "inline_message_id", "reply_markup"}
    ),
    "deleteMessage": frozenset({"chat_id", "message_id"}),
    "setMyCommands": frozenset({"commands", "scope", "language_code"}),
    "getMyCommands": frozenset({"scope", "language_code"}),
    "getFile": frozenset({"file_id"}),
    "getChat": frozenset({"chat_id"}),
}  # fmt: skip
"""The methods that there are, and what each may be given."""


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, retry_after: int | None = None, *, ours: bool = False) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.ours = ours
        """Whether the caller broke a limit, which it could have known."""


def broken(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}", ours=True)


@dataclass(frozen=True)
class Fields:
    """What a method was given; over HTTP forms everything comes as text."""

    given: dict[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given.get(name, default)
        if value is None:
            raise broken(f"{name} is missing")
        if not isinstance(value, str):
            raise broken(f"{name} must be a string")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        value = self.given.get(name, default)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise broken(f"{name} must be an integer")
        return value

    def flag(self, name: str) -> bool:
        value = self.given.get(name, False)
        if value in {"true", "false"}:
            return bool(value == "true")
        if not isinstance(value, bool):
            raise broken(f"{name} must be a boolean")
        return value

    def structure(self, name: str, kind: type, default: Any = None) -> Any:
        value = self.given.get(name, default)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise broken(f"{name} is not JSON") from None
        if value is not default and not isinstance(value, kind):
            raise broken(f"{name} must be a JSON {kind.__name__}")
        return value


def units(text: str) -> int:
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def check_text(text: str) -> str:
    """Return a text as it is shown: without white space around it."""
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise broken("strings must be encoded in UTF-8")
    shown = text.strip()
    if not shown:
        raise broken("message text is empty")
    if units(text) > 4096:
        raise broken("message is too long")
    return shown


def check_keyboard(markup: Any) -> list[list[tuple[str, str]]]:
    """Return the rows of (label, callback data) of an inline keyboard."""
    if markup is None:
        return []
    if set(markup) != {"inline_keyboard"} or not isinstance(markup["inline_keyboard"], list):
        raise broken("can't parse reply keyboard markup JSON object")
    rows = markup["inline_keyboard"]
    shown = []
    for row in rows:
        if not isinstance(row, list) or not row:
            raise broken("a row of a keyboard must be an array that is not empty")
        if len(row) > 8:
            raise broken("a row has more than 8 buttons")
        shown.append([_button(button) for button in row])
    if sum(map(len, shown)) > 100:
        raise broken("reply markup is too long")
    return shown


def _button(button: Any) -> tuple[str, str]:
    if not isinstance(button, dict) or set(button) != {"text", "callback_data"}:
        raise broken("inline keyboard button must have a text and callback_data here")
    label, data = button["text"], button["callback_data"]
    if not isinstance(label, str) or not label.strip():
        raise broken("inline keyboard button text is empty")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise broken("BUTTON_DATA_INVALID")
    return label, data


def check_commands(commands: Any) -> list[dict[str, str]]:
    if not isinstance(commands, list) or len(commands) > 100:
        raise broken("there may be at most 100 commands")
    for one in commands:
        if not isinstance(one, dict) or set(one) != {"command", "description"}:
            raise broken("a command has a name and a description")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
            raise broken("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise broken("BOT_COMMAND_DESCRIPTION_INVALID")
    names = [one["command"] for one in commands]
    if len(set(names)) != len(names):
        raise broken("BOT_COMMAND_DUPLICATE")
    return commands


def check_language(code: str) -> str:
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise broken("LANGUAGE_CODE_INVALID")
    return code


def check_webhook(url: str, secret: str, connections: int, kinds: list[str] | None) -> None:
    """Check what a webhook is set with; a Bot API server of one's own, as this one is, also delivers to http."""
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise broken("bad webhook: an HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise broken("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise broken("max_connections must be 1 to 100")
    for kind in kinds or ():
        if kind not in UPDATE_KINDS:
            raise broken(f"there are no updates of kind {kind}")
