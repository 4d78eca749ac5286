"""Approved templates: what fills them for a booking, where free words are not allowed any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialogs import formats
from dialogs.messages import Moment, TemplateUse
from dialogs.replies import Voice

if TYPE_CHECKING:
    from dialogs.messages import Fact, TemplateKind
    from dialogs.replies import Replies
    from domain.businesses import Directory

NOBODY = "👋"
"""Instead of a name that nobody knows: a greeting in every language, since no value may be empty."""


def template_use(
    kind: TemplateKind, card: dict[str, Any], language: str, directory: Directory, replies: Replies
) -> TemplateUse:
    """Return the template that says a booking's notice.

    Args:
        kind: Which of the approved templates.
        card: The booking, as `wording.booking_card` gives it.
        language: Of the customer, ISO 639-1.
        directory: The business's, for its trade and country.
        replies: The sentences.

    Values stand on one line, without tabs or more than one space in a row, and none is empty: Meta refuses others.
    """
    business = directory.business
    starts_at = datetime.fromisoformat(card["start"])
    voice = Voice(language, business.trade, business.country, starts_at.date())
    what: dict[str, Fact] = {
        "what": _line(card["service"]) or _line(card["place"]),
        "staff": card["staff"] or "none",
        "party": card["party_size"] or 1,
    }
    when: dict[str, Fact] = {
        "when": Moment(starts_at, card["zone"]),
        "city": formats.city(card["zone"], formats.locale_for(language, business.country)),
    }
    visit = replies.text("visit-what", what, voice)
    values = (
        _line(card["name"]) or NOBODY,
        _line(visit[:1].upper() + visit[1:]),
        _line(replies.text("visit-when", when, voice)),
        _line(", ".join(filter(None, (card["place"], card["address"])))) or _line(business.name),
    )
    return TemplateUse(kind, language, values, card["manage"].lstrip("/"))


def _line(text: str) -> str:
    return " ".join(text.split())
