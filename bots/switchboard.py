"""The switchboard: what platforms tell besides messages is put through, without waking the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from adapters.base import AccountStopped, Unauthorised
from bots.post import timers
from dialogs.messages import HandedBack
from dialogs.wire import decode_signal, encode_content
from domain import handoff
from domain.conversations import Message, Owner
from domain.ids import derived_id, new_id
from domain.ports import Arrival, ControlChange, Live, Outcome, TemplateState, Tracked
from domain.signals import AccountChanged, ControlMoved, Echo, IdentityChanged, Receipt, tracked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.base import Channel
    from domain.businesses import Account, AccountState
    from domain.clock import Clock
    from domain.conversations import Conversation
    from domain.handoff import Handoff
    from domain.ports import Claim, Store
    from domain.signals import Signal

MOST_TRIES = 3
TOO_OLD = timedelta(hours=6)
"""Words of staff that are told so late are shown, and no longer take control."""
STOPS = frozenset({"DISABLED_UPDATE", "ACCOUNT_VIOLATION", "ACCOUNT_RESTRICTION", "ACCOUNT_DELETED", "PARTNER_REMOVED"})
"""What an `account_update` says when a WhatsApp account may not be used any more (Meta: webhooks, account_update)."""
_log = structlog.get_logger("frontdesk.switchboard")


@dataclass(slots=True)
class _Sheet:
    """What the mail of one claim comes to."""

    lines: list[Message] = field(default_factory=list)
    tracked: list[Tracked] = field(default_factory=list)
    taken: Handoff | None = None
    """Who answers from now on."""
    arrivals: list[Arrival] = field(default_factory=list)
    address: str = ""
    """Where answers go from now on."""


class Switchboard:
    """Serves control and account lanes."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        forget: Callable[[str], None] = lambda account_id: None,
    ) -> None:
        """Take the stores, the channels by name, the clock, and who is to forget the token of an account."""
        self._store = store
        self._channels = channels
        self._clock = clock
        self._forget = forget

    async def serve(self, claim: Claim) -> Outcome | None:
        """Put through what a claim carries; None when that failed and the lane was given back.

        Raises StoreUnavailable when the database is gone; the lease runs out by itself then.
        """
        outcome = Outcome.CONTROL_LOST
        for _ in range(MOST_TRIES):
            try:
                account = await self._store.directories.account_by_id(claim.account_id)
                sheet = await self._read(claim, account)
                change = self._change(claim.conversation, sheet)
            except Exception as error:
                _log.exception("signal failed", lane=claim.lane, error=error)
                if await self._store.mailbox.fail(claim, type(error).__name__):
                    _log.error("mail set aside", lane=claim.lane, mail=claim.mail[0].id)
                return None
            outcome = await self._store.mailbox.settle(claim, change, sheet.tracked)
            if outcome is Outcome.COMMITTED:
                await self._tell(claim, sheet)
            if outcome is not Outcome.CONTROL_LOST:
                return outcome
            claim = await self._store.mailbox.read(claim)
        await self._store.mailbox.fail(claim, "ControlLost")
        return outcome

    async def _read(self, claim: Claim, account: Account) -> _Sheet:
        sheet = _Sheet()
        for mail in claim.mail:
            signal = decode_signal(mail.body)
            await self._put_through(claim, account, signal, sheet)
        return sheet

    async def _put_through(self, claim: Claim, account: Account, signal: Signal, sheet: _Sheet) -> None:
        conversation = claim.conversation
        match signal:
            case Receipt():
                await self._receipt(account, signal, sheet)
            case AccountChanged():
                await self._account_changed(account, signal)
            case IdentityChanged(before, after):
                await self._store.addresses.link(account, before, after)
                sheet.address = after
                if conversation is not None:
                    sheet.lines.append(
                        _event(conversation, f"writes from {after} from now on, before {before}", signal)
                    )
            case _ if conversation is None:
                # Who was never heard has no conversation that could be taken over.
                _log.info("nobody known", lane=claim.lane, account=account.id)
            case Echo():
                await self._echo(conversation, account, signal, sheet)
            case ControlMoved():
                self._moved(conversation, account, signal, sheet)

    async def _receipt(self, account: Account, receipt: Receipt, sheet: _Sheet) -> None:
        ours = tracked(receipt.key)
        if ours is None:
            return
        conversation_id, outgoing_id, message_id = ours
        sheet.tracked.append(
            Tracked(
                account.business_id,
                conversation_id,
                outgoing_id,
                message_id,
                receipt.external_id,
                receipt.status,
                receipt.at,
                account.channel,
                receipt.problem,
            )
        )
        if receipt.status != "failed":
            return
        _log.error("not_delivered", account=account.id, outgoing=outgoing_id, kind=receipt.code)
        fault = self._channels[account.channel].fault(receipt.code)
        if isinstance(fault, Unauthorised | AccountStopped):
            state: AccountState = "reauth_required" if isinstance(fault, Unauthorised) else "stopped"
            await self._store.accounts.judge(account.business_id, account.id, state, str(fault))
            self._forget(account.id)

    async def _echo(self, conversation: Conversation, account: Account, echo: Echo, sheet: _Sheet) -> None:
        sheet.lines.append(
            Message(
                conversation.id,
                conversation.business_id,
                "staff",
                echo.text,
                echo.at,
                author_id=echo.author or echo.app,
                external_id=echo.external_id,
                # The same echo read again, because a worker died before this was committed, is the same line.
                id=derived_id("echo", account.id, echo.external_id),
            )
        )
        now = self._clock.now()
        if now - echo.at > TOO_OLD:
            return
        if echo.app:
            if conversation.owner is not Owner.EXTERNAL_APP:
                sheet.taken = handoff.taken_elsewhere(echo.app)
        else:
            directory = await self._store.directories.directory(conversation.business_id)
            sheet.taken = handoff.replied(conversation, directory.business.policies, now, echo.author, in_app=True)

    def _moved(self, conversation: Conversation, account: Account, moved: ControlMoved, sheet: _Sheet) -> None:
        app = moved.by or "another app"
        if not moved.to_us:
            if conversation.owner is not Owner.EXTERNAL_APP:
                sheet.taken = handoff.taken_elsewhere(app)
                sheet.lines.append(_event(conversation, f"{app} took over", moved))
        elif conversation.owner is Owner.EXTERNAL_APP:
            sheet.taken = handoff.handed_back(conversation)
            sheet.lines.append(_event(conversation, f"{app} handed back to the assistant", moved))
            sheet.arrivals.append(handed_back(conversation, account, app, self._clock))

    async def _account_changed(self, account: Account, told: AccountChanged) -> None:
        facts = told.facts
        _log.info("account told", account=account.id, kind=told.kind)
        if told.kind == "message_template_status_update" and facts.get("message_template_name"):
            await self._store.accounts.note_template(
                TemplateState(
                    group=account.group,
                    name=facts["message_template_name"],
                    language=facts.get("message_template_language", ""),
                    status=facts.get("event", "").upper(),
                    updated_at=told.at,
                    reason=facts.get("reason", ""),
                )
            )
        elif told.kind == "account_update" and facts.get("event", "").upper() in STOPS:
            why = f"the platform says {facts['event'].replace('_', ' ').lower()}: look into its business settings"
            await self._store.accounts.judge(account.business_id, account.id, "stopped", why)
            self._forget(account.id)

    def _change(self, conversation: Conversation | None, sheet: _Sheet) -> ControlChange | None:
        if conversation is None or not (sheet.lines or sheet.taken or sheet.address):
            return None
        taken = sheet.taken or handoff.noted(conversation)
        return ControlChange(
            conversation.id,
            conversation.business_id,
            conversation.control_epoch,
            taken.owner,
            taken.owner_id,
            taken.reason,
            messages=sheet.lines,
            timers=timers(conversation, taken.alarms),
            cancel_timers=taken.cancelled,
            arrivals=sheet.arrivals,
            keep_epoch=taken.keep_epoch,
            external_id=sheet.address,
        )

    async def _tell(self, claim: Claim, sheet: _Sheet) -> None:
        conversation = claim.conversation
        if conversation is None:
            return
        told: list[Live] = []
        if sheet.taken is not None:
            told.append(Live(conversation.id, conversation.business_id, "control", {"owner": sheet.taken.owner.value}))
        if sheet.lines or sheet.tracked:
            told.append(Live(conversation.id, conversation.business_id, "message"))
        await self._store.live.publish(told)


def handed_back(conversation: Conversation, account: Account, by: str, clock: Clock) -> Arrival:
    """Return the mail by which the bot hears that it answers again, in the conversation's own lane."""
    now = clock.now()
    return Arrival(
        endpoint_id=account.endpoint_id,
        kind="control",
        external_id=new_id(),
        lane=conversation.id,
        business_id=conversation.business_id,
        account_id=conversation.account_id,
        sender=conversation.external_id,
        body=encode_content(HandedBack(by=by)),
        sent_at=now,
        received_at=now,
    )


def _event(conversation: Conversation, text: str, signal: IdentityChanged | ControlMoved) -> Message:
    return Message(conversation.id, conversation.business_id, "system", text, signal.at)
