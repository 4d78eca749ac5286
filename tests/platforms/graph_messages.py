"""Sending through the fake Graph API: what is checked, what customers then see, and the files they sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from tests.platforms.graph_chaos import Answer, good, refused
from tests.platforms.graph_limits import violations
from tests.platforms.graph_schema import problems
from tests.platforms.graph_templates import filled
from tests.platforms.graph_world import Customer, Number, Sent, World

if TYPE_CHECKING:
    from collections.abc import Callable

PAIR = timedelta(seconds=6)
BURST = 45


class Messages:
    """`POST /{number}/messages` and the files of customers."""

    def __init__(self, world: World, tell: Callable[[Number, Sent, Customer], None]) -> None:
        """Take the world, and whom to tell what was sent."""
        self._world = world
        self._tell = tell
        self.files = ""
        """Where files lie."""
        self.pair_rate = False
        """Whether one customer may be written to once in 6 seconds, and 45 times at once."""

    def post(self, number: Number, payload: Any) -> Answer:
        """Take a message, a template or a typing sign."""
        world = self._world
        wrong = violations(payload) or problems(payload)
        if wrong:
            world.violations += wrong
            said = payload.get("text", "") if isinstance(payload, dict) else ""
            return refused(100, f"Invalid parameter: {said}", details="; ".join(wrong))
        if "status" in payload:
            return self._mark(payload)
        if number.status != "CONNECTED":
            return refused(133010, "Phone number not registered")
        customer = world.addressed(payload)
        if customer is None or customer.blocked:
            return refused(131026, f"Message undeliverable to {payload.get('to') or payload.get('recipient')}")
        if self._too_fast(number, customer):
            return refused(131056, "Pair rate limit hit", 429)
        kind = payload["type"]
        if kind != "template" and not world.in_window(number, customer):
            return refused(131047, "Re-engagement message", details="More than 24 hours have passed")
        sent = Sent(
            id=world.new_id("wamid"),
            number=number.id,
            to=customer.name,
            key=payload.get("biz_opaque_callback_data", ""),
            at=world.clock.now(),
            **(_seen(payload) if kind != "template" else {"kind": kind, "text": ""}),
        )
        if kind == "template":
            shown = filled(number.waba, payload["template"], sent)
            if not isinstance(shown, Sent):
                return shown
            sent = shown
        world.sent.append(sent)
        self._tell(number, sent, customer)
        contact = {"input": payload.get("to") or payload["recipient"]}
        contact |= {"wa_id": customer.phone} if "to" in payload else {"user_id": customer.bsuid}
        return good(messaging_product="whatsapp", contacts=[contact], messages=[{"id": sent.id}])

    def file(self, media_id: str) -> Answer:
        """Say where a file lies."""
        content, mime = self._world.media[media_id]
        return good(
            messaging_product="whatsapp",
            id=media_id,
            url=f"{self.files}/whatsapp_business/attachments/?mid={media_id}&ext=1",
            mime_type=mime,
            sha256="00",
            file_size=len(content),
        )

    async def upload(self, form: dict[str, Any]) -> Answer:
        """Take a file of the business's."""
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, UploadFile):
            self._world.violations.append("media: file and messaging_product")
            return refused(100, "Invalid parameter")
        media_id = self._world.new_id()
        self._world.media[media_id] = (await file.read(), str(form.get("type")))
        await file.close()
        return good(id=media_id)

    def _mark(self, payload: dict[str, Any]) -> Answer:
        if payload["message_id"] not in self._world.heard:
            return refused(131009, "Parameter value is not valid")
        self._world.read.append(payload["message_id"])
        if "typing_indicator" in payload:
            self._world.typing.append(payload["message_id"])
        return good(success=True)

    def _too_fast(self, number: Number, customer: Customer) -> bool:
        now = self._world.clock.now()
        before = number.sent_at.setdefault(customer.name, [])
        before[:] = [at for at in before if now - at < PAIR * BURST]
        if self.pair_rate and len(before) >= BURST:
            return True
        before.append(now)
        return False


def _seen(payload: dict[str, Any]) -> dict[str, Any]:
    """Return what a customer sees of a message."""
    if payload["type"] == "text":
        return {"kind": "text", "text": payload["text"]["body"]}
    said = payload["interactive"]
    seen: dict[str, Any] = {"kind": said["type"], "text": said["body"]["text"]}
    if said["type"] == "button":
        return {
            **seen,
            "choices": tuple((one["reply"]["id"], one["reply"]["title"]) for one in said["action"]["buttons"]),
        }
    rows = [row for section in said["action"]["sections"] for row in section["rows"]]
    return {
        **seen,
        "opener": said["action"]["button"],
        "choices": tuple((row["id"], row["title"]) for row in rows),
        "details": tuple(row.get("description", "") for row in rows),
    }
