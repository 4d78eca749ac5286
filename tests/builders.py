"""Vivid data for tests: a salon and a restaurant in Lisbon, and the records that messages and turns leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from domain.bookings import Booking, BookingEvent, Item, MakeBooking, PlaceHold, Status
from domain.businesses import (
    Account,
    Business,
    DateOverride,
    Directory,
    Faq,
    Hours,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
)
from domain.conversations import Conversation, Message, Outgoing, Owner, Timer, TurnRecord
from domain.customers import Customer, Identity
from domain.ids import conversation_id, derived_id, new_id
from domain.money import Money
from domain.occupancy import Count, Take
from domain.ports import Arrival, Claim, Commit
from domain.waitlist import WaitlistEntry

if TYPE_CHECKING:
    from domain.bookings import Effect
    from domain.ports import MailKind

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Lisbon."""
SATURDAY = datetime(2026, 11, 21, tzinfo=UTC)
"""The midnight that begins the day most is booked for; Lisbon is on UTC in November."""
EUR = "EUR"
_external = count(1)


def euros(amount: int) -> Money:
    """Return so many whole euros."""
    return Money(amount * 100, EUR)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """Return a moment of Saturday, or so many days later."""
    return SATURDAY + timedelta(days=day, hours=hour, minutes=minute)


def luz_studio(business_id: str = "biz-luz", **policies: Any) -> Directory:
    """Return a salon: two places, three who cut and one who does nails, a room for massages."""
    b = business_id
    graca, alfama = f"{b}:graca", f"{b}:alfama"
    cut, colour, beard, nails, massage = (f"{b}:{one}" for one in ("cut", "colour", "beard", "nails", "massage"))
    anna, rosa, miguel, ines = (f"{b}:{one}" for one in ("anna", "rosa", "miguel", "ines"))
    return Directory(
        business=Business(
            b, b.removeprefix("biz-"), "Luz Studio", "salon", EUR, "PT", ("en", "es", "pt"), Policies(**policies)
        ),
        places=(
            Place(
                graca,
                "Graça",
                "Europe/Lisbon",
                "Rua da Graça 12, 1170-168 Lisboa",
                "+351210000001",
                "ola@luz.example",
                "Tram 28, stop Graça.",
                ("graca", "the hill"),
            ),
            Place(alfama, "Alfama", "Europe/Lisbon", "Rua dos Remédios 3, 1100-441 Lisboa", "+351210000002"),
        ),
        services=(
            Service(cut, "Haircut", 30, euros(25), "Wash, cut and dry.", ("cut", "trim", "hair cut")),
            Service(colour, "Colour", 90, euros(70), "Roots to tips.", ("color", "dye"), buffer_after=15),
            Service(beard, "Beard trim", 15, euros(12), "", ("beard", "shave")),
            Service(nails, "Manicure", 45, euros(20), "", ("nails",)),
            Service(massage, "Massage", 60, euros(55), "", (), buffer_before=10, buffer_after=10, needs_room=True),
        ),
        staff=(
            Staff(anna, "Anna", (cut, colour), ("Ana",), "Colour is her thing."),
            Staff(rosa, "Rosa", (cut, nails, massage)),
            Staff(miguel, "Miguel", (cut, beard), ("Mike",)),
            Staff(ines, "Inês", (cut, nails), ("Ines",)),
        ),
        resources=(
            Resource(anna, graca, "staff", "Anna"),
            Resource(rosa, graca, "staff", "Rosa"),
            Resource(miguel, graca, "staff", "Miguel"),
            Resource(ines, alfama, "staff", "Inês"),
            Resource(f"{b}:room", graca, "room", "Massage room"),
        ),
        hours=(
            *(Hours(graca, day, 9 * 60, 19 * 60) for day in range(6)),
            *(Hours(alfama, day, 10 * 60, 18 * 60) for day in range(5)),
            *(Hours(anna, day, 10 * 60, 18 * 60) for day in (1, 2, 3, 4, 5)),
        ),
        overrides=(
            DateOverride(graca, date(2026, 12, 25), (), "Christmas"),
            DateOverride(graca, date(2026, 12, 24), ((9 * 60, 13 * 60),), "Christmas Eve"),
        ),
        faqs=(
            Faq(f"{b}:cards", "Do you take cards?", "Yes, cards and MB Way.", ("card", "cards", "pay")),
            Faq(f"{b}:parking", "Is there parking?", "There is a car park in Largo da Graça.", ("parking", "park")),
        ),
    )


