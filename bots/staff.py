"""What staff do in a conversation: claim, reply, note, hand back, each through one compare-and-swap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.fit import fit
from dialogs.messages import Due, HandedBack, Reply
from dialogs.replies import Replies, Voice
from dialogs.silence import CLOSE, NUDGE, SILENT, UNANSWERED
from dialogs.wire import encode_content, encode_outbound
from domain.conversations import Conversation, Message, Outgoing, Owner, Timer
from domain.errors import Malformed
from domain.ids import new_id
from domain.ports import Arrival, ControlChange, Live

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from adapters.base import Channel
    from domain.businesses import Directory
    from domain.clock import Clock
    from domain.conversations import Author, OutboxKind
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Store


class Staff:
    """Serves the staff pages and the inbox."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Clock, replies: Replies) -> None:
        """Take the stores, the channels by name, the clock and the words."""
        self._store = store
        self._channels = channels
        self._clock = clock
        self._replies = replies

    async def claim(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Take the conversation over; the bot's unsent talk is cancelled and the customer is told.

        Raises ControlLost when somebody else changed it meanwhile, UnknownConversation.
        """
        before = await self._store.transcripts(business_id).conversation(conversation_id)
        if before.owner is Owner.HUMAN and before.owner_id == staff:
            return before
        return await self._take(before, staff, [])

    async def reply(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Write to the customer, which takes control. Raises ControlLost, UnknownConversation, Malformed for no words."""
        words = _words(text)
        before = await self._store.transcripts(business_id).conversation(conversation_id)
        if before.owner is not Owner.HUMAN or before.owner_id != staff:
            return await self._take(before, staff, [words])
        lines, rows = await self._lines(before, "staff", "staff", words, staff)
        directory = await self._store.directories.directory(business_id)
        return await self._change(
            ControlChange(
                conversation_id,
                business_id,
                before.control_epoch,
                Owner.HUMAN,
                staff,
                before.reason,
                lines,
                rows,
                timers=[self._silent(before, directory)],
                keep_epoch=True,
            )
        )

    async def note(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Leave a note that only staff see; never takes control. Raises UnknownConversation, Malformed for no words."""
        words = _words(text)
        before = await self._store.transcripts(business_id).conversation(conversation_id)
        line = Message(conversation_id, business_id, "note", words, self._clock.now(), author_id=staff)
        return await self._change(
            ControlChange(
                conversation_id,
                business_id,
                before.control_epoch,
                before.owner,
                before.owner_id,
                before.reason,
                [line],
                keep_epoch=True,
            )
        )

    async def hand_back(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Give the conversation back to the bot, which says so in its next turn. Raises ControlLost."""
        before = await self._store.transcripts(business_id).conversation(conversation_id)
        if before.owner is Owner.BOT:
            return before
        now = self._clock.now()
        account = await self._store.directories.account_by_id(before.account_id)
        mail = Arrival(
            account.endpoint_id,
            "control",
            new_id(),
            conversation_id,
            business_id,
            before.account_id,
            before.external_id,
            encode_content(HandedBack(by=staff)),
            now,
            now,
        )
        return await self._change(
            ControlChange(
                conversation_id,
                business_id,
                before.control_epoch,
                Owner.BOT,
                messages=[self._event(before, f"{staff} handed back to the assistant", now)],
                cancel_timers=[SILENT, UNANSWERED],
                arrivals=[mail],
            )
        )

    async def _take(self, before: Conversation, staff: str, words: list[str]) -> Conversation:
        """Change the owner to a person: tell the customer, then say the words, if any."""
        directory = await self._store.directories.directory(before.business_id)
        business = directory.business
        now = self._clock.now()
        voice = Voice(before.language or business.languages[0], business.trade, business.country, now.date())
        joined = self._replies.text("staff-joined", {"name": staff}, voice)
        lines = [self._event(before, f"{staff} took over", now)]
        rows: list[Outgoing] = []
        for author, kind, text in [("bot", "notice", joined), *(("staff", "staff", one) for one in words)]:
            said, sent = await self._lines(before, author, kind, text, staff)  # type: ignore[arg-type]
            lines += said
            rows += sent
        return await self._change(
            ControlChange(
                before.id,
                before.business_id,
                before.control_epoch,
                Owner.HUMAN,
                staff,
                before.reason,
                lines,
                rows,
                timers=[self._silent(before, directory)],
                cancel_timers=[NUDGE, CLOSE, UNANSWERED],
            )
        )

    async def _lines(
        self, to: Conversation, author: Author, kind: OutboxKind, text: str, staff: str
    ) -> tuple[list[Message], list[Outgoing]]:
        account = await self._store.directories.account_by_id(to.account_id)
        now = self._clock.now()
        lines: list[Message] = []
        rows: list[Outgoing] = []
        for outbound in fit(Reply(text, notice=True), self._channels[account.channel].can):
            line = Message(
                to.id, to.business_id, author, outbound.text, now, author_id=staff if author == "staff" else ""
            )
            lines.append(line)
            rows.append(
                Outgoing(
                    to.id,
                    to.business_id,
                    to.account_id,
                    account.channel,
                    to.external_id,
                    kind,
                    to.control_epoch,
                    line.id,
                    encode_outbound(outbound),
                    now,
                    position=len(rows),
                )
            )
        return lines, rows

    def _event(self, to: Conversation, text: str, now: datetime) -> Message:
        return Message(to.id, to.business_id, "system", text, now)

    def _silent(self, of: Conversation, directory: Directory) -> Timer:
        due_at = self._clock.now() + directory.business.policies.reply_within
        return Timer(of.id, of.business_id, of.account_id, SILENT, due_at, encode_content(Due(SILENT)))

    async def _change(self, change: ControlChange) -> Conversation:
        after = await self._store.control.change(change)
        await self._store.live.publish([Live(after.id, after.business_id, "control", {"owner": after.owner.value})])
        return after


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Malformed("a reply needs words")
    return words
