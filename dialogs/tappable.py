"""What can be tapped: a worded reply gets its tokens, and what leads to the choices that a channel has no room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.fit import pages
from dialogs.messages import Pager, Reply

if TYPE_CHECKING:
    from dialogs.messages import Capabilities, Offer
    from dialogs.replies import Replies, Voice, Worded
    from dialogs.tokens import Tokens


def reply_of(
    worded: Worded,
    offer: Offer | None,
    conversation_id: str,
    can: Capabilities,
    *,
    tokens: Tokens,
    replies: Replies,
    voice: Voice,
) -> Reply:
    """Return what is said with its choices; the offer keeps them as they were worded, since labels may be typed."""
    if not worded.options or offer is None:
        return Reply(worded.text, notice=worded.notice, card=worded.card)
    offer.options = list(worded.options)
    many = pages(len(offer.options), can)
    pager = None
    if many > 1:
        pager = Pager(
            tuple(tokens.page_token(conversation_id, offer.id, page) for page in range(1, many)),
            replies.text("choice-more", {}, voice),
            replies.text("many-choices", {"count": len(offer.options)}, voice),
        )
    return Reply(
        worded.text,
        tuple((tokens.token(conversation_id, offer.id, index), one.label) for index, one in enumerate(offer.options)),
        notice=worded.notice,
        card=worded.card,
        pager=pager,
        page=worded.page,
        opener=replies.text("list-opener", {}, voice) if can.list_rows else "",
    )
