"""Handing over: who may answer after whom, and the timers that each change of owner sets or cancels.

T1 (`unanswered`): nobody of the staff has claimed a waiting conversation. T2 (`silent`): whoever claimed it has not
written. Both only decide; the change itself is one compare-and-swap of the store's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.conversations import Owner
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
"""Kind of the T1 alarm."""
SILENT = "silent"
"""Kind of the T2 alarm."""
_PEOPLE = frozenset({Owner.HUMAN, Owner.EXTERNAL_APP})
NUDGE, CLOSE = "nudge", "close"
"""Kinds of the alarms by which the bot notices a customer's silence."""
_BOT_ALARMS = (NUDGE, CLOSE)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that must happen later in this conversation's lane; set again, it replaces the one of its kind."""

    kind: str
    due_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    """What it must know when it goes off, as JSON knows it."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A change of owner, or staff's next words, as rules decide it: what a store's ControlChange is made of."""

    owner: Owner
    owner_id: str = ""
    reason: str = ""
    alarms: tuple[Alarm, ...] = ()
    cancelled: tuple[str, ...] = ()
    """Kinds of alarms that mean nothing any more."""
    keep_epoch: bool = False
    """The owner stays who it is: the epoch is checked but not raised."""


def may_follow(owner: Owner, after: Owner) -> bool:
    """Return whether `owner` may answer after `after`."""
    return owner in TRANSITIONS[after]


def handed_over(owner: Owner, policies: Policies, now: datetime, reason: str) -> Handoff | None:
    """Return the change by which the bot asks for people, with T1 set.

    None when there is nobody (the customer is told, and the bot goes on), or when people have it already.
    """
    if not policies.staffed or owner != Owner.BOT:
        return None
    return Handoff(
        Owner.QUEUE,
        reason=reason,
        alarms=(_unanswered(policies, now),),
        cancelled=(*_BOT_ALARMS, SILENT),
    )


def claimed(conversation: Conversation, policies: Policies, now: datetime, staff_id: str) -> Handoff:
    """Return the change by which a member of staff takes over, with T2 set: from now on the customer waits for them."""
    return Handoff(
        Owner.HUMAN,
        owner_id=staff_id,
        reason=conversation.reason,
        alarms=(_silent(policies, now, staff_id, waiting=True),),
        cancelled=(*_BOT_ALARMS, UNANSWERED),
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
        alarms=(_silent(policies, now, staff_id, waiting=False),),
        cancelled=(*_BOT_ALARMS, UNANSWERED),
        keep_epoch=conversation.owner == owner and conversation.owner_id == staff_id,
    )


def taken_elsewhere(app: str) -> Handoff:
    """Return the change by which another app of the platform has the conversation: it says when it gives it back."""
    return Handoff(Owner.EXTERNAL_APP, owner_id=app, reason="another app", cancelled=(*_BOT_ALARMS, UNANSWERED, SILENT))


def noted(conversation: Conversation) -> Handoff:
    """Return what a private note changes: nothing."""
    return Handoff(conversation.owner, conversation.owner_id, conversation.reason, keep_epoch=True)


def handed_back(conversation: Conversation, reason: str = "handed back") -> Handoff:
    """Return the change by which people give a conversation back. Raises ControlLost if the bot has it already."""
    if conversation.owner == Owner.BOT:
        raise ControlLost("the bot answers already")
    return Handoff(Owner.BOT, reason=reason, cancelled=(UNANSWERED, SILENT))


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
    return Handoff(Owner.BOT, reason="unanswered", cancelled=(UNANSWERED, SILENT))


def went_silent(conversation: Conversation, policies: Policies, now: datetime, facts: dict[str, Any]) -> Handoff | None:
    """Return the change when T2 has run out: back to the queue if the customer waits, else T2 once more.

    `facts` are those of the alarm; None when it is out of date because somebody else answers meanwhile.
    """
    if conversation.owner not in _PEOPLE or conversation.owner_id != facts.get("staff"):
        return None
    if facts["waiting"] or conversation.last_heard_at > datetime.fromisoformat(facts["since"]):
        return Handoff(Owner.QUEUE, reason=SILENT, cancelled=(SILENT,))
    again = Alarm(SILENT, now + policies.reply_within, facts)
    return Handoff(conversation.owner, conversation.owner_id, conversation.reason, alarms=(again,), keep_epoch=True)


def _unanswered(policies: Policies, now: datetime) -> Alarm:
    """Return T1: somebody of the staff should have claimed the conversation by then."""
    return Alarm(UNANSWERED, now + policies.answer_within)


def _silent(policies: Policies, now: datetime, staff_id: str, *, waiting: bool) -> Alarm:
    """Return T2: whoever answers should have written by then. `waiting`: the customer waits for them already."""
    facts = {"staff": staff_id, "since": now.isoformat(), "waiting": waiting}
    return Alarm(SILENT, now + policies.reply_within, facts)
