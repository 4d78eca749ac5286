"""What can be done to the demo besides writing: deliver twice, forge, refuse, revoke, answer from another phone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from adapters.base import ConnectRefused
from domain.conversations import Owner
from domain.errors import ControlLost
from tests.platforms.demo_phones import WhatsAppPhone
from tests.platforms.graph_chaos import Fault
from tests.platforms.telegram_chaos import flood

if TYPE_CHECKING:
    from tests.platforms.demo_house import House

WAIT_SECONDS = 1.5
"""So long it is watched whether a deed has an effect."""
SIGNATURES = frozenset({"content-type", "x-telegram-bot-api-secret-token", "x-hub-signature-256"})
PLATFORMS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
OWNERS_WORDS = "Rosa here, from my own phone: I'll see to it myself."
NOTHING_YET = "Write something first: there is no webhook yet that could come again."


class Deeds:
    """Does what is asked and says what came of it. Each method takes the channel."""

    def __init__(self, house: House) -> None:
        """Take the house."""
        self._house = house

    async def again(self, channel: str) -> str:
        """Deliver the last webhook once more, exactly as it was."""
        before = await self._lines(channel)
        status = await self._post(channel, {})
        if status is None:
            return NOTHING_YET
        more = await self._more(channel, before)
        said = f"The last webhook came again. Frontdesk answered {status}"
        return (
            f"{said} and did nothing, for it knew the message." if not more else f"{said} and wrote {more} more lines."
        )

    async def forged(self, channel: str) -> str:
        """Deliver the last webhook with a signature that somebody has guessed."""
        before = await self._lines(channel)
        wrong = {"x-telegram-bot-api-secret-token": "guessed", "x-hub-signature-256": "sha256=" + "0" * 64}
        status = await self._post(channel, wrong)
        if status is None:
            return NOTHING_YET
        more = await self._more(channel, before)
        said = f"A wrong signature. Frontdesk answered {status}"
        return f"{said}, and nobody was heard." if not more else f"{said}, and {more} lines were written."

    async def flooded(self, channel: str) -> str:
        """Have the next message be answered 429."""
        if channel == "telegram":
            self._house.telegram.faults.append(flood(2))
        else:
            self._house.graph.fail(Fault(130429, 429, headers={"retry-after": "2"}))
        return "The next answer will be refused with 429. Write something: it comes 2 seconds later, once."

    async def revoked(self, channel: str) -> str:
        """Take the token away."""
        house = self._house
        if channel == "telegram":
            house.telegram.revoke(house.robot)
        else:
            for token in house.graph.world.tokens.values():
                token.valid = False
        return "The token is revoked. Write something: the account is marked, the desk shows why, and nothing is lost."

    async def connected(self, channel: str) -> str:
        """Make a new token and connect the account again, as its owner would."""
        house = self._house
        if channel == "telegram":
            robots = house.telegram.world.robots
            robots.pop(house.robot.token)
            number, _, rest = house.robot.token.partition(":")
            house.robot.token = f"{number}:{rest[::-1]}"
            house.robot.revoked = False
            robots[house.robot.token] = house.robot
        else:
            house.graph.world.add_token(house.graph.waba.id)
        try:
            account = await house.connect(channel)
        except ConnectRefused as refused:
            return str(refused)
        return f"{account.name} is connected again with a new token. What waited is sent within some seconds."

    async def answered(self, channel: str) -> str:
        """Have the owner answer the customer in the WhatsApp Business app."""
        phone = self._house.phones[channel]
        if not isinstance(phone, WhatsAppPhone):
            return "Only WhatsApp has an app of the business's own."
        if await self._house.conversation(channel) is None:
            return "Write something first: there is no conversation yet that could be answered."
        await phone.answered_by_owner(OWNERS_WORDS)
        return "The owner answered in the WhatsApp Business app. It is theirs now: the assistant is silent."

    async def handed_back(self, channel: str) -> str:
        """Give the conversation back to the assistant, as staff do at the desk."""
        house = self._house
        conversation = await house.conversation(channel)
        if conversation is None:
            return "There is no conversation yet."
        if conversation.owner is Owner.BOT:
            return "The conversation is the assistant's already."
        try:
            await house.app.staff.hand_back(house.business_id, conversation.id, "Rosa")
        except ControlLost:
            return "Somebody else has changed it meanwhile: try again."
        return "The conversation is the assistant's again."

    async def _post(self, channel: str, instead: dict[str, str]) -> int | None:
        """Post the last webhook again; returns the answer's status, None where there was no webhook yet."""
        last = self._house.wire.last.get(channel)
        if last is None:
            return None
        headers = {name: value for name, value in last.headers.items() if name in SIGNATURES}
        headers |= {name: value for name, value in instead.items() if name in headers}
        async with httpx.AsyncClient(base_url=self._house.url, timeout=10) as client:
            return (await client.post(last.path, content=last.body, headers=headers)).status_code

    async def _lines(self, channel: str) -> int:
        conversation = await self._house.conversation(channel)
        if conversation is None:
            return 0
        transcripts = self._house.app.store.transcripts(self._house.business_id)
        return len(await transcripts.last_messages(conversation.id, 1000))

    async def _more(self, channel: str, before: int) -> int:
        await asyncio.sleep(WAIT_SECONDS)
        return await self._lines(channel) - before
