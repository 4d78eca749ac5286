"""Cutting: where a text is cut that is longer than a platform takes, in the platform's own unit."""

from __future__ import annotations

import re

from dialogs.graphemes import border_after, border_before

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\s*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…。！？؟।])[\"'»”’)\]]*\s+")
_WORD = re.compile(r"\s+")
_BORDERS = (_PARAGRAPH, _LINE, _SENTENCE)
_ELLIPSIS = "…"
_CODECS = {"bytes": ("utf-8", 1), "utf16": ("utf-16-le", 2)}
"""How a unit is counted: a codec, and how many of its bytes make one."""
WIDEST = {"chars": 1, "utf16": 2, "bytes": 4}
"""The most units that one character can take."""


def sendable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no platform takes and no row can hold."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def size(text: str, unit: str) -> int:
    """Return how much of a limit a text takes: `chars` are code points, `bytes` are UTF-8, `utf16` are code units."""
    if unit == "chars":
        return len(text)
    codec, each = _CODECS[unit]
    return len(text.encode(codec, "surrogatepass")) // each


def parts(text: str, limit: int, unit: str) -> list[str]:
    """Return a text as parts within a limit; none for one that is blank.

    It is cut between paragraphs, sentences or words, and inside a grapheme only where that alone is over the limit.
    """
    found = []
    while size(text, unit) > limit:
        end, start = _border(text, _reach(text, limit, unit))
        if part := text[:end].rstrip():  # a part of white space only is nothing to send
            found.append(part)
        text = text[start:]
    if text.strip():
        found.append(text)
    return found


def with_end(text: str, limit: int, unit: str) -> list[str]:
    """Return a text as what goes ahead and its end, which is within a limit and as long as a good border allows."""
    if size(text, unit) <= limit:
        return [text]
    first = len(text) - _reach_back(text, limit, unit)
    end, start = _first_border(text, first)
    ahead = text[:end].rstrip()
    return [ahead, text[start:]] if ahead else [text[start:]]


def shortened(label: str, most: int, unit: str) -> str:
    """Return a label of at most so many units, with an ellipsis where something is gone; "" where none of it fits.

    It ends with a word where that costs no more than a third of the room.
    """
    if len(label) * WIDEST[unit] <= most or size(label, unit) <= most:
        return label
    room = most - size(_ELLIPSIS, unit)
    if room <= 0:
        return ""
    at = border_before(label, _reach(label, room, unit))
    if size(label[:at], unit) > room:
        return ""
    if not label[at].isspace():
        space = max(label.rfind(" ", 0, at), label.rfind("\u00a0", 0, at))
        if space >= at * 2 // 3 and border_before(label, space) == space:
            at = space
    kept = label[:at].rstrip()
    return kept + _ELLIPSIS if kept else ""


def _reach(text: str, limit: int, unit: str) -> int:
    """Return how many characters from the start are within a limit, at least one."""
    if unit == "chars":
        return max(1, min(limit, len(text)))
    codec, each = _CODECS[unit]
    start = text[:limit].encode(codec, "surrogatepass")[: limit * each]
    return max(1, len(start.decode(codec, "ignore")))


def _reach_back(text: str, limit: int, unit: str) -> int:
    """Return how many characters before the end are within a limit, at least one."""
    if unit == "chars":
        return max(1, min(limit, len(text)))
    codec, each = _CODECS[unit]
    end = text[-limit:].encode(codec, "surrogatepass")[-limit * each :]
    return max(1, len(end.decode(codec, "ignore")))


def _border(text: str, most: int) -> tuple[int, int]:
    """Return where a part ends and where the next begins; the white space between them is dropped."""
    window = text[: most + 1]  # one more: a part may end just before a space
    for border in _BORDERS:
        if last := _last(border, text, window, most // 2):  # a part half empty is not worth a paragraph
            return last
    if last := _last(_WORD, text, window, 1):
        return last
    at = border_before(text, most) or most  # a grapheme longer than a part has to be cut
    return at, at


def _last(border: re.Pattern[str], text: str, window: str, first: int) -> tuple[int, int] | None:
    """Return the last border of a kind in the window; closing marks stay before it, all white space after it goes."""
    found = None
    for match in border.finditer(window, first):
        found = _around(match, text) or found
    return found


def _first_border(text: str, first: int) -> tuple[int, int]:
    """Return the best border behind which no more is left than from `first` on, the foremost of its kind."""
    pos = first
    while pos > 0 and text[pos - 1].isspace():
        pos -= 1
    for border in (*_BORDERS, _WORD):
        for match in border.finditer(text, pos):
            found = _around(match, text)
            if found and found[1] >= first and text[found[1] :].strip():
                return found
    at = border_after(text, first)
    at = first if at == len(text) else at  # a grapheme that reaches to the end has to be cut
    return at, at


def _around(match: re.Match[str], text: str) -> tuple[int, int] | None:
    """Return where a border begins and where it ends; None where it is inside a grapheme."""
    kept = len(match.group()) - len(match.group().lstrip("\"'»”’)]"))
    start = match.end()
    while start < len(text) and text[start].isspace():
        start += 1
    if border_before(text, start) != start:  # a combining mark can stand on a space
        return None
    return match.start() + kept, start
