"""Fitting: what a reply becomes on a channel that shows less than it could say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dialogs.graphemes import border_before
from dialogs.messages import Outbound

if TYPE_CHECKING:
    from dialogs.messages import Capabilities, Reply

_WIDEST = {"chars": 1, "utf16": 2, "bytes": 4}
"""The most units that one character can take."""
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\s*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…。！？؟।])[\"'»”’)\]]*\s+")
_WORD = re.compile(r"\s+")
_BORDERS = (_PARAGRAPH, _LINE, _SENTENCE)
_ELLIPSIS = "…"


def fit(reply: Reply, can: Capabilities) -> list[Outbound]:
    """Return the platform messages that say a reply on a channel, in order; none for a reply that is empty.

    Text longer than the channel's limit becomes several messages, cut between paragraphs, sentences or words and
    never inside a grapheme. Choices go below the last one: as buttons if they fit in number and length, else as
    list rows, else as numbered lines of the text, counted from 1 through all messages; labels that are numbers
    themselves stand in one line without numbers, because whoever types "2" means two. Labels are shortened only while
    they stay different. A card is kept where the channel shows cards.
    """
    text = reply.text
    choices = reply.choices
    card = reply.card if can.cards else None
    buttons: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    lines: list[str] | None = None
    if choices:
        if can.buttons >= len(choices) and (fitting := _labelled(choices, can.button_label)):
            buttons = fitting
        elif can.list_rows >= len(choices) and (fitting := _labelled(choices, can.row_label)):
            rows = fitting
        else:
            lines = _listed(choices)
    elif not text and card is None:
        return []
    whole = "\n".join([text, *lines] if text else lines) if lines else text
    if len(whole) * _WIDEST[can.text_unit] <= can.text_limit:
        return [Outbound(whole, buttons, rows, card)]
    pages = _paged(text, lines or [], can)
    return [*map(Outbound, pages[:-1]), Outbound(pages[-1], buttons, rows, card)]


def size(text: str, unit: str) -> int:
    """Return how much of a limit a text takes: `chars` are code points, `bytes` are UTF-8, `utf16` are code units."""
    if unit == "bytes":
        return len(text.encode("utf-8", "surrogatepass"))
    if unit == "utf16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def _listed(choices: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the choices as lines of text."""
    labels = [" ".join(label.split()) for _, label in choices]
    if all(map(str.isdecimal, labels)):
        return [" · ".join(labels)]
    return [f"{number}. {label}" for number, label in enumerate(labels, 1)]


def _labelled(choices: tuple[tuple[str, str], ...], most: int) -> tuple[tuple[str, str], ...]:
    """Return the choices with labels of at most so many characters; empty when they could not be told apart."""
    seen = set()
    long = False
    for _, label in choices:
        seen.add(label)
        if len(label) > most:
            long = True
    if len(seen) < len(choices):
        return ()
    if not long:
        return choices
    short = tuple((token, _shortened(label, most)) for token, label in choices)
    return short if len({label for _, label in short}) == len(short) else ()


def _shortened(label: str, most: int) -> str:
    if len(label) <= most:
        return label
    return label[: border_before(label, most - 1)].rstrip() + _ELLIPSIS


def _paged(text: str, lines: list[str], can: Capabilities) -> list[str]:
    """Return a text with lines below it as pages; a line is cut only where it is longer than a page."""
    pages = _cut(text, can) if text else []
    for line in lines:
        joined = f"{pages[-1]}\n{line}" if pages else line
        if size(joined, can.text_unit) <= can.text_limit:
            pages[-1:] = [joined]
        else:
            pages += _cut(line, can)
    return pages


def _cut(text: str, can: Capabilities) -> list[str]:
    pages = []
    while size(text, can.text_unit) > can.text_limit:
        most = _reach(text, can)
        end, start = _border(text, most)
        if text[:end].strip():  # a page of white space only is nothing to send
            pages.append(text[:end])
        text = text[start:]
    if text.strip() or not pages:
        pages.append(text)
    return pages


def _reach(text: str, can: Capabilities) -> int:
    """Return how many characters from the start fit on one page, at least one."""
    if can.text_unit == "chars":
        return max(1, can.text_limit)
    room = can.text_limit
    for index, char in enumerate(text):
        room -= size(char, can.text_unit)
        if room < 0:
            return max(1, index)
    return len(text)


def _border(text: str, most: int) -> tuple[int, int]:
    """Return where a page ends and where the next begins; the white space between them is dropped."""
    window = text[: most + 1]  # one more: a page may end just before a space
    for border in _BORDERS:
        if last := _last(border, text, window, most // 2):  # a page half empty is not worth a paragraph
            return last
    if last := _last(_WORD, text, window, 1):
        return last
    at = border_before(text, most) or most  # a grapheme longer than a page has to be cut
    return at, at


def _last(border: re.Pattern[str], text: str, window: str, first: int) -> tuple[int, int] | None:
    """Return the last border of a kind in the window; closing marks stay before it, all white space after it goes."""
    found = None
    for match in border.finditer(window, first):
        kept = len(match.group()) - len(match.group().lstrip("\"'»”’)]"))
        start = match.end()
        while start < len(text) and text[start].isspace():
            start += 1
        if border_before(text, start) == start:  # a combining mark can stand on a space
            found = match.start() + kept, start
    return found


def _closed(border: re.Match[str], text: str) -> tuple[int, int]:
    """Return the border with closing marks left on the page, and with all the white space that follows it."""
    kept = len(border.group()) - len(border.group().lstrip("\"'»”’)]"))
    end = border.start() + kept
    start = border.end()
    while start < len(text) and text[start].isspace():
        start += 1
    return end, start
