"""What staff do in a conversation: claim, reply, note, hand back, each through one compare-and-swap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bots.post import post, timers
from bots.switchboard import handed_back
from dialogs.messages import Reply
from dialogs.replies import Replies, Voice
from dialogs.templates import template_use
from dialogs.wording import card_of
from domain import handoff
from domain.conversations import Conversation, Message, Outgoing, Owner
from domain.errors import BookingNotFound, Malformed, OutsideWindow
from domain.ports import ControlChange, Live

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.base import Channel
    from domain.businesses import Policies
    from domain.clock import Clock
    from domain.handoff import Handoff
    from domain.ids import BusinessId, ConversationId
    from domain.ports import Arrival, Store


class Staff:
    """Serves the staff pages and the inbox: who may do what is decided by `domain.handoff`."""

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
        before = await self._find(business_id, conversation_id)
        change = handoff.claimed(before, await self._policies(business_id), self._clock.now(), staff)
        if change.keep_epoch:
            return before
        return await self._change(before, change, await self._joined(before, staff))

    async def reply(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Write to the customer, which takes control.

        Raises OutsideWindow where the platform takes no free text to them now, ControlLost, UnknownConversation,
        Malformed.
        """
        words = _words(text)
        before = await self._find(business_id, conversation_id)
        channel = await self._channel(before)
        now = self._clock.now()
        if channel.can.window and now - before.last_heard_at >= timedelta(hours=channel.can.window):
            raise OutsideWindow("the customer has to write first")
        change = handoff.replied(before, await self._policies(business_id), now, staff)
        joined = [] if change.keep_epoch else await self._joined(before, staff)
        said = await self._lines(before, words, staff)
        return await self._change(before, change, [*joined, *said])

    async def remind(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Send the reminder of the customer's next booking: an approved template where free text is not allowed.

        It takes no control: who answers stays who it is. Raises BookingNotFound, UnknownConversation.
        """
        before = await self._find(business_id, conversation_id)
        directory = await self._store.directories.directory(business_id)
        now = self._clock.now()
        coming = await self._store.calendar(business_id).bookings_of(before.customer_id, now)
        if not coming:
            raise BookingNotFound("the customer has no booking that is still to come")
        language = before.language or directory.business.languages[0]
        card = card_of(min(coming, key=lambda one: one.starts_at), directory)
        use = template_use("reminder", card, language, directory, self._replies)
        voice = Voice(language, directory.business.trade, directory.business.country, now.date())
        _, what, when, where = use.values
        text = self._replies.text("booking-reminder", {"what": what, "when": when, "where": where}, voice)
        can = (await self._channel(before)).can
        lines, rows = post(before, await self._kind(before), can, [Reply(text, notice=True, template=use)], now, "")
        mark = self._event(before, f"{staff} sent the reminder")
        return await self._change(before, handoff.noted(before), [(mark, None), *zip(lines, rows, strict=True)])

    async def note(
        self, business_id: BusinessId, conversation_id: ConversationId, staff: str, text: str
    ) -> Conversation:
        """Leave a note that only staff see; never takes control. Raises UnknownConversation, Malformed."""
        line = Message(conversation_id, business_id, "note", _words(text), self._clock.now(), author_id=staff)
        before = await self._find(business_id, conversation_id)
        return await self._change(before, handoff.noted(before), [(line, None)])

    async def hand_back(self, business_id: BusinessId, conversation_id: ConversationId, staff: str) -> Conversation:
        """Give the conversation back to the bot, which says so in its next turn. Raises ControlLost."""
        before = await self._find(business_id, conversation_id)
        if before.owner is Owner.BOT:
            return before
        account = await self._store.directories.account_by_id(before.account_id)
        mail = handed_back(before, account, staff, self._clock)
        line = self._event(before, f"{staff} handed back to the assistant")
        return await self._change(before, handoff.handed_back(before), [(line, None)], [mail])

    async def _find(self, business_id: BusinessId, conversation_id: ConversationId) -> Conversation:
        return await self._store.transcripts(business_id).conversation(conversation_id)

    async def _kind(self, of: Conversation) -> str:
        return (await self._store.directories.account_by_id(of.account_id)).channel

    async def _channel(self, of: Conversation) -> Channel:
        return self._channels[await self._kind(of)]

    async def _policies(self, business_id: BusinessId) -> Policies:
        return (await self._store.directories.directory(business_id)).business.policies

    async def _joined(self, before: Conversation, staff: str) -> list[tuple[Message, Outgoing | None]]:
        """Return the lines by which a person joins: a mark in the transcript, and a notice to the customer."""
        business = (await self._store.directories.directory(before.business_id)).business
        language = before.language or business.languages[0]
        voice = Voice(language, business.trade, business.country, self._clock.now().date())
        told = self._replies.text("staff-joined", {"name": staff}, voice)
        mark = self._event(before, f"{staff} took over")
        return [(mark, None), *await self._lines(before, told)]

    async def _lines(self, to: Conversation, text: str, staff: str = "") -> list[tuple[Message, Outgoing | None]]:
        """Return a transcript line and an outbox row for each message that the text becomes on its channel."""
        kind, can = await self._kind(to), (await self._channel(to)).can
        lines, rows = post(to, kind, can, [Reply(text, notice=True)], self._clock.now(), staff)
        return list(zip(lines, rows, strict=True))

    def _event(self, to: Conversation, text: str) -> Message:
        return Message(to.id, to.business_id, "system", text, self._clock.now())

    async def _change(
        self,
        before: Conversation,
        change: Handoff,
        lines: Sequence[tuple[Message, Outgoing | None]],
        arrivals: Sequence[Arrival] = (),
    ) -> Conversation:
        after = await self._store.control.change(
            ControlChange(
                conversation_id=before.id,
                business_id=before.business_id,
                epoch=before.control_epoch,
                owner=change.owner,
                owner_id=change.owner_id,
                reason=change.reason,
                messages=[line for line, _ in lines],
                outbox=[
                    replace(row, position=position)
                    for position, row in enumerate(row for _, row in lines if row is not None)
                ],
                timers=timers(before, change.alarms),
                cancel_timers=change.cancelled,
                arrivals=arrivals,
                keep_epoch=change.keep_epoch,
            )
        )
        await self._store.live.publish([Live(after.id, after.business_id, "control", {"owner": after.owner.value})])
        return after


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Malformed("a reply needs words")
    return words
