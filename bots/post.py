"""The post: what a conversation leaves to be sent or to be heard later becomes rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dialogs.fit import fit
from dialogs.messages import Due
from dialogs.wire import encode_content, encode_outbound
from domain.conversations import Message, Outgoing, Timer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dialogs.messages import Capabilities, Reply
    from domain.conversations import Conversation
    from domain.handoff import Alarm


def timers(of: Conversation, alarms: Iterable[Alarm]) -> list[Timer]:
    """Return the timers that alarms of a conversation become; what they know is heard when they are due."""
    return [
        Timer(of.id, of.business_id, of.account_id, one.kind, one.due_at, encode_content(Due(one.kind, one.facts)))
        for one in alarms
    ]


def post(
    to: Conversation, channel: str, can: Capabilities, replies: Iterable[Reply], now: datetime, staff: str = ""
) -> tuple[list[Message], list[Outgoing]]:
    """Return a transcript line and an outbox row for each platform message that the replies become.

    What is owed is a notice, the bot's other words are talk; words of `staff` are theirs. Rows carry the epoch of the
    conversation as it is given.
    """
    lines: list[Message] = []
    rows: list[Outgoing] = []
    for reply in replies:
        for outbound in fit(reply, can):
            line = Message(
                conversation_id=to.id,
                business_id=to.business_id,
                author="staff" if staff else "bot",
                text=outbound.text,
                at=now,
                author_id=staff,
                choices=outbound.buttons or outbound.rows,
                card=outbound.card,
            )
            lines.append(line)
            rows.append(
                Outgoing(
                    conversation_id=to.id,
                    business_id=to.business_id,
                    account_id=to.account_id,
                    channel=channel,
                    to=to.external_id,
                    kind="staff" if staff else "notice" if reply.notice else "talk",
                    epoch=to.control_epoch,
                    message_id=line.id,
                    body=encode_outbound(replace(outbound, author=staff) if staff else outbound),
                    created_at=now,
                    has_link="://" in outbound.text,
                    position=len(rows),
                )
            )
    return lines, rows
