"""Reception: one turn from claim to commit."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import structlog

from adapters.base import SendLater, SendRefused, SendUnknown, Typing
from bots.post import post, timers
from bots.scenes import Scenes
from bots.verticals import FORMS
from dialogs.engine import Engine, Incoming, view
from dialogs.messages import Due, HandedBack, Media, Reply, Say, Tap
from dialogs.replies import Replies, Voice, voice_of
from dialogs.shown import line_of, tapped
from dialogs.state import State, dump
from dialogs.tappable import reply_of
from dialogs.templates import template_use
from dialogs.turn import Turn
from dialogs.wire import encode_media
from dialogs.wording import booking_card
from domain import handoff
from domain.conversations import Conversation, Message, Owner, TurnRecord
from domain.desk import Desk
from domain.errors import BookingNotFound, ControlLost, FrontdeskError
from domain.ids import new_id
from domain.ports import Claim, Commit, ControlChange, Live, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import Channel
    from bots.links import ContinueLinks
    from bots.scenes import Scene
    from dialogs.messages import TemplateKind
    from dialogs.tokens import Tokens
    from dialogs.understanding.commands import Understander
    from domain.bookings import Booking
    from domain.clock import Clock
    from domain.conversations import Author
    from domain.ports import Mail, Store
    from domain.resident import Resident

TYPING_AFTER = 0.8
"""Seconds after which a customer who waits for words is shown that they are being written."""
MOST_TRIES = 3
"""So often a turn is heard when its opening is taken or control changes meanwhile; then the customer is told."""
_log = structlog.get_logger("frontdesk.turn")
_json = msgspec.json.Encoder()


_TEMPLATES: dict[str, TemplateKind] = {"booked": "confirmation", "moved": "change"}
"""Which approved template says the notice of an outcome, where free words are not allowed any more."""


class Reception:
    """Hears claimed lanes and commits what they leave. It keeps nothing of a conversation between turns."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        understander: Understander,
        replies: Replies,
        tokens: Tokens,
        base_url: str = "",
        resident: Resident | None = None,
        links: ContinueLinks | None = None,
    ) -> None:
        """Take the stores, the channels by name, the clock, what understands and words, and where links lead.

        `resident` is the engine that keeps calendars of this process; without it every turn reads them. `links` reads
        what brings somebody here from a conversation elsewhere.
        """
        self._store = store
        self._clock = clock
        self._replies = replies
        self._tokens = tokens
        self._base_url = base_url
        self._resident = resident
        self._channels = channels
        self._typing: set[asyncio.Future[None]] = set()
        self._scenes = Scenes(store, channels, clock, links)
        self._engine = Engine(understander, tokens)
        self._log = _log.bind()  # once: binding costs more than most turns' lines are worth

    async def serve(self, claim: Claim) -> Outcome | None:
        """Hear a claim and commit it; None when it could not be heard and was given back.

        Raises StoreUnavailable when the database is gone; the lease runs out by itself then.
        """
        outcome = Outcome.FENCED
        for attempt in range(MOST_TRIES + 1):
            writing = asyncio.get_running_loop().call_later(TYPING_AFTER, self._show_typing, claim)
            try:
                commit = await self._hear(claim, retry=attempt > 0, give_up=attempt == MOST_TRIES)
            except Exception as error:
                await self._fail(claim, error)
                return None
            finally:
                writing.cancel()
            outcome = (await self._store.mailbox.commit([commit]))[0]
            if outcome is Outcome.COMMITTED:
                await self._tell(commit)
                return outcome
            if outcome is Outcome.FENCED:
                _log.info("fenced", conversation=claim.lane)
                return outcome
            claim = await self._store.mailbox.read(claim)
        return outcome

    def _show_typing(self, claim: Claim) -> None:
        """Show that an answer is being written, while the bot is the one who writes it."""
        conversation = claim.conversation
        if conversation is None or conversation.owner is Owner.BOT:
            task = asyncio.ensure_future(self._send_typing(claim))
            self._typing.add(task)
            task.add_done_callback(self._typing.discard)

    async def _send_typing(self, claim: Claim) -> None:
        with contextlib.suppress(SendRefused, SendLater, SendUnknown, FrontdeskError):
            account = await self._store.directories.account_by_id(claim.account_id)
            last = claim.mail[-1]
            await self._channels[account.channel].send(account, Typing(last.sender, last.external_id))

    async def _hear(self, claim: Claim, *, retry: bool, give_up: bool) -> Commit:
        scene = await self._scenes.of(claim)
        conversation = claim.conversation
        state = scene.state()
        now = self._clock.now()
        stage_before = state.stage
        turn = Turn(
            state=state,
            directory=scene.directory,
            form=FORMS[scene.directory.business.trade],
            now=now,
            customer=scene.customer,
            channel=scene.account.channel,
            owner=scene.owner,
            reason=conversation.reason if conversation else "",
            opted_out=conversation.opted_out if conversation else False,
            arrived_with=scene.arrived_with,
            hint=scene.language,
            retry=retry,
        )
        desk = Desk(
            scene.directory,
            self._store.calendar(claim.business_id),
            "bot",
            f"{scene.conversation_id}:{claim.mail[0].id}",
            now,
            scene.conversation_id,
            scene.customer.id,
            self._resident,
        )
        if scene.arrived_with is not None and scene.arrived_with.kept is not None:
            desk.release(scene.arrived_with.kept.hold_id)  # what is kept there would stand in the way here
        heard = self._transcript(scene, state)
        if give_up:
            turn.says.append(Say("try-again", role="notice"))
            turn.outcome = "gave_up"
        else:
            incoming = [Incoming(one.content, mail.sent_at) for one, mail in zip(scene.heard, claim.mail, strict=True)]
            await self._engine.hear(turn, desk, conversation, scene.conversation_id, scene.catalogue, incoming)
        after = self._after(scene, turn)
        said, outbox = post(after, scene.account.channel, scene.channel.can, self._replies_of(scene, turn), now)
        return Commit(
            claim=claim,
            conversation=after,
            state=dump(state),
            turn=await self._record(scene, turn, after, stage_before),
            messages=[*heard, *said],
            outbox=outbox,
            effects=desk.effects,
            timers=timers(after, turn.alarms),
            cancel_timers=turn.cancelled_alarms,
            newcomer=None if conversation else (scene.customer, scene.identity),
        )

    def _transcript(self, scene: Scene, state: State) -> list[Message]:
        """Return the customer's lines; a tap is written down as the label that was tapped."""
        lines = []
        for envelope, mail in zip(scene.heard, scene.claim.mail, strict=True):
            content = envelope.content
            if isinstance(content, Due | HandedBack):
                continue
            if envelope.referral is not None:
                came = " ".join(
                    filter(None, (envelope.referral.kind, envelope.referral.headline or envelope.referral.id))
                )
                lines.append(self._line(scene, "system", f"came from: {came}", mail))
            words = line_of(content)
            if isinstance(content, Tap):
                words = self._tapped(scene, state, content.token)
            line = self._line(scene, "customer", words, mail)
            lines.append(replace(line, media=encode_media(content)) if isinstance(content, Media) else line)
        return lines

    def _tapped(self, scene: Scene, state: State, token: str) -> str:
        """Return what stood on a button: a choice, or the way to more of them; "…" where it is a button of before."""
        offer, conversation = state.offer, scene.conversation_id
        index = self._tokens.index(token, conversation, offer)
        if offer is not None and index is not None:
            return tapped(offer.options[index])
        if self._tokens.page(token, conversation, offer) is None:
            return "…"
        business = scene.directory.business
        language = state.language or state.hinted or business.languages[0]
        return self._replies.text(
            "choice-more", {}, Voice(language, business.trade, business.country, self._clock.now().date())
        )

    def _line(self, scene: Scene, author: Author, text: str, mail: Mail) -> Message:
        return Message(
            scene.conversation_id,
            scene.claim.business_id,
            author,
            text,
            mail.sent_at,
            external_id=mail.external_id if author == "customer" else "",
        )

    def _replies_of(self, scene: Scene, turn: Turn) -> list[Reply]:
        """Word what was said; what can be chosen gets its tokens, and a card that is not shown its link."""
        if not turn.says:
            return []
        business, can = scene.directory.business, scene.channel.can
        voice = voice_of(turn)
        replies: list[Reply] = []
        for worded in self._replies.compose(turn.says, voice):
            reply = reply_of(
                worded,
                turn.state.offer,
                scene.conversation_id,
                can,
                tokens=self._tokens,
                replies=self._replies,
                voice=voice,
            )
            kind = _TEMPLATES.get(turn.outcome)
            if worded.card and worded.notice and kind and can.templates:
                use = template_use(kind, worded.card, voice.language, scene.directory, self._replies)
                reply = replace(reply, template=use)
            replies.append(reply)
            if worded.card and worded.notice and not can.cards and turn.outcome != "cancelled":
                link = (business.links or self._base_url) + worded.card["manage"]
                replies.append(Reply(self._replies.text("manage-link", {"link": link}, voice), notice=True))
        return replies

    def _after(self, scene: Scene, turn: Turn) -> Conversation:
        """Return the conversation as it stands after the turn."""
        claim, before = scene.claim, scene.claim.conversation
        spoken = [mail for mail in claim.mail if mail.kind in ("message", "tap")]
        if before is None:
            before = Conversation(
                id=scene.conversation_id,
                business_id=claim.business_id,
                account_id=claim.account_id,
                customer_id=scene.customer.id,
                external_id=claim.mail[0].sender,
                owner=Owner.BOT,
                control_epoch=0,
                version=0,
                stage="greeting",
                created_at=turn.now,
                last_heard_at=spoken[0].sent_at if spoken else turn.now,
            )
        changed = turn.owner is not before.owner
        return Conversation(
            id=before.id,
            business_id=before.business_id,
            account_id=before.account_id,
            customer_id=before.customer_id,
            external_id=spoken[-1].sender if spoken else before.external_id,
            owner=turn.owner,
            control_epoch=before.control_epoch + (1 if changed else 0),
            version=before.version + 1,
            stage=turn.state.stage,
            created_at=before.created_at,
            last_heard_at=max([before.last_heard_at, *(mail.sent_at for mail in spoken)]),
            owner_id="" if changed else before.owner_id,
            reason=turn.reason,
            language=turn.state.language or turn.state.hinted,
            opted_out=turn.opted_out,
        )

    async def _record(self, scene: Scene, turn: Turn, after: Conversation, stage_before: str) -> TurnRecord:
        shown = view(turn)
        shown["owner"] = after.owner.value
        shown["booking"] = await self._booking(scene, turn)
        claim = scene.claim
        record = TurnRecord(
            id=new_id(),
            conversation_id=after.id,
            business_id=claim.business_id,
            heard=tuple(mail.external_id for mail in claim.mail),
            stage_before=stage_before,
            stage_after=turn.state.stage,
            commands=tuple(turn.log),
            certainty=turn.certainty,
            language=turn.state.language,
            ms=(time.perf_counter() - scene.started) * 1000,
            alternatives=turn.alternatives,
            outcome=turn.outcome,
            at=turn.now,
            view=_json.encode(shown),
        )
        self._log.info(
            "turn",
            conversation=after.id,
            business=claim.business_id,
            before=stage_before,
            after=turn.state.stage,
            commands=turn.log,
            outcome=turn.outcome,
            ms=round(record.ms, 2),
        )
        return record

    async def _booking(self, scene: Scene, turn: Turn) -> dict[str, object] | None:
        """Return the booking last made in this conversation, as it now stands."""
        booking: Booking | None = turn.made
        if booking is None and turn.state.booking:
            try:
                booking = await self._store.calendar(scene.claim.business_id).booking(turn.state.booking)
            except BookingNotFound:
                return None
        if booking is None:
            return None
        card = booking_card(turn, booking)
        names = ("id", "status", "service", "staff", "place", "start", "end", "party_size", "name")
        return {name: card[name] for name in names}

    async def _tell(self, commit: Commit) -> None:
        after = commit.conversation
        await self._store.live.publish([Live(after.id, after.business_id, "turn", {"turn": commit.turn.id})])

    async def _fail(self, claim: Claim, error: Exception) -> None:
        """Give the lane back; mail that keeps failing is set aside, the customer is told and people are called."""
        _log.exception("turn failed", conversation=claim.lane, error=error)
        if not await self._store.mailbox.fail(claim, type(error).__name__):
            return
        _log.error("mail set aside", conversation=claim.lane, mail=claim.mail[0].id)
        conversation = claim.conversation
        if conversation is None or conversation.owner is not Owner.BOT:
            return
        scene = await self._scenes.of(claim)
        business = scene.directory.business
        language = conversation.language or business.languages[0]
        voice = Voice(language, business.trade, business.country, self._clock.now().date())
        sorry = Reply(self._replies.text("error-internal", {}, voice), notice=True)
        now = self._clock.now()
        lines, rows = post(conversation, scene.account.channel, scene.channel.can, [sorry], now)
        reason = "a message could not be heard"
        change = handoff.handed_over(conversation.owner, business.policies, now, reason) or handoff.noted(conversation)
        with contextlib.suppress(ControlLost):  # people were faster
            await self._store.control.change(
                ControlChange(
                    conversation.id,
                    conversation.business_id,
                    conversation.control_epoch,
                    change.owner,
                    change.owner_id,
                    change.reason,
                    messages=lines,
                    outbox=rows,
                    timers=timers(conversation, change.alarms),
                    cancel_timers=change.cancelled,
                    keep_epoch=change.keep_epoch,
                )
            )
