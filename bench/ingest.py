"""Webhooks in earnest: `frontdesk serve` takes signed WhatsApp deliveries at a rate, each on disk before its 200."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import uvloop

from bench.script import businesses
from bench.serving import cpu_ms, serving
from bench.stores import REDIS, Tables, connected, database
from bots.keyring import shared_endpoint
from domain.businesses import Account
from domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterator

APP, SECRET = "1000200030004000", "the secret of an app that only a bench knows"
ACCOUNTS = 20
CUSTOMERS = 40
"""Of each account. Whoever writes for the first time costs more: it is looked up, and remembered, who they are."""
WARM_SECONDS = 2.0
"""Before anything is measured."""
CONNECTIONS = 48
"""Kept open, as a platform does."""


def delivery(chance: Random, name: str) -> bytes:
    """Return the body of one delivery: one message of one customer, as Meta writes it."""
    phone_id = str(5_000_000 + chance.randrange(ACCOUNTS))
    customer = str(351_910_000_000 + chance.randrange(CUSTOMERS))
    message = {
        "from": customer,
        "id": f"wamid.{name}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "a haircut tomorrow at five, please 😀"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "351210000000", "phone_number_id": phone_id},
        "contacts": [{"profile": {"name": "Ana Sousa"}, "wa_id": customer}],
        "messages": [message],
    }
    entry = {"id": "900", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signed(path: str, body: bytes) -> bytes:
    """Return the request that carries a body, signed over its bytes."""
    proof = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nx-hub-signature-256: sha256={proof}\r\n\r\n"
    )
    return head.encode() + body


@contextmanager
def served(store: str, address: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Run `frontdesk serve`, which only takes in: who answers is another process's business."""
    settings = {
        "FRONTDESK_SERVER__PUBLIC_URL": "https://desk.example",
        "FRONTDESK_STORE__KIND": store,
        "FRONTDESK_STORE__URL": f"sqlite:///{address}" if store == "sqlite" else address,
        "FRONTDESK_REDIS__URL": REDIS if store == "postgres" else "",
        "FRONTDESK_REDIS__PREFIX": f"{address.rpartition('/')[2]}:",
        "FRONTDESK_SECRETS__VALUE": "a secret that only a bench uses, 32 characters and more",
        "FRONTDESK_DATA__FOLDER": str(folder),
        "FRONTDESK_WORKER__EMBEDDED": "false",
        "FRONTDESK_WHATSAPP__APP_ID": APP,
        "FRONTDESK_WHATSAPP__APP_SECRET": SECRET,
    }
    with serving(settings) as found:
        yield found


async def set_up(store: str, address: str) -> None:
    """Make the businesses, each with a number."""
    async with connected(store, address) as opened:
        for number, (directory, _) in enumerate(businesses(ACCOUNTS)):
            name = str(5_000_000 + number)
            account = Account(
                derived_id("account", "whatsapp", name),
                directory.business.id,
                "whatsapp",
                name,
                shared_endpoint("whatsapp", APP),
                name,
            )
            await opened.directories.save(directory, [account])


async def offer(port: int, rate: float, seconds: float, seed: int) -> dict[str, Any]:
    """Offer deliveries at a rate, whether or not earlier ones were answered; returns what the JSON line says.

    The wait of each counts from when it was due, so that a server which falls behind is seen to.
    """
    chance, path = Random(seed), f"/hooks/whatsapp/{shared_endpoint('whatsapp', APP)}"
    many = int(rate * seconds)
    requests = [signed(path, delivery(chance, f"{seed}-{number}")) for number in range(many)]
    due: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
    waits: list[float] = []
    statuses: dict[str, int] = {}

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (one := await due.get()) is not None:
            at, request = one
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            waits.append((time.perf_counter() - at) * 1000)
            status = head[9:12].decode()
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    senders = [asyncio.create_task(sender()) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for number, request in enumerate(requests):
        at = begun + number / rate
        if (ahead := at - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        due.put_nowait((at, request))
    for _ in senders:
        due.put_nowait(None)
    await asyncio.gather(*senders)
    spent = time.perf_counter() - begun
    waits.sort()
    return {
        "deliveries": many,
        "offered_per_s": rate,
        "answered_per_s": round(many / spent, 1),
        "statuses": statuses,
        "p50_ms": round(statistics.median(waits), 2),
        "p95_ms": round(waits[int(len(waits) * 0.95)], 2),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 2),
        "max_ms": round(waits[-1], 2),
    }


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Set up, serve, offer, and look into the mailbox."""
    async with database(options.store, folder) as address:
        await set_up(options.store, address)
        with served(options.store, address, folder) as (port, pid):
            await offer(port, options.rate, WARM_SECONDS, options.seed + 1)
            before = cpu_ms(pid)
            line = await offer(port, options.rate, options.seconds, options.seed)
            line["server_cpu_ms"] = round((cpu_ms(pid) - before) / line["deliveries"], 3)
        tables = await Tables(options.store, address).open()
        try:
            ((kept,),) = await tables.rows("SELECT count(*) FROM mailbox")
        finally:
            await tables.close()
    return {
        "bench": "ingest",
        "store": options.store,
        **line,
        "lost": max(0, line["deliveries"] + int(options.rate * 2) - kept),
    }


def main() -> int:
    """Print one JSON line; returns 1 where a delivery was refused or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rate", type=float, default=500.0, help="deliveries a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        line = runner.run(run(options, Path(folder)))
    print(json.dumps(line))
    return 1 if line["lost"] or set(line["statuses"]) != {"200"} else 0


if __name__ == "__main__":
    sys.exit(main())
