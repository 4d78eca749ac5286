"""Scenes: what one hearing works on, from the mail that was claimed to who wrote it and what is known."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from dialogs.messages import Shortcut
from dialogs.state import State, load
from dialogs.understanding.catalogue import Catalogue
from dialogs.wire import decode_envelope
from domain.conversations import Owner
from domain.customers import Customer, Identity
from domain.errors import UnknownConversation
from domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.base import Channel
    from bots.links import ContinueLinks
    from dialogs.messages import Envelope
    from domain.businesses import Account, Directory
    from domain.clock import Clock
    from domain.ports import Claim, Store

_log = structlog.get_logger("frontdesk.turn")


@dataclass(slots=True)
class Scene:
    """What one hearing works on."""

    claim: Claim
    heard: Sequence[Envelope]
    arrived_with: State | None
    """What was begun elsewhere, where a link from there brought the customer here."""
    account: Account
    channel: Channel
    directory: Directory
    catalogue: Catalogue
    conversation_id: str
    customer: Customer
    started: float

    @property
    def owner(self) -> Owner:
        """Who answers: another app of the platform, where it says that it has the conversation at the moment."""
        conversation = self.claim.conversation
        owner = conversation.owner if conversation else Owner.BOT
        return Owner.EXTERNAL_APP if owner is Owner.BOT and any(one.standby for one in self.heard) else owner

    @property
    def language(self) -> str:
        """What the app of whoever wrote speaks, "" where the platform does not tell."""
        return next((one.sender.language for one in self.heard if one.sender.language), "")

    @property
    def identity(self) -> Identity:
        """How the account knows a newcomer."""
        claim, customer = self.claim, self.customer
        return Identity(claim.account_id, claim.mail[0].sender, customer.id, claim.business_id, customer.name)

    def state(self) -> State:
        """Return the state of the claim; one that cannot be read begins anew rather than block the customer."""
        try:
            state = load(self.claim.state)
        except ValueError:
            _log.exception("state unreadable", conversation=self.claim.lane)
            state = State(greeted=True)
        if self.customer.name and not state.slots.name:
            state.slots.name = self.customer.name
        if self.customer.phone and not state.slots.phone:
            state.slots.phone = self.customer.phone
        if self.account.place_id and not state.slots.place:
            state.slots.place = self.account.place_id
        return state


class Scenes:
    """Sets scenes. What is compiled from a business's set-up is kept while that stands."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], clock: Clock, links: ContinueLinks | None = None
    ) -> None:
        """Take the stores, the channels by name, the clock, and what reads links from conversations elsewhere."""
        self._store = store
        self._channels = channels
        self._clock = clock
        self._links = links
        self._catalogues: dict[str, tuple[Directory, Catalogue]] = {}

    async def of(self, claim: Claim) -> Scene:
        """Return the scene of a claim. Raises UnknownAccount, Malformed, StoreUnavailable."""
        directories = self._store.directories
        directory = await directories.directory(claim.business_id)
        account = await directories.account_by_id(claim.account_id)
        known = self._catalogues.get(claim.business_id)
        if known is None or known[0] is not directory:
            known = self._catalogues[claim.business_id] = (directory, Catalogue(directory))
        conversation = claim.conversation
        heard = [decode_envelope(mail.body) for mail in claim.mail]
        arrived_with, customer = await self._arrival(claim, heard)
        if conversation is not None:
            customer = Customer(conversation.customer_id, claim.business_id, conversation.created_at)
        elif customer is None:
            sender = heard[0].sender
            customer = Customer(new_id(), claim.business_id, self._clock.now(), name=sender.name, phone=sender.phone)
        return Scene(
            claim=claim,
            heard=heard,
            arrived_with=arrived_with,
            account=account,
            channel=self._channels[account.channel],
            directory=directory,
            catalogue=known[1],
            conversation_id=conversation.id if conversation else claim.lane,
            customer=customer,
            started=time.perf_counter(),
        )

    async def _arrival(self, claim: Claim, heard: Sequence[Envelope]) -> tuple[State | None, Customer | None]:
        """Return what a link brought along: the state of the conversation that it was made in, and its customer.

        Only a conversation of the same business counts, whatever the link says.
        """
        token = next(
            (one.content.argument for one in heard if isinstance(one.content, Shortcut) and one.content.argument), ""
        )
        found = self._links.conversation(token, self._clock.now()) if token and self._links else None
        if found is None or found == claim.lane:
            return None, None
        transcripts = self._store.transcripts(claim.business_id)
        try:
            begun = await transcripts.conversation(found)
            return load(await transcripts.state(found)), await transcripts.customer(begun.customer_id)
        except (UnknownConversation, ValueError):
            return None, None
