"""The shapes of Bot API updates, as far as they are read here (core.telegram.org/bots/api, 10.3)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""Ids of chats and users have at most 52 significant bits."""
Stamp = Annotated[int, Meta(ge=0, le=253_402_300_799)]
"""Seconds since 1970, up to the end of the year 9999."""
Amount = Annotated[int, Meta(ge=0, le=2**53)]
Name = Annotated[str, Meta(max_length=512, pattern=r"^[!-~]+\Z")]
"""An id that the platform made up, in plain letters and signs: of a file, a query."""
ConnectionId = Annotated[str, Meta(max_length=256, pattern=r"^[!-9;-~]+\Z")]
"""Likewise; it has no colon, since it is a part of a sender's id here, before one."""


class User(Struct, frozen=True):
    """A person or a bot."""

    id: Id
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""


class Chat(Struct, frozen=True):
    """Where a message stands."""

    id: Id
    type: str


class File(Struct, frozen=True):
    """Any kind of file: which fields are there depends on the kind."""

    file_id: Name
    file_size: Amount = 0
    duration: Amount = 0
    mime_type: str = ""
    file_name: str = ""
    emoji: str = ""
    width: Amount = 0
    height: Amount = 0


class Contact(Struct, frozen=True):
    """Somebody's card."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: Id | None = None


class Location(Struct, frozen=True):
    """A place on the map."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]


class Venue(Struct, frozen=True):
    """A place on the map with a name."""

    location: Location
    title: str = ""
    address: str = ""


class Quoted(Struct, frozen=True):
    """A message that another one answers."""

    message_id: Id


class Message(Struct, frozen=True, rename={"sender": "from", "bot": "sender_business_bot"}):
    """A message; exactly one kind of content is there."""

    message_id: Id
    date: Stamp
    chat: Chat
    sender: User | None = None
    bot: User | None = None
    business_connection_id: ConnectionId | None = None
    is_from_offline: bool = False
    edit_date: Stamp | None = None
    reply_to_message: Quoted | None = None
    text: str | None = None
    caption: str = ""
    contact: Contact | None = None
    location: Location | None = None
    venue: Venue | None = None
    photo: list[File] | None = None
    voice: File | None = None
    audio: File | None = None
    video: File | None = None
    video_note: File | None = None
    animation: File | None = None
    document: File | None = None
    sticker: File | None = None


class Keyboarded(Struct, frozen=True):
    """The message whose button was tapped; of one that is too old nothing but this is told."""

    message_id: Id
    chat: Chat
    business_connection_id: ConnectionId | None = None


class CallbackQuery(Struct, frozen=True, rename={"sender": "from"}):
    """A tap on a button."""

    id: Name
    sender: User
    message: Keyboarded | None = None
    data: str | None = None


class ReactionType(Struct, frozen=True):
    """One reaction; `emoji` is there only where the type is `emoji`."""

    type: str
    emoji: str = ""


class MessageReaction(Struct, frozen=True):
    """What somebody's reactions to a message are now."""

    chat: Chat
    message_id: Id
    date: Stamp
    new_reaction: list[ReactionType]
    user: User | None = None


class Rights(Struct, frozen=True):
    """What a bot may do in a business account."""

    can_reply: bool = False


class BusinessConnection(Struct, frozen=True):
    """A bot was connected to a person's business account, or its rights changed, or it was disconnected."""

    id: ConnectionId
    user: User
    user_chat_id: Id
    date: Stamp
    is_enabled: bool
    rights: Rights | None = None
    can_reply: bool = False
    """Where rights were told before Bot API 9.0."""


class BusinessMessagesDeleted(Struct, frozen=True):
    """Messages were taken back in a chat of a business account."""

    business_connection_id: ConnectionId
    chat: Chat
    message_ids: list[Id]


UNWRITTEN = frozenset(
    {
        "boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed", "chat_owner_left",
        "checklist_tasks_added", "checklist_tasks_done", "community_chat_added", "community_chat_joined",
        "community_chat_removed", "connected_website", "delete_chat_photo", "direct_message_price_changed",
        "forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift_upgrade_sent", "giveaway_completed",
        "giveaway_created", "group_chat_created", "left_chat_member", "managed_bot_created",
        "message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id", "new_chat_members",
        "new_chat_photo", "new_chat_title", "paid_message_price_changed", "pinned_message", "poll_option_added",
        "poll_option_deleted", "proximity_alert_triggered", "refunded_payment", "successful_payment",
        "suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined", "suggested_post_paid",
        "suggested_post_refunded", "supergroup_chat_created", "video_chat_ended",
        "video_chat_participants_invited", "video_chat_scheduled", "video_chat_started", "write_access_allowed",
    }
)  # fmt: skip
"""Fields of service messages: something happened in the chat, nobody said anything."""

AROUND = frozenset(
    {
        "author_signature", "business_connection_id", "caption", "caption_entities", "chat", "date",
        "direct_messages_topic", "edit_date", "effect_id", "entities", "ephemeral_message_id", "external_reply",
        "forward_date", "forward_from", "forward_from_chat", "forward_from_message_id", "forward_origin",
        "forward_sender_name", "forward_signature", "from", "guest_bot_caller_chat", "guest_bot_caller_user",
        "guest_query_id", "has_media_spoiler", "has_protected_content", "is_automatic_forward", "is_from_offline",
        "is_paid_post", "is_topic_message", "link_preview_options", "media_group_id", "message_id",
        "message_thread_id", "paid_star_count", "quote", "receiver_user", "reply_markup", "reply_to_checklist_task_id",
        "reply_to_message", "reply_to_poll_option_id", "reply_to_story", "sender_boost_count", "sender_business_bot",
        "sender_chat", "sender_tag", "show_caption_above_media", "suggested_post_info", "via_bot",
    }
)  # fmt: skip
"""Fields that say something about a message and are not its content."""
