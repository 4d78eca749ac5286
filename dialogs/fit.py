"""Fitting: what a reply becomes on a channel that shows less than it could say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialogs.cutting import WIDEST, parts, sendable, shortened, size, with_end
from dialogs.messages import Outbound

if TYPE_CHECKING:
    from dialogs.messages import Capabilities, Reply

__all__ = ["fit", "pages", "size"]

Choices = tuple[tuple[str, str], ...]
Listed = tuple[Choices, tuple[str, ...]]
"""Rows of a list, and the second line of each; no second lines where every label is whole."""


def fit(reply: Reply, can: Capabilities) -> list[Outbound]:
    """Return the platform messages that say a reply on a channel, in order; none for a reply that is blank.

    Text longer than the channel's limit becomes several messages, cut between paragraphs, sentences or words and
    never inside a grapheme. Choices go below the last one: as buttons if they fit in number and length, else as
    list rows, else as a page of a list where the reply has a pager, else as numbered lines of the text, counted from 1
    through all messages. Labels that are numbers themselves stand without numbers, because whoever types "2" means two.
    Labels are shortened only while they can be told apart, by their second lines if need be; a number in front of a row
    counts through all pages. A card is kept where the channel shows cards.
    """
    text = sendable(reply.text)
    card = reply.card if can.cards else None
    if not reply.choices:
        return _messages(_plain(text, can) or ([""] if card else []), reply, card)
    choices = _cleaned(reply.choices)
    body = text if text.strip() else sendable(reply.opener).strip()
    if body:
        if len(choices) <= can.buttons and (buttons := _buttons(choices, can)):
            return _messages(_above(body, can), reply, card, buttons=buttons)
        if len(choices) <= can.list_rows:
            if listed := _rows(choices, can):
                return _messages(_above(body, can), reply, card, listed=listed, opener=_opener(reply, can))
        elif reply.pager and len(reply.pager.tokens) + 1 >= pages(len(choices), can) > 1:
            page = min(max(reply.page, 0), pages(len(choices), can) - 1)
            if listed := _page(choices, reply, can, page):
                hint = sendable(reply.pager.hint).strip()
                if hint and page == 0:
                    body = f"{text}\n{hint}" if text.strip() else hint
                return _messages(_above(body, can), reply, card, listed=listed, opener=_opener(reply, can))
    return _messages(_with_lines(text, _lines(choices), can), reply, card)


def pages(count: int, can: Capabilities) -> int:
    """Return how many pages of a list show so many choices; 1 where they need no pages or cannot have any."""
    if count <= max(can.list_rows, can.buttons) or can.list_rows < 2:
        return 1
    return 1 + -(-(count - can.list_rows) // (can.list_rows - 1))  # every page but the last leaves a row to go on


def _messages(
    texts: list[str],
    reply: Reply,
    card: dict[str, object] | None,
    *,
    buttons: Choices = (),
    listed: Listed = ((), ()),
    opener: str = "",
) -> list[Outbound]:
    """Return a message a text; what is more than text goes with the last."""
    if not texts:
        return []
    last = Outbound(texts[-1], buttons, *listed, opener, card, template=reply.template)
    return [last] if len(texts) == 1 else [*map(Outbound, texts[:-1]), last]


def _plain(text: str, can: Capabilities) -> list[str]:
    """Return a text in parts that a message may have."""
    if len(text) * WIDEST[can.text_unit] <= can.text_limit:
        return [text] if text.strip() else []
    return parts(text, can.text_limit, can.text_unit)


def _above(text: str, can: Capabilities) -> list[str]:
    """Return a text in parts of which the last may have choices below it."""
    limit = can.choices_text_limit or can.text_limit
    if len(text) * WIDEST[can.text_unit] <= limit:
        return [text]
    *ahead, last = _plain(text, can)
    return [*ahead, *with_end(last, limit, can.text_unit)]


def _with_lines(text: str, lines: list[str], can: Capabilities) -> list[str]:
    """Return a text with lines below it in parts; a line is cut only where it is longer than a part."""
    found = _plain(text, can)
    for line in lines:
        joined = f"{found[-1]}\n{line}" if found else line
        if size(joined, can.text_unit) <= can.text_limit:
            found[-1:] = [joined]
        else:
            found += parts(line, can.text_limit, can.text_unit)
    return found


def _opener(reply: Reply, can: Capabilities) -> str:
    return shortened(" ".join(reply.opener.split()), can.button_label, can.text_unit)


def _lines(choices: Choices) -> list[str]:
    """Return choices as lines of text."""
    if _numbers(choices):
        return [" · ".join(label for _, label in choices)]
    return [f"{number}. {label}".rstrip() for number, (_, label) in enumerate(choices, 1)]


def _numbers(choices: Choices) -> bool:
    """Return whether all labels are numbers themselves."""
    return all(label.isdecimal() for _, label in choices)


def _cleaned(choices: Choices) -> Choices:
    """Return choices whose labels are one line of what can be sent."""
    for _, label in choices:
        if not label.isprintable() or label != label.strip():
            return tuple((token, " ".join(sendable(label).split())) for token, label in choices)
    return choices


def _buttons(choices: Choices, can: Capabilities) -> Choices:
    """Return choices with labels that a button holds; empty when they could not be told apart."""
    seen = {label for _, label in choices}
    if len(seen) < len(choices):
        return ()
    if "" not in seen and max(map(len, seen)) * WIDEST[can.text_unit] <= can.button_label:
        return choices
    short = [shortened(label, can.button_label, can.text_unit) for _, label in choices]
    if len(set(short)) < len(short) or "" in short:
        return ()
    return tuple((token, label) for (token, _), label in zip(choices, short, strict=True))


def _rows(choices: Choices, can: Capabilities, room: int = 0) -> Listed | None:
    """Return choices as rows that leave `room` for a number in their labels; None when they could not be told apart.

    What is called the same is told apart by its number alone, in rows as well as in lines.
    """
    unit = can.text_unit
    short = [shortened(label, can.row_label - room, unit) for _, label in choices]
    whole = [label for _, label in choices]
    details = [
        "" if label == shown else shortened(label, can.row_detail, unit)
        for label, shown in zip(whole, short, strict=True)
    ]
    apart = len(set(whole)) if room else len(whole)
    if "" in short or len(set(zip(short, details, strict=True))) < apart:
        return None
    rows = tuple((token, label) for (token, _), label in zip(choices, short, strict=True))
    return rows, tuple(details) if any(details) else ()


def _page(choices: Choices, reply: Reply, can: Capabilities, page: int) -> Listed | None:
    """Return one page of the choices as rows, with their numbers; the last row leads on. None as for rows."""
    assert reply.pager is not None
    bare = _numbers(choices)
    listed = _rows(choices, can, 0 if bare else len(f"{len(choices)}. "))
    if listed is None:
        return None
    rows, details = listed
    if not bare:
        rows = tuple((token, f"{number}. {label}") for number, (token, label) in enumerate(rows, 1))
    first = page * (can.list_rows - 1)
    if len(choices) - first <= can.list_rows:
        return _with_details(rows[first:], details[first:])
    last = first + can.list_rows - 1
    label = shortened(" ".join(reply.pager.label.split()), can.row_label, can.text_unit) or "…"
    more = (reply.pager.tokens[page], label)
    return _with_details((*rows[first:last], more), (*details[first:last], "") if details else ())


def _with_details(rows: Choices, details: tuple[str, ...]) -> Listed:
    return rows, details if any(details) else ()
