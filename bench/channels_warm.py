"""Loads words and sentences by one conversation in memory, once: whoever is forked afterwards has them already."""

from __future__ import annotations

import asyncio
import gc
import logging

import structlog

from adapters.base import Message, Receipt, Received
from adapters.whatsapp.channel import WhatsApp
from bench.channels_house import no_token, unpaced
from bench.script import businesses
from bots.application import Application
from dialogs.messages import Text
from domain.businesses import Account

SAID = ("hi", "a haircut with Anna", "12 December at 3pm", "yes", "can I move it to 5pm?", "no", "do you take cards?")


class _Silent(WhatsApp):
    """WhatsApp that says nothing to anybody."""

    async def send(self, account: Account, message: object) -> Receipt:
        """Send nothing."""
        return Receipt("sent" if isinstance(message, Message) else "")


async def warm() -> None:
    """Have one conversation with a business that nobody keeps."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    channel = unpaced(_Silent(no_token))
    app = Application.in_memory(channels={channel.name: channel})
    ((directory, _),) = businesses(1)
    account = Account("warm", directory.business.id, channel.name, "1", "warm")
    await app.store.directories.save(directory, [account])
    for number, text in enumerate(SAID):
        said = Received("1", "351910000001", f"warm-{number}", Text(text), app.clock.now(), wait=True)
        await app.intake.take(channel, account.endpoint_id, [said])
        await app.worker.drain()
        await app.delivery.drain()
    await app.close()


asyncio.run(warm())
gc.collect()
gc.freeze()
