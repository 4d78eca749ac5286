"""What a fake Telegram holds: people, bots, chats, files; and the JSON by which the Bot API tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.clock import Clock

Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody with Telegram on their phone."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = ""

    @property
    def user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | self._more("language_code")

    @property
    def chat(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.first_name} | self._more("")

    def _more(self, language: str) -> Json:
        more = {"last_name": self.last_name, "username": self.username, language: self.language if language else ""}
        return {name: value for name, value in more.items() if value}


@dataclass
class Hook:
    """Where a bot's updates are delivered."""

    url: str
    secret: str
    kinds: list[str] | None
    connections: int


@dataclass
class Robot:
    """A bot, as BotFather has made it."""

    token: str
    id: int
    username: str
    name: str
    hook: Hook | None = None
    revoked: bool = False
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """By language."""
    waiting: list[Json] = field(default_factory=list)
    """Updates that have not been taken."""
    held: list[Json] = field(default_factory=list)
    """Updates that chance delivers after a later one."""
    chats: set[int] = field(default_factory=set)
    """People who have started it."""
    blocked_by: set[int] = field(default_factory=set)
    next_update: int = 700_001
    last_error: tuple[int, str] | None = None

    @property
    def user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass
class Connection:
    """A person's business account in which a bot reads and answers."""

    id: str
    owner: Person
    robot: Robot
    enabled: bool = True
    can_reply: bool = True
    heard: dict[int, datetime] = field(default_factory=dict)
    """When each customer wrote last."""


@dataclass
class Shown:
    """A message of a bot's, as its reader sees it."""

    robot: Robot
    chat: int
    message_id: int
    text: str
    keyboard: list[list[tuple[str, str]]]
    """Rows of (label, callback data)."""
    at: datetime
    connection: str = ""
    edited: bool = False
    deleted: bool = False

    @property
    def labels(self) -> list[list[str]]:
        return [[label for label, _ in row] for row in self.keyboard]


@dataclass
class World:
    """All of it."""

    clock: Clock
    robots: dict[str, Robot] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    """By chat and id."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Path and content, by id."""
    queries: dict[str, bool] = field(default_factory=dict)
    """Taps by id, and whether each was answered: until then the button shows that it waits."""
    shown: list[Shown] = field(default_factory=list)
    _counter: int = 0

    def count(self) -> int:
        self._counter += 1
        return self._counter

    def stamp(self) -> int:
        return int(self.clock.now().astimezone(UTC).timestamp())

    def message(self, chat: Json, sender: Json | None, **content: Any) -> Json:
        """Write a message down in a chat, and return it."""
        message_id = self.count()
        message = {"message_id": message_id, "date": self.stamp(), "chat": chat}
        if sender is not None:
            message["from"] = sender
        message |= {name: value for name, value in content.items() if value is not None}
        self.messages[chat["id"], message_id] = message
        return message


def keyboard_json(rows: list[list[tuple[str, str]]]) -> Json | None:
    if not rows:
        return None
    return {"inline_keyboard": [[{"text": label, "callback_data": data} for label, data in row] for row in rows]}
