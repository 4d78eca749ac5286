"""What the Bot API's answers mean in the words of the seam: pure, and without what anybody wrote."""

from __future__ import annotations

import re

import msgspec

from adapters.base import SendLater, SendRefused, SendUnknown, Unauthorised, Unreachable, WindowClosed

RETRY_SECONDS = 5.0
"""When to try again where the platform does not say."""
_GONE = (
    "bot was blocked by the user",
    "user is deactivated",
    "chat not found",
    "user not found",
    "can't initiate conversation",
    "can't send messages to bots",
    "bot was kicked",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
)
"""Of people who cannot be written to, in lower case. The Bot API documents none of its descriptions; these are the ones
that its open server and many years of bug reports have."""
_RETRY_AFTER = re.compile(r"retry after (\d{1,6})")
_PLAIN = re.compile(r"[A-Za-z0-9_' .,:/()-]{1,120}")


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Answer(msgspec.Struct):
    ok: bool
    error_code: int | None = None
    description: str = ""
    parameters: _Parameters | None = None


_answers = msgspec.json.Decoder(_Answer)


def problem_in(status: int, body: bytes) -> SendRefused | SendLater | SendUnknown | None:
    """Return what keeps a call from having succeeded, None where it has (core.telegram.org/bots/api#making-requests).

    Only the Bot API's own JSON is believed when it refuses: a proxy in between also says 403 or 404, and no customer is
    unreachable because of that.
    """
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _strange(status)
    if 200 <= status < 300 and answer.ok:
        return None
    if answer.ok:
        return _strange(status)
    status = answer.error_code or status
    later = answer.parameters.retry_after if answer.parameters is not None else None
    if later is None and (told := _RETRY_AFTER.search(answer.description)):
        later = float(told[1])
    if later is not None or status == 429:
        return SendLater(max(RETRY_SECONDS if later is None else later, 0.0), "Telegram asks to slow down")
    if status >= 500:
        return _strange(status)
    return _refusal(status, answer.description)


def unreached() -> SendLater:
    """Return what it means that no connection came about: nothing was sent."""
    return SendLater(RETRY_SECONDS, "Telegram cannot be reached")


def lost() -> SendUnknown:
    """Return what it means that a connection ended, or time ran out, before the answer was there."""
    return SendUnknown("no answer from Telegram")


def _strange(status: int) -> SendLater | SendUnknown:
    """Return what an answer means that is not the Bot API's, or is one of its 5xx, after which it may have acted."""
    if 300 <= status < 500:
        return SendLater(RETRY_SECONDS, f"not Telegram's answer: HTTP {status}")
    return SendUnknown(f"an answer that says nothing: HTTP {status}")


def _refusal(status: int, description: str) -> SendRefused:
    code, said = str(status), description.lower()
    if status == 401 or (status == 404 and said.strip() == "not found"):  # 404 with more words is an unknown method
        return Unauthorised("Telegram does not know the bot's token any more", code)
    if "business_peer_usage_missing" in said:
        return WindowClosed("a business account's bot may answer for 24 hours after the customer wrote", code)
    if "business" in said:
        return SendRefused("the business connection is off, or does not allow the bot to reply", code)
    if any(words in said for words in _GONE):
        return Unreachable(_short(description), code)
    return SendRefused(_short(description), code)


def _short(description: str) -> str:
    """Return the beginning of a description, which says what is wrong; after a colon it quotes what was sent."""
    said = description.split(": ", 1)[-1] if description.startswith(("Bad Request", "Forbidden")) else description
    if not said.startswith("bad webhook"):  # there it is an address of ours and what is wrong with it
        said = said.partition(":")[0].partition('"')[0].strip()
    return said if _PLAIN.fullmatch(said) else "refused"
