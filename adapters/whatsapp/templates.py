"""The three messages that WhatsApp approves beforehand: their words, their form for Meta, what fills their holes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args
from urllib.parse import quote

import yaml

import dialogs
from adapters.base import SendRefused
from dialogs.graphemes import border_before
from dialogs.messages import TemplateKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.messages import TemplateUse

LOCALES = Path(dialogs.__file__).parent / "locales"
KINDS: tuple[TemplateKind, ...] = get_args(TemplateKind)
HOLES = ("name", "what", "when", "where")
"""What fills a body, in the order of `TemplateUse.values`."""
CODES = {"en": "en", "es": "es", "pt": "pt_PT", "fr": "fr", "de": "de", "it": "it", "ru": "ru"}
"""Meta's code of each language. It has no plain Portuguese: ours is European, in words that Brazil uses too, so pt_PT.

Source: WhatsApp message templates, supported languages (21 May 2026).
"""
BODY_CHARS = 1024
BUTTON_CHARS = 25
LINK_CHARS = 2000
NOBODY = "👋"
"""Instead of a name that nobody knows: a greeting in every language. Meta refuses an empty value."""
NOTHING = "–"
_HOLE = re.compile(r"\{(\w+)\}")
_ROOM = {"name": 60, "what": 220, "when": 100, "where": 220}
"""So many characters of each value at most: with the longest of our bodies they stay below Meta's limit."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What one template says in one language."""

    body: str
    """With `{name}` and so on."""
    button: str
    examples: tuple[str, ...]
    """What its holes may be filled with, for the people who review it."""

    @property
    def numbered(self) -> str:
        """The body as Meta wants it: {{1}}, {{2}} and so on in the order of the values."""
        return _HOLE.sub(lambda hole: f"{{{{{HOLES.index(hole[1]) + 1}}}}}", self.body)


class Judged(NamedTuple):
    """What Meta says of one template in one language."""

    name: str
    language: str
    """Meta's code."""
    status: str
    """`APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED` as Meta writes it; `NOT_SUBMITTED` where it took none."""
    reason: str = ""


def name_of(kind: TemplateKind) -> str:
    """Return what a template is called on WhatsApp."""
    return f"frontdesk_{kind}"


def language_code(language: str) -> str:
    """Return Meta's code of a language, English where there is no template in it."""
    return CODES.get(language[:2].lower(), CODES["en"])


@cache
def wording(kind: TemplateKind, code: str) -> Wording:
    """Return what a template says in the language of one of Meta's codes."""
    language = next(ours for ours, theirs in CODES.items() if theirs == code)
    path = LOCALES / language / "templates.yaml"
    row = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Wording(row[kind], row["button"], tuple(row["examples"][hole] for hole in HOLES))


def definitions(link_base: str, languages: Sequence[str] = tuple(CODES)) -> list[dict[str, Any]]:
    """Return all templates as `POST /{waba}/message_templates` takes them.

    Args:
        link_base: Where links for managing a booking begin, without a slash at the end. The button leads only there:
            what fills its hole is the end of the address.
        languages: Which, by our codes.
    """
    return [_definition(kind, language_code(language), link_base) for kind in KINDS for language in languages]


def _definition(kind: TemplateKind, code: str, link_base: str) -> dict[str, Any]:
    words = wording(kind, code)
    url = link_base.rstrip("/")
    button = {"type": "URL", "text": words.button, "url": f"{url}/{{{{1}}}}", "example": [f"{url}/4f7c2a9e"]}
    return {
        "name": name_of(kind),
        "language": code,
        "category": "UTILITY",
        "components": [
            {"type": "BODY", "text": words.numbered, "example": {"body_text": [list(words.examples)]}},
            {"type": "BUTTONS", "buttons": [button]},
        ],
    }


def says_the_same(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Return whether what Meta has is what we would submit; examples and what Meta adds by itself do not count."""
    return _said(ours) == _said(theirs)


def _said(template: dict[str, Any]) -> list[tuple[str, ...]]:
    said: list[tuple[str, ...]] = []
    for part in template.get("components") or ():
        said.append((str(part.get("type")), str(part.get("text", ""))))
        said += [(str(one.get("text")), str(one.get("url", ""))) for one in part.get("buttons") or ()]
    return said


def to_template(use: TemplateUse) -> dict[str, Any]:
    """Return the `template` of a message: its name, its language and what fills its holes.

    Values are put on one line and shortened until they fit, because Meta refuses line breaks, tabs, more than four
    spaces and bodies of more than 1024 characters. Raises SendRefused for another number of values than holes, or
    without the end of the link that the button needs.
    """
    if len(use.values) != len(HOLES):
        raise SendRefused(f"a template has {len(HOLES)} values, not {len(use.values)}")
    if not use.link.strip():
        raise SendRefused("a template's button needs the end of its link")
    link = quote(use.link.strip().lstrip("/"), safe="/?=&.~_-")
    if len(link) > LINK_CHARS:
        raise SendRefused(f"the end of a template's link has at most {LINK_CHARS} characters, not {len(link)}")
    values = [_value(hole, value) for hole, value in zip(HOLES, use.values, strict=True)]
    return {
        "name": name_of(use.kind),
        "language": {"policy": "deterministic", "code": language_code(use.language)},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": link}]},
        ],
    }


def _value(hole: str, value: str) -> str:
    line = " ".join(value.encode("utf-8", "replace").decode().split())
    if not line:
        return NOBODY if hole == "name" else NOTHING
    most = _ROOM[hole]
    return line if len(line) <= most else line[: border_before(line, most - 1)].rstrip() + "…"
