"""The script's bot on python-telegram-bot: a ConversationHandler in memory, no network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import Application, ConversationHandler, MessageHandler, filters
from telegram.request import BaseRequest

from bench.against import understanding as words
from bench.against.playing import main, sent

if TYPE_CHECKING:
    from datetime import date

    from telegram.request import RequestData

    Context = Any

WHEN, STAFF, NAME, CONFIRM = range(4)


class Recorder(BaseRequest):
    """A network that takes every message."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self.sent = 0

    @property
    def read_timeout(self) -> float:
        """Return what is never waited."""
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Answer as the Bot API does."""
        if url.endswith("getMe"):
            me = {"id": 1, "is_bot": True, "first_name": "Salon", "username": "salon_bot"}
            return 200, json.dumps({"ok": True, "result": me}).encode()
        assert request_data is not None
        self.sent += 1
        said = request_data.parameters
        return 200, sent(said["chat_id"], said["text"], self.sent)


class SalonBot:
    """A salon that takes bookings from Telegram."""

    name = "python-telegram-bot 22.8, memory"

    def __init__(self, today: date, _state: str) -> None:
        """Build the handlers."""
        self.bookings: dict[int, list[tuple[str, str, str, str]]] = {}
        self._today = today
        self._request = Recorder()
        self._app = (
            Application.builder()
            .token("1:token")
            .request(self._request)
            .get_updates_request(Recorder())
            .updater(None)
            .job_queue(None)
            .build()
        )
        conversation: ConversationHandler[Any] = ConversationHandler(
            entry_points=[MessageHandler(filters.Regex(words.BOOK), self._begin)],
            states={
                WHEN: [MessageHandler(filters.Regex(words.WHEN), self._when)],
                STAFF: [MessageHandler(filters.Regex(words.STAFF), self._staff)],
                NAME: [MessageHandler(filters.Regex(words.NAME), self._named)],
                CONFIRM: [MessageHandler(filters.Regex(words.YES), self._confirmed)],
            },
            fallbacks=[
                MessageHandler(filters.Regex(words.CORRECTION), self._correct),
                MessageHandler(filters.TEXT, self._lost),
            ],
        )
        self._app.add_handler(conversation)
        self._app.add_handler(MessageHandler(filters.Regex(words.HELLO), self._greet))
        self._app.add_handler(MessageHandler(filters.Regex(words.THANKS), self._thanked))
        self._app.add_handler(MessageHandler(filters.TEXT, self._lost))

    @property
    def sent(self) -> int:
        """Return how many messages were sent."""
        return self._request.sent

    async def open(self) -> None:
        """Start the application without its updater."""
        await self._app.initialize()

    async def close(self) -> None:
        """End it."""
        await self._app.shutdown()

    async def hear(self, update: bytes) -> None:
        """Handle one update."""
        await self._app.process_update(Update.de_json(json.loads(update), self._app.bot))

    async def _greet(self, update: Update, context: Context) -> None:
        await update.message.reply_text("Hi, I am the salon's assistant. What may I do for you?")

    async def _begin(self, update: Update, context: Context) -> int:
        context.user_data["wish"] = words.Wish(service=words.service(context.matches[0][1]))
        await update.message.reply_text("When would you like to come?")
        return WHEN

    async def _when(self, update: Update, context: Context) -> int:
        wish: words.Wish = context.user_data["wish"]
        wish.day = words.day(context.matches[0], self._today)
        at = words.CLOCK.search(update.message.text)
        assert at is not None
        wish.clock = words.clock(at[1])
        await update.message.reply_text("With whom? Anna or Carla?")
        return STAFF

    async def _staff(self, update: Update, context: Context) -> int:
        context.user_data["wish"].staff = context.matches[0][1].capitalize()
        await update.message.reply_text("What is your name?")
        return NAME

    async def _named(self, update: Update, context: Context) -> int:
        wish: words.Wish = context.user_data["wish"]
        wish.name = context.matches[0][1]
        await update.message.reply_text(wish.summary())
        return CONFIRM

    async def _correct(self, update: Update, context: Context) -> None:
        wish: words.Wish = context.user_data["wish"]
        wish.clock = words.clock(context.matches[0][1])
        await update.message.reply_text(wish.summary())

    async def _confirmed(self, update: Update, context: Context) -> int:
        wish: words.Wish = context.user_data.pop("wish")
        self.bookings.setdefault(update.effective_user.id, []).append(wish.booking())
        await update.message.reply_text("Booked. See you then!")
        return int(ConversationHandler.END)

    async def _thanked(self, update: Update, context: Context) -> None:
        await update.message.reply_text("You are welcome!")

    async def _lost(self, update: Update, context: Context) -> None:
        await update.message.reply_text("Sorry, I did not understand that.")


if __name__ == "__main__":
    main(SalonBot)
