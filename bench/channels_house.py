"""The businesses of the channels bench: numbers that share one endpoint, bots that have one each, and seats at them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from adapters.base import Secret, Unauthorised
from adapters.telegram.channel import Telegram
from adapters.whatsapp.channel import WhatsApp
from bench.channels_mail import Box
from bench.fault_worker import SECRET
from bench.script import businesses
from bots.application import Application
from bots.keyring import endpoint_subject, hook_path, shared_endpoint
from bots.platforms import Platforms
from bots.seed import ZONE
from bots.vault import Vault
from bots.vault_keys import GivenKeys, new_key
from domain.businesses import Account
from domain.clock import SystemClock
from domain.ids import derived_id
from domain.ports import Credential, Endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ports import Store

APP, APP_SECRET = "1000200030004000", b"the secret of an app that only a bench knows"
STAFF = ("Anna", "Ben", "Carla")
HOURS = (9, 12, 15)
"""Where a seat's three hours begin: what is asked for first, what it is corrected to, what it is moved to."""
DAYS = 17
LATE = timedelta(days=3)
QUIET_MS = 200
"""How long a burst may go on; on the platforms it is 700 ms, which would only be waited for here."""


async def no_token(account: Account) -> Secret:
    """Return no token: nobody sends to a real platform here."""
    raise Unauthorised(account.channel)


def unpaced(channel: Any) -> Any:
    """Return a channel that sends as fast as it can: the paces of the platforms are measured elsewhere."""
    channel.can = replace(channel.can, quiet_ms=QUIET_MS, per_account=(0.0, 0), per_chat=(0.0, 0))
    return channel


class LateClock:
    """Shows the time of some days later: what is delivered by it is delivered late."""

    def now(self) -> datetime:
        """Return a moment some days on."""
        return datetime.now(UTC) + LATE


@dataclass(frozen=True, slots=True)
class Seat:
    """Three hours in a row of one person at one business, which one customer at a time has for themselves."""

    boxes: tuple[Box, ...]
    """By which the business can be written to."""
    staff: str
    staff_id: str
    day: date
    hour: int

    def text(self, step: int) -> str:
        """Return the hour of a step as it is written: "3pm"."""
        hour = self.hour + step
        return f"{(hour - 1) % 12 + 1}{'am' if hour < 12 else 'pm'}"

    def starts_at(self, step: int) -> datetime:
        """Return when the hour of a step begins."""
        local = datetime(self.day.year, self.day.month, self.day.day, self.hour + step, tzinfo=ZoneInfo(ZONE))
        return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Who takes deliveries in."""

    app: Application
    late: Application
    """The same on the same store, some days later."""
    boxes: tuple[Box, ...]
    seats: tuple[Seat, ...]


async def build(store: Store, front: Store, many: int) -> House:
    """Make so many businesses on a store; deliveries go in through `front`, which may be a wrapped one."""
    vault = Vault(GivenKeys((new_key(),)))
    shared = shared_endpoint("whatsapp", APP)
    platforms = Platforms(app_secrets={hook_path("whatsapp", shared): Secret(APP_SECRET)}, shared={"whatsapp": shared})
    boxes: list[Box] = []
    seats: list[Seat] = []
    for number, (directory, web) in enumerate(businesses(many)):
        business = directory.business.id
        await store.directories.save(directory, [web])
        own = [
            Box("whatsapp", "", f"{7_000_000 + 2 * number + one}", business, f"{900 + number}", shared, APP_SECRET)
            for one in range(1 + number % 2)
        ]
        bot = secrets.token_urlsafe(18)
        own.append(Box("telegram", "", str(8_000_000 + number), business, "", bot, secrets.token_urlsafe(32).encode()))
        own = [replace(one, account_id=derived_id("account", one.channel, one.account)) for one in own]
        for box in own:
            await _connect(store, vault, box)
        boxes += own
        staff = {one.name: one.id for one in directory.staff}
        seats += [Seat(tuple(own), name, staff[name], day, hour) for day in _days() for name in STAFF for hour in HOURS]

    def made(clock: Any) -> Application:
        channels = {"whatsapp": unpaced(WhatsApp(no_token)), "telegram": unpaced(Telegram(no_token))}
        return Application(front, clock, SECRET, channels=channels, platforms=platforms, vault=vault)

    return House(made(SystemClock()), made(LateClock()), tuple(boxes), tuple(seats))


async def _connect(store: Store, vault: Vault, box: Box) -> None:
    sealed: bytes | None = None
    key_id = ""
    if box.channel == "telegram":
        sealed, key_id = vault.seal("", endpoint_subject(box.channel, box.endpoint), box.secret)
    token, token_key = vault.seal(box.business_id, box.account_id, b"a token that opens nothing")
    account = Account(
        box.account_id, box.business_id, box.channel, box.account, box.endpoint, box.account, group=box.group
    )
    credential = Credential(box.business_id, box.account_id, token, token_key, datetime.now(UTC))
    await store.accounts.connect(account, Endpoint(box.endpoint, box.channel, sealed, key_id), credential)


def _days() -> Sequence[date]:
    """Return days that are open, near enough to be named by day and month alone."""
    today = datetime.now(UTC).date()
    days = (today + timedelta(days=ahead) for ahead in range(2, 40))
    return [day for day in days if day.weekday() != 6][:DAYS]