def bistro_mar(business_id: str = "biz-mar", **policies: Any) -> Directory:
    """Return a restaurant: six tables, lunch and dinner, open past midnight on Fridays and Saturdays."""
    b = business_id
    place = f"{b}:cais"
    tables = ((1, 2, 8), (1, 2, 8), (2, 4, 6), (2, 4, 6), (3, 6, 5), (4, 8, 4))
    return Directory(
        business=Business(
            b, b.removeprefix("biz-"), "Bistro Mar", "restaurant", EUR, "PT", ("en", "pt"), Policies(**policies)
        ),
        places=(Place(place, "Cais do Sodré", "Europe/Lisbon", "Cais do Sodré 8, 1200-450 Lisboa", "+351210000003"),),
        services=(Service(f"{b}:table", "Table", 90, None, "", ("table", "dinner", "lunch"), needs="table"),),
        staff=(),
        resources=tuple(
            Resource(f"{b}:t{number}", place, "table", f"Table {number}", low, high, priority)
            for number, (low, high, priority) in enumerate(tables, start=1)
        ),
        hours=(
            *(Hours(place, day, 12 * 60, 15 * 60) for day in range(1, 7)),
            *(Hours(place, day, 18 * 60, 23 * 60) for day in (1, 2, 3, 6)),
            *(Hours(place, day, 18 * 60, 25 * 60) for day in (4, 5)),
        ),
        faqs=(Faq(f"{b}:terrace", "Do you have a terrace?", "Yes, with a view of the river.", ("terrace", "outside")),),
    )


def webchat_account(directory: Directory) -> Account:
    """Return the web chat account of a business: its name in the path is the business's slug."""
    business = directory.business
    return Account(f"acc-{business.slug}", business.id, "webchat", business.slug, f"end-{business.slug}", business.name)


LUZ = luz_studio()
MAR = bistro_mar()
LUZ_CHAT = webchat_account(LUZ)
MAR_CHAT = webchat_account(MAR)
ANNA = "biz-luz:anna"
ROSA = "biz-luz:rosa"
ROOM = "biz-luz:room"


def arrival(
    text: str = "hi",
    sender: str = "ana",
    *,
    account: Account = LUZ_CHAT,
    external_id: str = "",
    kind: MailKind = "message",
    lane: str = "",
    quiet: timedelta | None = None,
    at: datetime = NOW,
) -> Arrival:
    """Return a message that came in; its external id is new unless it is given."""
    return Arrival(
        endpoint_id=account.endpoint_id,
        kind=kind,
        external_id=external_id or f"m{next(_external)}",
        lane=lane or conversation_id(account.id, sender),
        business_id=account.business_id,
        account_id=account.id,
        sender=sender,
        body=text.encode(),
        sent_at=at,
        received_at=at,
        quiet=quiet,
    )


def newcomer(claim: Claim, name: str = "") -> tuple[Customer, Identity]:
    """Return the customer who wrote the claim's first message, and how its account knows them."""
    sender = claim.mail[0].sender
    customer = Customer(f"cus-{claim.account_id}-{sender}", claim.business_id, NOW, name)
    return customer, Identity(claim.account_id, sender, customer.id, claim.business_id, name)


def talk(conversation: Conversation, text: str, *, kind: Any = "talk", position: int = 0) -> tuple[Message, Outgoing]:
    """Return a line of the bot (`staff` for a person's) and the row that sends it."""
    line = Message(
        conversation.id,
        conversation.business_id,
        "staff" if kind == "staff" else "bot",
        text,
        conversation.last_heard_at,
    )
    row = Outgoing(
        conversation_id=conversation.id,
        business_id=conversation.business_id,
        account_id=conversation.account_id,
        channel="webchat",
        to=conversation.external_id,
        kind=kind,
        epoch=conversation.control_epoch,
        message_id=line.id,
        body=text.encode(),
        created_at=conversation.last_heard_at,
        position=position,
    )
    return line, row


