"""What customers do on the fake WhatsApp, and staff in the WhatsApp Business app: each becomes a change to deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.platforms.graph_webhooks import Webhooks
    from tests.platforms.graph_world import Customer, Number, Sent, World


class Customers:
    """Makes the changes. Every method returns the id of what was sent."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        """Take the world, and who delivers."""
        self._world = world
        self._webhooks = webhooks

    def message(self, who: str | Customer, number: Number, content: dict[str, Any], reply_to: str = "") -> str:
        """Send something."""
        world = self._world
        customer = world.customer(who)
        wamid = world.new_id("wamid")
        world.heard[wamid] = customer.name
        customer.wrote[number.id] = world.clock.now()
        message: dict[str, Any] = {"id": wamid, "timestamp": self._now(), **content}
        contact: dict[str, Any] = {"profile": {"name": customer.name}}
        if customer.phone:
            message["from"] = contact["wa_id"] = customer.phone
        if customer.bsuid:
            message["from_user_id"] = contact["user_id"] = customer.bsuid
        if customer.username:
            contact["profile"]["username"] = customer.username
        if reply_to:
            message["context"] = {"from": _digits(number), "id": reply_to}
        self._webhooks.tell(number.waba, "messages", {**_about(number), "contacts": [contact], "messages": [message]})
        return wamid

    def tap(self, who: str | Customer, number: Number, title: str) -> str:
        """Tap a choice of the last message that has it. Raises LookupError where none has."""
        customer = self._world.customer(who)
        for sent in reversed(self._world.sent):
            for at, (choice, shown) in enumerate(sent.choices):
                if sent.to == customer.name and shown == title and sent.kind != "template":
                    kind = f"{sent.kind}_reply"
                    reply = {"id": choice, "title": shown}
                    if sent.details and sent.details[at]:
                        reply["description"] = sent.details[at]
                    content = {"type": "interactive", "interactive": {"type": kind, kind: reply}}
                    return self.message(customer, number, content, sent.id)
        raise LookupError(f"{customer.name} sees no {title!r}")

    def echo(self, who: str | Customer, number: Number, text: str) -> str:
        """Have staff type something in the WhatsApp Business app."""
        customer = self._world.customer(who)
        wamid = self._world.new_id("wamid")
        echo: dict[str, Any] = {"from": _digits(number), "id": wamid, "timestamp": self._now(), "type": "text"}
        echo["text"] = {"body": text}
        if customer.phone:
            echo["to"] = customer.phone
        if customer.bsuid:
            echo["to_user_id"] = customer.bsuid
        self._webhooks.tell(number.waba, "smb_message_echoes", {**_about(number), "message_echoes": [echo]})
        return wamid

    def renumber(self, who: str | Customer, number: Number, phone: str) -> str:
        """Change a customer's number, with which comes a new user id; two changes tell of it, as Meta's do."""
        customer = self._world.customer(who)
        wamid = self._world.new_id("wamid")
        before, user = customer.phone, customer.bsuid
        customer.phone, customer.bsuid = phone, f"PT.{self._world.new_id()}" if user else ""
        system = {"type": "user_changed_number", "wa_id": phone, "body": f"{customer.name} changed to {phone}"}
        message = {"from": before, "id": wamid, "timestamp": self._now(), "type": "system", "system": system}
        self._webhooks.tell(number.waba, "messages", {**_about(number), "messages": [message]})
        if user:
            update = {
                "wa_id": before,
                "user_id": {"previous": user, "current": customer.bsuid},
                "timestamp": self._now(),
            }
            self._webhooks.tell(number.waba, "user_id_update", {**_about(number), "user_id_update": [update]})
        return wamid

    def status(
        self, number: Number, sent: Sent, customer: Customer, status: str, code: int = 0, details: str = ""
    ) -> None:
        """Tell what became of a message."""
        row: dict[str, Any] = {"id": sent.id, "status": status, "timestamp": self._now()}
        if customer.phone:
            row["recipient_id"] = customer.phone
        if customer.bsuid:
            row["recipient_user_id"] = customer.bsuid
        if sent.key:
            row["biz_opaque_callback_data"] = sent.key
        if status == "failed":
            error = {"code": code, "title": "Message failed", "message": "Message failed"}
            row["errors"] = [{**error, "error_data": {"details": details or "It could not be sent."}}]
        else:
            row["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free"}
        self._webhooks.tell(number.waba, "messages", {**_about(number), "statuses": [row]})

    def file(self, kind: str, content: bytes, mime: str, **more: Any) -> dict[str, Any]:
        """Return a message that is a file, which lies here from now on."""
        media_id = self._world.new_id()
        self._world.media[media_id] = (content, mime)
        return {"type": kind, kind: {"id": media_id, "mime_type": mime, "sha256": "c2hh", **more}}

    def _now(self) -> str:
        return str(int(self._world.clock.now().timestamp()))


def _about(number: Number) -> dict[str, Any]:
    metadata = {"display_phone_number": _digits(number), "phone_number_id": number.id}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _digits(number: Number) -> str:
    return "".join(one for one in number.display if one.isdigit())
