"""A bot's token: what one looks like, and how it is found in what an owner pastes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.base import Unauthorised

if TYPE_CHECKING:
    from adapters.base import Secret

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{30,200}")
_IN_TEXT = re.compile(rf"(?<![A-Za-z0-9_:-]){_TOKEN.pattern}(?![A-Za-z0-9_:-])")


def token_of(secret: Secret) -> str:
    """Return the token that a secret holds. Raises Unauthorised for what cannot be one: it would become part of a URL.

    Its digits are the bot's id.
    """
    token = secret.value.decode("ascii", "replace")
    if not _TOKEN.fullmatch(token):
        raise Unauthorised("what is kept for this bot is not a token")
    return token


def found_in(pasted: str) -> str:
    """Return the one token in a pasted text, "" where there is none or more than one.

    BotFather sends the token inside of a long message, and that is what many people copy.
    """
    found = set(_IN_TEXT.findall(pasted))
    return found.pop() if len(found) == 1 else ""
