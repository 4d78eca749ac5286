"""What a WhatsApp message says: each of the platform's types as one of ours.

Shapes are Meta's (webhooks reference, one page a type; the same as the examples of its OpenAPI file). A message that is
not as its page says is `Unsupported` under its own name, so that its sender is answered and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from adapters.meta import block, ident, line, number, rows, word, words
from adapters.whatsapp.people import digits, e164
from dialogs.messages import (
    Contact,
    Deleted,
    Edited,
    Location,
    Media,
    MediaKind,
    Order,
    OrderLine,
    Reaction,
    Referral,
    Shortcut,
    Tap,
    Text,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.meta import Row
    from dialogs.messages import Content

TOKEN_CHARS = 500
"""Of a button: WhatsApp takes 256 characters for a button's id and 200 for a row's."""
NAME_CHARS = 200
URL_CHARS = 2000
CARDS = 10
"""So many cards of one message are read."""
LINES = 100
"""So many lines of one basket are read; WhatsApp's own limit is below it."""
MEDIA: frozenset[str] = frozenset(get_args(MediaKind))


def content_of(message: Row, known_as: Sequence[str] = ()) -> Content:
    """Return what a message says. It never raises; what cannot be read is `Unsupported`.

    Args:
        message: the message as it was delivered.
        known_as: the sender's own ids: a card that has one of them is theirs.
    """
    kind = word(message.get("type"))
    if kind in MEDIA:
        found: Content | None = _media(message, kind)
    elif kind == "contacts":
        found = _contact(message, known_as)
    else:
        read = _READ.get(kind)
        found = None if read is None else read(message)
    return Unsupported(_what(message, kind)) if found is None else found


def referral_of(message: Row) -> Referral | None:
    """Return what brought somebody here: an advertisement or a post, else the product that was asked about."""
    if "referral" not in message and "context" not in message:
        return None
    said = block(message.get("referral"))
    if said:
        found = Referral(
            kind=word(said.get("source_type")),
            id=line(said.get("source_id"), NAME_CHARS),
            url=line(said.get("source_url"), URL_CHARS),
            headline=line(said.get("headline")),
            body=words(said.get("body"), 1000),
            click_id=line(said.get("ctwa_clid"), 500),
        )
        return None if found == Referral() else found
    product = line(block(block(message.get("context")).get("referred_product")).get("product_retailer_id"), NAME_CHARS)
    return Referral(kind="product", id=product) if product else None


def _what(message: Row, kind: str) -> str:
    """Return what to call something that cannot be heard.

    Of a type that WhatsApp itself does not hand on, its word for it where it tells one (`poll_creation`), else the
    title of its error.
    """
    if kind in {"", "unsupported", "unknown", "errors"}:
        told = word(block(message.get("unsupported")).get("type"))
        error = next((one for one in rows(message.get("errors")) if isinstance(one, dict)), {})
        kind = told or word(error.get("title")) or kind or "unsupported"
    elif kind == "interactive":
        return _interactive_kind(block(message.get("interactive")))
    return kind


def _text(message: Row) -> Text | None:
    said = message.get("text")
    said = said if isinstance(said, str) else block(said).get("body")
    return Text(words(said)) if isinstance(said, str) else None


def _interactive(message: Row) -> Tap | Text | None:
    """Return the choice that was tapped; a choice without an id is its label, as if it had been typed."""
    said = block(message.get("interactive"))
    for kind in ("button_reply", "list_reply"):
        reply = block(said.get(kind))
        if token := words(reply.get("id"), TOKEN_CHARS):
            return Tap(token)
        if title := words(reply.get("title"), TOKEN_CHARS):
            return Text(title)
    return None


def _interactive_kind(said: Row) -> str:
    """Return what to call an interactive message that is no choice; a filled-in Flow is a form.

    What was filled in (`response_json`) may be missing or no JSON; no dialogue here sends forms, so it is not read.
    """
    kind = word(said.get("type"))
    return "form" if kind == "nfm_reply" else kind or "interactive"


def _button(message: Row) -> Tap | Text | None:
    """Return the tap on a template's quick reply: another shape than the buttons of a message."""
    said = block(message.get("button"))
    if token := words(said.get("payload"), TOKEN_CHARS):
        return Tap(token)
    label = words(said.get("text"), TOKEN_CHARS)
    return Text(label) if label else None


