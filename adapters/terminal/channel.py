"""The terminal as a channel: one person, one screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from adapters.base import HttpAnswer, Message, Receipt, Received, SendRefused, SendUnknown
from dialogs.messages import Capabilities, Text
from domain.errors import BadSignature, Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from adapters.base import Accepted, Attachment, Event, Request, Secret, Sendable
    from dialogs.messages import Media
    from domain.businesses import Account

LINE_BYTES = 64 * 1024


class Terminal:
    """A conversation in the terminal: lines are typed, replies are printed."""

    name = "terminal"
    can = Capabilities(text_limit=100_000, buttons=0, quiet_ms=0)

    def __init__(self, stream: TextIO | None = None) -> None:
        """Take where replies are printed; the standard output if nothing is said."""
        self._stream = stream

    def verify(self, request: Request, secret: Secret | None) -> None:
        """Refuse: nothing for a terminal comes over the network. Raises BadSignature."""
        raise BadSignature("a terminal has no webhook")

    def parse(self, request: Request) -> Sequence[Event]:
        """Read a typed line: `client` is who types, `nonce` names the line. Raises Malformed for what is not UTF-8."""
        if len(request.body) > LINE_BYTES:
            raise Malformed(f"a line has at most {LINE_BYTES} bytes")
        try:
            line = request.body.decode()
        except UnicodeDecodeError:
            raise Malformed("a line must be UTF-8") from None
        return [
            Received(
                account=request.endpoint_id,
                sender=request.client,
                external_id=request.nonce,
                content=Text(line.strip()),
                sent_at=request.received_at,
                wait=True,
            )
        ]

    def answer(self, request: Request, outcome: Accepted) -> HttpAnswer:
        """Say that nobody should ask here."""
        return HttpAnswer(404)

    async def prepare(self) -> None:
        """Do nothing: nothing is loaded late."""

    async def send(self, account: Account, message: Sendable) -> Receipt:
        """Print the words, lines after the first indented. Raises SendUnknown when the screen is gone."""
        if not isinstance(message, Message):
            return Receipt("")
        stream = self._stream or sys.stdout
        author = "Bot" if message.content.author == "bot" else message.content.author
        shown = f"{author}: " + "\n     ".join(message.content.text.splitlines())
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            print(shown.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
        except (OSError, ValueError) as error:  # ValueError: a closed stream
            raise SendUnknown(f"the screen is gone: {error}") from error
        return Receipt(message.key)

    def fault(self, code: str) -> SendRefused | None:
        """Return None: there are no receipts here."""
        return None

    async def media(self, account: Account, media: Media) -> Attachment:
        """Refuse: no file ever comes in here. Raises SendRefused."""
        raise SendRefused("the terminal takes no files")

    async def close(self) -> None:
        """Do nothing: there is nothing open."""
