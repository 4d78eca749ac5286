"""The methods of a fake Bot API: what each checks, does and answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.platforms import telegram_limits as limits
from tests.platforms.telegram_limits import FIELDS, Fields, Refusal, broken
from tests.platforms.telegram_world import Hook, Shown, keyboard_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platforms.telegram_world import Connection, Json, Robot, World

FILE_LIMIT = 20 * 1000 * 1000


class Methods:
    """Answers calls on a world. What breaks a limit that the caller could have known is a violation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.violations: list[str] = []
        self.typing: list[int] = []
        """Chats in which a bot was shown to be typing."""

    def call(self, robot: Robot, method: str, given: dict[str, Any]) -> Any:
        """Return what a method answers. Raises Refusal."""
        try:
            if method not in FIELDS:
                raise Refusal(404, "Not Found: method not found", ours=True)
            if strange := set(given) - FIELDS[method]:
                raise broken(f"no such parameters: {', '.join(sorted(strange))}")
            name = re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", method)
            act: Callable[[Robot, Fields], Any] = getattr(self, f"_{name}")
            return act(robot, Fields(given))
        except Refusal as refusal:
            if refusal.ours:
                self.violations.append(f"{method}: {refusal.description}")
            raise

    def _get_me(self, robot: Robot, fields: Fields) -> Json:
        return robot.user | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": True,
            "has_main_web_app": False,
        }

    def _set_webhook(self, robot: Robot, fields: Fields) -> bool:
        url, secret = fields.text("url"), fields.text("secret_token", "")
        kinds, connections = fields.structure("allowed_updates", list), fields.integer("max_connections", 40)
        if not url:
            return self._delete_webhook(robot, fields)
        limits.check_webhook(url, secret, connections, kinds)
        if fields.flag("drop_pending_updates"):
            robot.waiting.clear()
        if kinds is None and robot.hook is not None:
            kinds = robot.hook.kinds
        robot.hook = Hook(url, secret, kinds or None, connections)
        return True

    def _delete_webhook(self, robot: Robot, fields: Fields) -> bool:
        if fields.flag("drop_pending_updates"):
            robot.waiting.clear()
        robot.hook = None
        return True

    def _get_webhook_info(self, robot: Robot, fields: Fields) -> Json:
        hook = robot.hook
        told: Json = {
            "url": hook.url if hook is not None else "",
            "has_custom_certificate": False,
            "pending_update_count": len(robot.waiting),
        }
        if robot.last_error is not None:
            told["last_error_date"], told["last_error_message"] = robot.last_error
        if hook is not None:
            told |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
            if hook.kinds is not None:
                told["allowed_updates"] = hook.kinds
        return told

    def _get_updates(self, robot: Robot, fields: Fields) -> list[Json]:
        if robot.hook is not None:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )
        offset = fields.integer("offset", 0)
        robot.waiting[:] = [one for one in robot.waiting if one["update_id"] >= offset]
        return robot.waiting[: fields.integer("limit", 100)]

    def _send_message(self, robot: Robot, fields: Fields) -> Json:
        text = limits.check_text(fields.text("text"))
        rows = limits.check_keyboard(fields.structure("reply_markup", dict))
        previews = fields.structure("link_preview_options", dict, {})
        if set(previews) - {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}:
            raise broken("can't parse link preview options JSON object")
        chat = fields.integer("chat_id")
        connection = self._reach(robot, chat, fields)
        world, person = self.world, self.world.people[chat]
        more: Json = {"text": text, "reply_markup": keyboard_json(rows)}
        sender = robot.user
        if connection is not None:
            sender = connection.owner.user
            more |= {"business_connection_id": connection.id, "sender_business_bot": robot.user}
        if previews.get("is_disabled"):
            more["link_preview_options"] = {"is_disabled": True}
        message = world.message(person.chat, sender, **more)
        at = world.clock.now()
        behalf = connection.id if connection is not None else ""
        world.shown.append(Shown(robot, chat, message["message_id"], text, rows, at, behalf))
        return message

    def _send_chat_action(self, robot: Robot, fields: Fields) -> bool:
        if fields.text("action") not in limits.ACTIONS:
            raise broken("wrong parameter action in request")
        chat = fields.integer("chat_id")
        self._reach(robot, chat, fields)
        self.typing.append(chat)
        return True

    def _answer_callback_query(self, robot: Robot, fields: Fields) -> bool:
        if len(fields.text("text", "")) > 200:
            raise broken("MESSAGE_TOO_LONG")
        query = fields.text("callback_query_id")
        if query not in self.world.queries:
            raise broken("query is too old and response timeout expired or query ID is invalid")
        self.world.queries[query] = True
        return True

    def _edit_message_text(self, robot: Robot, fields: Fields) -> Json:
        text = limits.check_text(fields.text("text"))
        rows = limits.check_keyboard(fields.structure("reply_markup", dict))
        return self._edited(robot, fields, text, rows)

    def _edit_message_reply_markup(self, robot: Robot, fields: Fields) -> Json:
        return self._edited(robot, fields, None, limits.check_keyboard(fields.structure("reply_markup", dict)))

    def _edited(self, robot: Robot, fields: Fields, text: str | None, rows: list[list[tuple[str, str]]]) -> Json:
        shown = self._shown(robot, fields, "message to edit not found")
        text = shown.text if text is None else text
        if (text, rows) == (shown.text, shown.keyboard):
            raise broken("message is not modified")
        shown.text, shown.keyboard, shown.edited = text, rows, True
        message = self.world.messages[shown.chat, shown.message_id]
        message.pop("reply_markup", None)
        message |= {"text": text, "edit_date": self.world.stamp()}
        if markup := keyboard_json(rows):
            message["reply_markup"] = markup
        return message

    def _delete_message(self, robot: Robot, fields: Fields) -> bool:
        self._shown(robot, fields, "message to delete not found").deleted = True
        return True

    def _shown(self, robot: Robot, fields: Fields, missing: str) -> Shown:
        chat, message_id = fields.integer("chat_id"), fields.integer("message_id")
        for one in self.world.shown:
            if (one.robot, one.chat, one.message_id, one.deleted) == (robot, chat, message_id, False):
                return one
        raise broken(missing)

    def _set_my_commands(self, robot: Robot, fields: Fields) -> bool:
        commands = limits.check_commands(fields.structure("commands", list))
        robot.commands[limits.check_language(fields.text("language_code", ""))] = commands
        return True

    def _get_my_commands(self, robot: Robot, fields: Fields) -> list[dict[str, str]]:
        return robot.commands.get(limits.check_language(fields.text("language_code", "")), [])

    def _get_file(self, robot: Robot, fields: Fields) -> Json:
        file_id = fields.text("file_id")
        if file_id not in self.world.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = self.world.files[file_id]
        if len(content) > FILE_LIMIT:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content), "file_path": path}

    def _get_chat(self, robot: Robot, fields: Fields) -> Json:
        chat = fields.integer("chat_id")
        if chat not in robot.chats:
            raise broken("chat not found")
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return self.world.people[chat].chat | {
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, True),
        }

    def _reach(self, robot: Robot, chat: int, fields: Fields) -> Connection | None:
        """Return the business connection by which a chat is reached, None for the bot's own. Raises Refusal."""
        behalf = fields.text("business_connection_id", "")
        if behalf:
            connection = self.world.connections.get(behalf)
            if connection is None or connection.robot is not robot:
                raise broken("business connection not found")
            if not connection.enabled:
                raise Refusal(400, "Bad Request: BUSINESS_CONNECTION_INVALID")
            if not connection.can_reply:
                raise Refusal(400, "Bad Request: BUSINESS_CONNECTION_NOT_ALLOWED")
            if chat not in connection.heard:
                raise broken("BUSINESS_PEER_INVALID")
            if self.world.clock.now() - connection.heard[chat] > timedelta(hours=24):
                raise Refusal(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING")
            return connection
        if chat not in self.world.people:
            raise broken("chat not found")
        if chat in robot.blocked_by:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in robot.chats:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user", ours=True)
        return None