def _media(message: Row, kind: str) -> Media | None:
    """Return a file. Without an id it could not be fetched: WhatsApp could not take it over from the sender."""
    said = block(message.get(kind))
    ref = ident(said.get("id"))
    if not ref:
        return None
    named: Any = "voice" if kind == "audio" and said.get("voice") is True else kind
    return Media(
        kind=named,
        ref=ref,
        caption=words(said.get("caption")),
        mime=line(said.get("mime_type"), 100),
        name=line(said.get("filename"), NAME_CHARS),
        sha256=line(said.get("sha256"), 100),
    )


def _location(message: Row) -> Location | None:
    said = block(message.get("location"))
    latitude, longitude = number(said.get("latitude")), number(said.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(
        latitude,
        longitude,
        name=line(said.get("name"), NAME_CHARS),
        address=line(said.get("address"), NAME_CHARS),
        url=line(said.get("url"), URL_CHARS),
    )


def _contact(message: Row, known_as: Sequence[str]) -> Contact | None:
    """Return the card that was sent; of several, the first, with the names of all.

    The numbers stay those of the first alone: a number must never be read as the number of somebody else.
    """
    cards = [one for one in rows(message.get("contacts"))[:CARDS] if isinstance(one, dict)]
    if not cards:
        return None
    first = cards[0]
    phones: list[str] = []
    own = False
    for row in rows(first.get("phones")):
        phone = block(row)
        wa_id = digits(phone.get("wa_id"))
        own = own or wa_id in known_as or ident(phone.get("user_id")) in known_as
        written = e164(wa_id) or line(phone.get("phone"), 40)
        if written and written not in phones:
            phones.append(written)
    names = [name for name in map(_card_name, cards) if name]
    if not names and not phones:
        return None
    return Contact(
        name=", ".join(names),
        phones=tuple(phones),
        own=own,
        company=line(block(first.get("org")).get("company"), NAME_CHARS),
    )


def _card_name(card: Row) -> str:
    name = block(card.get("name"))
    parts = (line(name.get(one), NAME_CHARS) for one in ("first_name", "middle_name", "last_name"))
    return line(name.get("formatted_name"), NAME_CHARS) or " ".join(filter(None, parts))


def _order(message: Row) -> Order | None:
    said = block(message.get("order"))
    lines = []
    for row in rows(said.get("product_items"))[:LINES]:
        item = block(row)
        product = line(item.get("product_retailer_id"), NAME_CHARS)
        quantity = number(item.get("quantity"))
        if product and quantity is not None and 0 < quantity < 1e6:
            price, currency = line(item.get("item_price"), 32), line(item.get("currency"), 3)
            lines.append(OrderLine(product, int(quantity) or 1, price, currency))
    if not lines:
        return None
    return Order(tuple(lines), catalogue=line(said.get("catalog_id"), NAME_CHARS), text=words(said.get("text")))


def _reaction(message: Row) -> Reaction | None:
    """Return the emoji; one that was taken away comes without it."""
    said = block(message.get("reaction"))
    to = ident(said.get("message_id"))
    return Reaction(words(said.get("emoji"), 32), to) if to else None


def _edited(message: Row) -> Edited | None:
    """Return a message as it was written anew: its text, or the caption of its file."""
    said = block(message.get("edit")) or block(message.get("edited"))
    of = _original(said)
    inner = block(said.get("message")) or said
    kind = word(inner.get("type"))
    if kind in MEDIA:
        caption = block(inner.get(kind)).get("caption", "")
        return Edited(words(caption), of) if of and isinstance(caption, str) else None
    text = _text(inner)
    return Edited(text.text, of) if of and text is not None else None


def _revoked(message: Row) -> Deleted | None:
    of = _original(block(message.get("revoke")))
    return Deleted(of) if of else None


def _original(said: Row) -> str:
    return ident(said.get("original_message_id")) or ident(said.get("message_id"))


def _welcome(_: Row) -> Shortcut:
    """Return the start of a chat that somebody opened and has written nothing in."""
    return Shortcut("start")


_READ: dict[str, Callable[[Row], Content | None]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "order": _order,
    "reaction": _reaction,
    "edit": _edited,
    "edited": _edited,
    "revoke": _revoked,
    "request_welcome": _welcome,
}
