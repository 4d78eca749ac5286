"""What people do in a fake Telegram: each deed becomes the update that the Bot API would tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.telegram_world import Connection, Json, Person, Robot, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.platforms.telegram_world import World


class People:
    """Persons and what they do. A deed goes to the only bot unless another is named; each returns its update."""

    world: World

    async def deliver(self, robot: Robot, kind: str, content: Json) -> Json:
        raise AssertionError("whoever mixes this in delivers")

    def robot(self, username: str = "bistro_bot", name: str = "Bistro") -> Robot:
        """Have BotFather make a bot."""
        number = 5_000_000 + len(self.world.robots) + 1
        token = f"{number}:AAF{username}-0123456789abcdefghijklmnop"[:45].ljust(45, "x")
        made = Robot(token, number, username, name)
        self.world.robots[token] = made
        return made

    def person(self, first_name: str, last_name: str = "", *, language: str = "en", started: bool = True) -> Person:
        """Return somebody new, who has started every bot so far."""
        number = 4711 + len(self.world.people)
        made = Person(number, first_name, last_name, first_name.lower(), language)
        self.world.people[number] = made
        if started:
            for robot in self.world.robots.values():
                robot.chats.add(number)
        return made

    def _only(self, robot: Robot | None) -> Robot:
        if robot is not None:
            return robot
        (only,) = self.world.robots.values()
        return only

    async def sends(self, person: Person, *, bot: Robot | None = None, **content: Any) -> Json:
        """Send a message with any content, given as the Bot API's fields."""
        robot = self._only(bot)
        robot.chats.add(person.id)
        robot.blocked_by.discard(person.id)
        if quoted := content.pop("reply_to", None):
            content["reply_to_message"] = self.world.messages[person.id, quoted]
        return await self.deliver(robot, "message", self.world.message(person.chat, person.user, **content))

    async def says(self, person: Person, text: str, *, bot: Robot | None = None, reply_to: int | None = None) -> Json:
        entities = None
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return await self.sends(person, bot=bot, text=text, entities=entities, reply_to=reply_to)

    async def edits(self, person: Person, message_id: int, text: str, *, bot: Robot | None = None) -> Json:
        message = self.world.messages[person.id, message_id]
        message |= {"text": text, "edit_date": self.world.stamp()}
        return await self.deliver(self._only(bot), "edited_message", message)

    async def taps(
        self, person: Person, label: str, *, of: int | None = None, bot: Robot | None = None, by: Person | None = None
    ) -> Json:
        """Tap the button with a label below the newest message that has one, or below a certain message.

        Somebody else taps (`by`) where the owner of a business account looks at their customer's chat.
        """
        for shown in reversed(self.shown_to(person)):
            if of in (None, shown.message_id):
                for row in shown.keyboard:
                    for text, data in row:
                        if text == label:
                            return await self._tap(self._only(bot), by or person, shown, data)
        raise AssertionError(f"{person.first_name} sees no button {label!r}")

    async def _tap(self, robot: Robot, person: Person, shown: Shown, data: str) -> Json:
        query = str(4382_0000_0000 + self.world.count())
        self.world.queries[query] = False
        message = self.world.messages[shown.chat, shown.message_id]
        content = {
            "id": query,
            "from": person.user,
            "message": message,
            "chat_instance": f"-{shown.chat}{robot.id}",
            "data": data,
        }
        return await self.deliver(robot, "callback_query", content)

    async def sends_contact(self, person: Person, phone: str, *, of: Person | None = None) -> Json:
        """Send somebody's card, the sender's own if nobody is named."""
        whose = of or person
        card = {"phone_number": phone, "first_name": whose.first_name, "user_id": whose.id}
        return await self.sends(person, contact=card)

    async def sends_location(self, person: Person, latitude: float, longitude: float, title: str = "") -> Json:
        spot = {"latitude": latitude, "longitude": longitude}
        if not title:
            return await self.sends(person, location=spot)
        return await self.sends(person, location=spot, venue={"location": spot, "title": title, "address": "here"})

    async def sends_photo(self, person: Person, content: bytes, caption: str | None = None) -> Json:
        """Send a picture; Telegram makes smaller copies of it."""
        sizes = [
            {"file_id": self.file(f"photos/file_{n}.jpg", content[: len(content) // n]), "width": 900 // n}
            for n in (9, 3, 1)
        ]
        photo = [
            one | {"file_unique_id": f"u{one['file_id']}", "height": 100, "file_size": len(content)} for one in sizes
        ]
        return await self.sends(person, photo=photo, caption=caption)

    async def sends_voice(self, person: Person, content: bytes, seconds: int) -> Json:
        file_id = self.file(f"voice/file_{self.world.count()}.oga", content)
        voice = {"file_id": file_id, "file_unique_id": f"u{file_id}", "duration": seconds, "mime_type": "audio/ogg"}
        return await self.sends(person, voice=voice | {"file_size": len(content)})

    def file(self, path: str, content: bytes) -> str:
        """Keep a file, and return its id."""
        file_id = f"AgACAgQ{self.world.count()}"
        self.world.files[file_id] = (path, content)
        return file_id

    async def reacts(self, person: Person, message_id: int, emoji: str) -> Json:
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        content = {
            "chat": person.chat,
            "message_id": message_id,
            "user": person.user,
            "date": self.world.stamp(),
            "old_reaction": [],
            "new_reaction": new,
        }
        return await self.deliver(self._only(None), "message_reaction", content)

    async def blocks(self, person: Person, *, bot: Robot | None = None) -> Json:
        robot = self._only(bot)
        robot.blocked_by.add(person.id)
        member = {"user": robot.user, "status": "member"}
        content = {
            "chat": person.chat,
            "from": person.user,
            "date": self.world.stamp(),
            "old_chat_member": member,
            "new_chat_member": {"user": robot.user, "status": "kicked", "until_date": 0},
        }
        return await self.deliver(robot, "my_chat_member", content)

    async def says_in_group(self, person: Person, text: str) -> Json:
        group = {"id": -100_200_300, "type": "supergroup", "title": "Friends of good food"}
        return await self.deliver(self._only(None), "message", self.world.message(group, person.user, text=text))

    async def business_connects(self, owner: Person, *, can_reply: bool = True, enabled: bool = True) -> Connection:
        """Connect the bot to somebody's business account, or say that the connection has changed."""
        robot = self._only(None)
        connection = self.world.connections.setdefault(f"bc{owner.id}", Connection(f"bc{owner.id}", owner, robot))
        connection.can_reply, connection.enabled = can_reply, enabled
        content = {
            "id": connection.id,
            "user": owner.user,
            "user_chat_id": owner.id,
            "date": self.world.stamp(),
            "is_enabled": enabled,
            "rights": {"can_reply": True} if can_reply else {},
        }
        await self.deliver(robot, "business_connection", content)
        return connection

    async def business_says(
        self, connection: Connection, customer: Person, text: str, *, by_owner: bool = False, offline: bool = False
    ) -> Json:
        """Write in a chat of a business account: the customer, or its owner on their phone."""
        sender = connection.owner if by_owner else customer
        if not by_owner:
            connection.heard[customer.id] = self.world.clock.now()
        more = {"business_connection_id": connection.id, "is_from_offline": True if offline else None, "text": text}
        message = self.world.message(customer.chat, sender.user, **more)
        return await self.deliver(connection.robot, "business_message", message)

    async def business_deletes(self, connection: Connection, customer: Person, message_ids: Sequence[int]) -> Json:
        content = {
            "business_connection_id": connection.id,
            "chat": customer.chat,
            "message_ids": list(message_ids),
        }
        return await self.deliver(connection.robot, "deleted_business_messages", content)

    def shown_to(self, person: Person) -> list[Shown]:
        """Return what bots have written to somebody and not taken back, oldest first."""
        return [one for one in self.world.shown if one.chat == person.id and not one.deleted]
