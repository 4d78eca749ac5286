"""Looking at a connected WhatsApp number: what is well, what is not, and what its owner can do."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adapters.base import ConnectRefused, Finding
from adapters.whatsapp import approval
from adapters.whatsapp.asking import is_id, row_of, rows, text
from adapters.whatsapp.templates import CODES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from adapters.base import Hook, Secret
    from adapters.whatsapp.asking import Asking
    from domain.businesses import Account

SOON = timedelta(days=14)
NUMBER_FIELDS = (
    "display_phone_number,verified_name,status,quality_rating,code_verification_status,name_status,throughput"
)
CONNECT_AGAIN = "Connect the number again."
MANAGER = "Open WhatsApp Manager to see what to do."


async def findings(
    asking: Asking, account: Account, token: Secret, hook: Hook, *, app_id: str, app_token: Secret, now: datetime
) -> list[Finding]:
    """Return what was found, in the order in which it matters. What cannot be looked at is a finding, too."""
    query = {"input_token": token.value.decode("utf-8", "replace")}
    found = [
        *await _looked(_token(asking, app_token, query, app_id, now), "Access"),
        *await _looked(_number(asking, account, token), "Number"),
        _address(hook),
    ]
    if is_id(account.group):
        found += await _looked(_subscription(asking, account, token, hook, app_id), "Delivery")
        found += await _looked(_templates(asking, account, token), "Templates")
    return found


async def _looked(looking: Awaitable[Sequence[Finding]], what: str) -> Sequence[Finding]:
    try:
        return await looking
    except ConnectRefused as refused:
        return [Finding(False, f"{what}: could not be looked at", str(refused))]


async def _token(
    asking: Asking, app_token: Secret, query: dict[str, str], app_id: str, now: datetime
) -> Sequence[Finding]:
    facts = row_of((await asking.ask("GET", "debug_token", app_token, query=query, doing="app")).get("data"))
    if facts.get("is_valid") is not True or str(facts.get("app_id")) != app_id:
        return [Finding(False, "Access: not valid any more", CONNECT_AGAIN)]
    ends = moment(facts.get("expires_at"))
    if ends is not None and ends - now < SOON:
        return [Finding(False, f"Access: ends on {ends:%Y-%m-%d}", f"{CONNECT_AGAIN} Then it lasts longer.")]
    return [Finding(True, "Access: valid" if ends is None else f"Access: valid until {ends:%Y-%m-%d}")]


async def _number(asking: Asking, account: Account, token: Secret) -> Sequence[Finding]:
    facts = await asking.ask("GET", account.external_id, token, query={"fields": NUMBER_FIELDS})
    status, quality = text(facts.get("status")), text(facts.get("quality_rating"))
    ready = status in {"", "CONNECTED"}
    found = [Finding(ready, f"Number: {status.lower() or 'there'}", "" if ready else MANAGER)]
    if quality in {"YELLOW", "RED"}:
        remedy = "People block or report this number: send fewer messages that they did not ask for."
        found.append(Finding(False, f"Quality: {quality.lower()}", remedy))
    if text(facts.get("code_verification_status")) == "EXPIRED":
        found.append(Finding(False, "Verification: expired", "Verify the number again in WhatsApp Manager."))
    if text(facts.get("name_status")) in {"DECLINED", "EXPIRED", "NONE"}:
        remedy = "Ask for another display name in WhatsApp Manager."
        found.append(Finding(False, "Display name: not approved", remedy))
    level = text(row_of(facts.get("throughput")).get("level"))
    if level:
        found.append(Finding(True, f"Throughput: {level.lower()}"))
    return found


async def _subscription(asking: Asking, account: Account, token: Secret, hook: Hook, app_id: str) -> Sequence[Finding]:
    apps = rows((await asking.ask("GET", f"{account.group}/subscribed_apps", token)).get("data"))
    ours = [one for one in apps if str(row_of(one.get("whatsapp_business_api_data")).get("id")) == app_id]
    if not ours:
        return [Finding(False, "Delivery: WhatsApp does not deliver to us", CONNECT_AGAIN)]
    address = text(ours[0].get("override_callback_uri"))
    if address != hook.url:
        return [Finding(False, "Delivery: WhatsApp delivers to another address", CONNECT_AGAIN)]
    return [Finding(True, "Delivery: WhatsApp delivers to us")]


def _address(hook: Hook) -> Finding:
    if is_public(hook.url):
        return Finding(True, "Address: reachable over https")
    remedy = "WhatsApp delivers only to https addresses on the internet: set server.public_url."
    return Finding(False, "Address: not reachable from the internet", remedy)


async def _templates(asking: Asking, account: Account, token: Secret) -> Sequence[Finding]:
    judged = await approval.sync(asking, account.group, token, "", tuple(CODES), submit=False)
    waiting = sum(one.status in {"PENDING", "IN_APPEAL"} for one in judged)
    approved = sum(one.status == "APPROVED" for one in judged)
    what = f"Templates: {approved} of {len(judged)} approved"
    if approved == len(judged):
        return [Finding(True, what)]
    if approved + waiting == len(judged):
        return [Finding(False, f"{what}, the others wait", "WhatsApp decides within a day, usually in minutes.")]
    return [Finding(False, what, "Submit them again, and see WhatsApp Manager for the reasons of what was rejected.")]


def moment(value: Any) -> datetime | None:
    """Return when something ends; None for never, which Meta writes as 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)


def is_public(address: str) -> bool:
    """Return whether Meta could deliver to an address, as far as it can be read from it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or not ("." in host or ":" in host):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return not host.endswith((".local", ".localhost", ".internal", ".test", ".invalid"))
