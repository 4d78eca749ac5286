"""Handing over: who may answer after whom, and the timers that each change of owner sets or cancels.

T1 (`unanswered`): nobody of the staff has claimed a waiting conversation. T2 (`silent`): whoever claimed it has not
written. Both only decide; the change itself is one compare-and-swap of the store's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.conversations import Owner, Timer
from domain.errors import ControlLost

if TYPE_CHECKING:
    from domain.businesses import Policies
    from domain.conversations import Conversation

TRANSITIONS: dict[Owner, frozenset[Owner]] = {
    Owner.BOT: frozenset({Owner.QUEUE, Owner.HUMAN, Owner.EXTERNAL_APP}),
    Owner.QUEUE: frozenset({Owner.BOT, Owner.HUMAN, Owner.EXTERNAL_APP}),
    Owner.HUMAN: frozenset({Owner.BOT, Owner.QUEUE, Owner.HUMAN, Owner.EXTERNAL_APP}),
    Owner.EXTERNAL_APP: frozenset({Owner.BOT, Owner.QUEUE, Owner.HUMAN}),
}
"""Who may answer after whom. One member of staff may take over from another."""

UNANSWERED = "unanswered"
"""Kind of the T1 timer."""
SILENT = "silent"
"""Kind of the T2 timer."""
_PEOPLE = frozenset({Owner.HUMAN, Owner.EXTERNAL_APP})
_BOT_TIMERS = ("nudge", "close")


@dataclass(frozen=True, slots=True)
class Handoff:
    """A change of owner, or staff's next words, as rules decide it: what a store's ControlChange is made of."""

    owner: Owner
    owner_id: str = ""
    reason: str = ""
    timers: tuple[Timer, ...] = ()
    cancel_timers: tuple[str, ...] = ()
    keep_epoch: bool = False
    """The owner stays who it is: the epoch is checked but not raised."""


def may_follow(owner: Owner, after: Owner) -> bool:
    """Return whether `owner` may answer after `after`."""
    return owner in TRANSITIONS[after]


def handed_over(conversation: Conversation, policies: Policies, now: datetime, reason: str) -> Handoff | None:
    """Return the change by which the bot asks for people, with T1 set.

    None when there is nobody (the customer is told, and the bot goes on), or when people have it already.
    """
    if not policies.staffed or conversation.owner != Owner.BOT:
        return None
    return Handoff(
        Owner.QUEUE,
        reason=reason,
        timers=(unanswered_timer(conversation, policies, now),),
        cancel_timers=(*_BOT_TIMERS, SILENT),
    )


def claimed(conversation: Conversation, policies: Policies, now: datetime, staff_id: str) -> Handoff:
    """Return the change by which a member of staff takes over, with T2 set: from now on the customer waits for them."""
    return Handoff(
        Owner.HUMAN,
        owner_id=staff_id,
        reason=conversation.reason,
        timers=(silent_timer(conversation, policies, now, staff_id, waiting=True),),
        cancel_timers=(*_BOT_TIMERS, UNANSWERED),
        keep_epoch=conversation.owner == Owner.HUMAN and conversation.owner_id == staff_id,
    )


def replied(
    conversation: Conversation, policies: Policies, now: datetime, staff_id: str, *, in_app: bool = False
) -> Handoff:
    """Return what a public reply of staff changes: it takes control, and T2 counts from it.

    `in_app`: it was typed in the platform's own app or inbox, where nobody knows by whom (`staff_id` may be "").
    """
    owner = Owner.EXTERNAL_APP if in_app else Owner.HUMAN
    return Handoff(
        owner,
        owner_id=staff_id,
        reason=conversation.reason,
        timers=(silent_timer(conversation, policies, now, staff_id, waiting=False),),
        cancel_timers=(*_BOT_TIMERS, UNANSWERED),
        keep_epoch=conversation.owner == owner and conversation.owner_id == staff_id,
    )


def noted(conversation: Conversation) -> Handoff:
    """Return what a private note changes: nothing."""
    return Handoff(conversation.owner, conversation.owner_id, conversation.reason, keep_epoch=True)


def handed_back(conversation: Conversation, reason: str = "handed back") -> Handoff:
    """Return the change by which people give a conversation back. Raises ControlLost if the bot has it already."""
    if conversation.owner == Owner.BOT:
        raise ControlLost("the bot answers already")
    return Handoff(Owner.BOT, reason=reason, cancel_timers=(UNANSWERED, SILENT))


def asked_for_bot(conversation: Conversation) -> Handoff | None:
    """Return the change by which a customer who waits in the queue goes on with the bot; None if they do not wait."""
    return handed_back(conversation, "customer asked") if conversation.owner == Owner.QUEUE else None


def unanswered(conversation: Conversation) -> Handoff | None:
    """Return the change when T1 has run out: the bot goes on.

    None when the timer is out of date because the conversation does not wait any more, or waits because staff who
    had claimed it fell silent: then the bot stays silent too, unless the customer asks for it.
    """
    if conversation.owner != Owner.QUEUE or conversation.reason == SILENT:
        return None
    return Handoff(Owner.BOT, reason="unanswered", cancel_timers=(UNANSWERED, SILENT))


def went_silent(conversation: Conversation, policies: Policies, now: datetime, timer: bytes) -> Handoff | None:
    """Return the change when T2 has run out: back to the queue if the customer waits, else T2 once more.

    `timer` is the body of the timer; None when it is out of date because somebody else answers meanwhile.
    """
    body = json.loads(timer)
    if conversation.owner not in _PEOPLE or conversation.owner_id != body["staff"]:
        return None
    if body["waiting"] or conversation.last_heard_at > datetime.fromisoformat(body["since"]):
        return Handoff(Owner.QUEUE, reason=SILENT, cancel_timers=(SILENT,))
    again = Timer(
        conversation.id,
        conversation.business_id,
        conversation.account_id,
        SILENT,
        now + policies.reply_within,
        timer,
    )
    return Handoff(conversation.owner, conversation.owner_id, conversation.reason, timers=(again,), keep_epoch=True)


def unanswered_timer(conversation: Conversation, policies: Policies, now: datetime) -> Timer:
    """Return T1: somebody of the staff should have claimed the conversation by then."""
    return Timer(
        conversation.id, conversation.business_id, conversation.account_id, UNANSWERED, now + policies.answer_within
    )


def silent_timer(
    conversation: Conversation, policies: Policies, now: datetime, staff_id: str, *, waiting: bool
) -> Timer:
    """Return T2: whoever answers should have written by then. `waiting`: the customer waits for them already."""
    body = json.dumps({"staff": staff_id, "since": now.isoformat(), "waiting": waiting}).encode()
    return Timer(
        conversation.id, conversation.business_id, conversation.account_id, SILENT, now + policies.reply_within, body
    )
