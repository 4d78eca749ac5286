"""Plain text: what can be seen of a message, without marks, markup and signs that only look like others."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufff9-\ufffc]")
"""Control characters and what colours a terminal."""
_MARKS = re.compile(
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
    r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""Marks that no letter took up, the colours of emoji, and signs of no width that only steer how text is set."""
_WIDE = re.compile(r"[\uff01-\uff5e\ufb00-\ufb06\u2460-\u2473\U0001d400-\U0001d7ff]")
"""Letters and figures drawn in another width or style."""
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>]{0,200})?/?>|&(?:nbsp|amp|lt|gt|quot|#\d{1,5});")
_CODE = re.compile(
    r"<(script|style)\b[^<>]{0,200}>.{0,1000}?</\1\s*>|\{\{.{0,200}?\}\}|\$\{.{0,200}?\}|\{%.{0,200}?%\}|%[sdn](?![a-z])",
    re.IGNORECASE | re.DOTALL,
)
"""What runs somewhere else: its words and figures say nothing here."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<![\d.,:/-])(\d{1,3})((?:,\d{3}){1,4}|(?:[ \u00a0\u202f]000){1,4})(?![\d,])")
_LETTERS_MOST = 60
_ENDLESS = re.compile(rf"[^\W\d_]{{{_LETTERS_MOST},}}")
"""No word of any language of ours: somebody leant on the keyboard."""


def seen(text: str) -> str:
    """Return a text as people see it: no control, zero-width or right-to-left marks, letters and accents in one."""
    if text.isascii():
        return _UNSEEN.sub(" ", text) if _UNSEEN.search(text) else text
    text = unicodedata.normalize("NFC", _UNSEEN.sub(" ", text))
    text = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _MARKS.sub("", text)


def readable(text: str) -> str:
    """Return what of a text is words and figures: no markup, code, link or endless word; "5,000" is one number."""
    if "{" in text or "%" in text or "<" in text:
        text = _CODE.sub(" , ", text)
    if "<" in text or "&" in text:
        text = _MARKUP.sub(" ", text)
    if "://" in text or "www." in text:
        text = _LINK.sub(" , ", text)
    if "000" in text or "," in text:
        text = _THOUSANDS.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), text)
    return _ENDLESS.sub(" , ", text) if len(text) >= _LETTERS_MOST else text
