"""Hostile texts: what is repeated to make reading slow, some written here, some grown from a language's own phrases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dialogs.understanding

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from dialogs.understanding.lexicon import Lexicon

NASTY = {
    "letters": "a",
    "digits": "1",
    "dots": ".",
    "spaces": " ",
    "emoji": "😀",
    "right to left": "שלום ",
    "right-to-left marks": "a\u202e",
    "zero width": "a\u200b",
    "combining": "e\u0301",
    "a flood of marks": "\u0301",
    "wide figures": "１",
    "arabic figures": "٣ ",
    "letters that grow": "ﷺΐ",
    "numbers": "1 ",
    "times": "at 5 ",
    "dashes": "1-",
    "colons": "1:",
    "slashes": "1/1/",
    "thousands": "1,000",
    "at signs": "a@",
    "an address that never ends": "a@a.",
    "an address of dashes": "a@a-",
    "a number that never ends": "1 2-3(4)",
    "plus signs": "+1 ",
    "open numbers": "(1",
    "fillers": "please the a ",
    "days": "monday next ",
    "names": "my name is ",
    "names after names": "my name is Xa ",
    "names with dashes": "Xa-",
    "between": "between 3 and ",
    "typos": "tomorov hairct ",
    "long typos": "appointmeent reservattion ",
    "the start of long phrases": "talk to the ",
    "questions": "what when where who ",
    "not": "not not ",
    "refused days": "not monday ",
    "and": "haircut and ",
    "or": "monday or ",
    "days after days": "monday after ",
    "days before days": "2 days before ",
    "families": "me, my son, ",
    "notes": "allergic to ",
    "apostrophes": "a'",
    "control": "\x00\x1b",
    "colours of a terminal": "\x1b[31m",
    "brackets": "([{",
    "markup": "<b>hi</b> ",
    "markup that never ends": "<a ",
    "scripts that never end": "<script>",
    "braces": "{{",
    "open braces": "${a",
    "links": "http://a ",
    "halves": "half past quarter to ",
}
"""Name to what is said again and again."""

_WRITTEN = {
    "<clock>": "10:30",
    "<hour>": "5",
    "<n>": "2",
    "<date>": "21/11",
    "<figures>": "21/11",
    "<service>": "haircut",
    "<staff>": "anna",
    "<hhmm>": "10:30",
    "<range>": "3-5",
    "<min>": "20",
    "<mm>": "20",
    "<dom>": "21",
}


def said_for(lexicon: Lexicon) -> dict[str, str]:
    """Return a word for each kind of word that a language knows."""
    found: dict[str, str] = {}
    for word, atoms in lexicon.words.items():
        for kind, _ in atoms:
            found.setdefault(kind, word)
    for word, entries in lexicon.spans.items():
        for rest, kind, _ in entries:
            found.setdefault(kind, " ".join((word, *rest)))
    found |= _WRITTEN
    return found | {"<length>": f"2 {found.get('<tunit>', '')}", "<days>": f"2 {found.get('<dunit>', '')}"}


def grown(lexicon: Lexicon, most: int) -> list[str]:
    """Return up to so many beginnings of a language's phrases, evenly chosen: each made to go on, and never ending."""
    words = said_for(lexicon)
    found: set[str] = set()
    stack: list[tuple[Any, tuple[str, ...]]] = [(lexicon.outer, ()), (lexicon.inner, ())]
    while stack:
        node, said = stack.pop()
        if len(said) >= 2:
            found.add(" ".join(said) + " ")
        for key, after in node.items():
            word = words.get(key, "" if key.startswith("<") else key)
            if word and isinstance(after, dict):
                stack.append((after, (*said, word)))
    ordered = sorted(found)
    return ordered[:: max(1, len(ordered) // most)]


_HOME = str(Path(dialogs.understanding.__file__).parent)


def lines_run(act: Callable[[], object]) -> int:
    """Return how many lines of the understanding an act runs: its cost, the same on every machine."""
    count = 0

    def line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return line

    def called(frame: FrameType, event: str, argument: object) -> Any:
        return line if frame.f_code.co_filename.startswith(_HOME) else None

    before = sys.gettrace()
    sys.settrace(called)
    try:
        act()
    finally:
        sys.settrace(before)
    return count