def commit_for(
    claim: Claim,
    *says: str,
    effects: tuple[Effect, ...] = (),
    notices: tuple[str, ...] = (),
    timers: tuple[Timer, ...] = (),
    cancel_timers: tuple[str, ...] = (),
    stage: str = "collecting",
    owner: Owner | None = None,
    state: bytes | None = None,
    outcome: str = "answered",
) -> Commit:
    """Return the commit of a turn that hears the claim's mail, says these words and leaves these effects.

    The words are the bot's talk, then its notices; one answer is said if none is given. Handing over is an `owner`.
    """
    mail = claim.mail
    before = claim.conversation
    someone = None
    if before is None:
        someone = newcomer(claim)
        before = Conversation(
            id=claim.lane,
            business_id=claim.business_id,
            account_id=claim.account_id,
            customer_id=someone[0].id,
            external_id=mail[0].sender,
            owner=Owner.BOT,
            control_epoch=0,
            version=0,
            stage="greeting",
            created_at=mail[0].received_at,
            last_heard_at=mail[0].received_at,
        )
    after = replace(
        before,
        version=before.version + 1,
        stage=stage,
        last_heard_at=mail[-1].received_at if mail else before.last_heard_at,
        owner=owner or before.owner,
        control_epoch=before.control_epoch + (owner is not None and owner is not before.owner),
    )
    heard = [
        Message(after.id, after.business_id, "customer", one.body.decode(), one.sent_at, external_id=one.external_id)
        for one in mail
    ]
    said = [
        talk(after, words, position=index) for index, words in enumerate(says or () if says or notices else ("ok",))
    ]
    said += [talk(after, words, kind="notice", position=len(said) + index) for index, words in enumerate(notices)]
    return Commit(
        claim=claim,
        conversation=after,
        state=state if state is not None else b'{"turn": %d}' % after.version,
        turn=TurnRecord(
            id=new_id(),
            conversation_id=after.id,
            business_id=after.business_id,
            heard=tuple(one.external_id for one in mail),
            stage_before=before.stage,
            stage_after=stage,
            commands=("Set",),
            certainty=1.0,
            language="en",
            ms=1.0,
            alternatives=0,
            outcome=outcome,
            at=after.last_heard_at,
        ),
        messages=[*heard, *(line for line, _ in said)],
        outbox=[row for _, row in said],
        effects=effects,
        timers=timers,
        cancel_timers=cancel_timers,
        newcomer=someone,
    )


def hold(
    start: datetime,
    minutes: int = 30,
    *,
    resources: tuple[str, ...] = (ANNA,),
    conversation: str | None = None,
    hold_id: str = "",
    expires_at: datetime = NOW + timedelta(minutes=10),
    replaces: str | None = None,
    take: Take | None = None,
    reason: str = "",
) -> PlaceHold:
    """Return the effect that keeps a time, or what a take says, 10 minutes unless said otherwise."""
    take = take or Take(resources, start, start + timedelta(minutes=minutes))
    return PlaceHold(hold_id or new_id(), conversation, take, expires_at, replaces, reason)


def booking(
    start: datetime,
    minutes: int = 30,
    *,
    customer_id: str,
    directory: Directory = LUZ,
    resources: tuple[str, ...] = (ANNA,),
    conversation: str | None = None,
    **fields: Any,
) -> Booking:
    """Return a confirmed booking of the business's first service."""
    service = directory.services[0]
    made = Booking(
        id=new_id(),
        business_id=directory.business.id,
        place_id=directory.places[0].id,
        customer_id=customer_id,
        status=Status.CONFIRMED,
        items=(Item(service.id, service.name, minutes, service.price),),
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        created_at=NOW,
        conversation_id=conversation,
        staff_id=resources[0] if service.needs == "staff" else None,
        resource_ids=resources,
        source="webchat",
        code=new_id(),
    )
    return replace(made, **fields)


def event(one: Booking, kind: str = "booked", reason: str = "") -> BookingEvent:
    """Return something that its customer did to a booking."""
    return BookingEvent(one.id, kind, f"customer:{one.customer_id}", NOW, reason)


def take_of(one: Booking) -> Take:
    """Return what a booking without buffers takes."""
    return Take(one.resource_ids, one.starts_at, one.ends_at)


def book(one: Booking, *, key: str = "", hold_id: str | None = None, take: Take | None = None) -> MakeBooking:
    """Return the effect that books."""
    return MakeBooking(one, take or take_of(one), event(one), key or f"key-{one.id}", hold_id)


def class_take(
    start: datetime, *, seats: int = 3, party: int = 1, minutes: int = 60, counts: tuple[Count, ...] = ()
) -> Take:
    """Return what somebody takes who joins Anna's class in the room: the session's rows, and a seat of so many."""
    session = derived_id("session", "biz-luz:yoga", ANNA, start.isoformat())
    seat = Count(f"seats:biz-luz:yoga:{ANNA}", start, party, seats)
    return Take((ANNA, ROOM), start, start + timedelta(minutes=minutes), (), session, (seat, *counts))


def waiting(customer_id: str, directory: Directory = LUZ, **fields: Any) -> WaitlistEntry:
    """Return somebody who waits for the business's first service on Saturday."""
    entry = WaitlistEntry(
        id=new_id(),
        business_id=directory.business.id,
        place_id=directory.places[0].id,
        customer_id=customer_id,
        service_ids=(directory.services[0].id,),
        first=SATURDAY.date(),
        last=SATURDAY.date(),
        created_at=NOW,
    )
    return replace(entry, **fields)
