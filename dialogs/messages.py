"""What is heard and what is said: the typed words between channels, engine and replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Text:
    """Words that a customer wrote or spoke."""

    text: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A choice that a customer tapped, by its opaque token."""

    token: str


MediaKind = Literal["image", "video", "audio", "voice", "document", "sticker"]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a customer sent: a picture, a voice note, a document. Its words are the caption."""

    kind: MediaKind
    ref: str
    """How its platform names it: what it is fetched by."""
    caption: str = ""
    mime: str = ""
    name: str = ""
    size: int = 0
    """Bytes, 0 where the platform does not say."""
    seconds: int = 0
    """Of sound and moving pictures."""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's card."""

    name: str
    phones: tuple[str, ...] = ()
    """As they were written; digits with a country code where the platform knows it."""
    own: bool = False
    """It is the sender's own: their number is told."""
    company: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many of one product of a platform's catalogue."""

    product: str
    quantity: int
    price: str = ""
    """A decimal as the platform wrote it."""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A basket that was put together in the platform's own catalogue."""

    lines: tuple[OrderLine, ...]
    catalogue: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji put on a message, "" where it was taken away again."""

    emoji: str
    to: str
    """The platform's id of that message."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was written anew."""

    text: str
    of: str
    """The platform's id of the message."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message that was taken back."""

    of: str


ShortcutName = Literal["start", "help", "book", "bookings", "change", "cancel", "person", "stop"]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of the platform's own menu, or the link by which somebody came (`start` with what the link carried)."""

    name: ShortcutName
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that nobody here can hear: a poll, a game, a kind that the platform itself does not hand on."""

    kind: str


@dataclass(frozen=True, slots=True)
class Due:
    """A timer of this conversation ran out."""

    kind: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Staff gave the conversation back to the bot."""

    by: str = ""
    note: str = ""


Content = (
    Text
    | Tap
    | Media
    | Location
    | Contact
    | Order
    | Reaction
    | Edited
    | Deleted
    | Shortcut
    | Unsupported
    | Due
    | HandedBack
)


@dataclass(frozen=True, slots=True)
class Referral:
    """What brought somebody here: an advertisement, a product, a post."""

    kind: str = ""
    """`ad`, `post`, `product`."""
    id: str = ""
    url: str = ""
    headline: str = ""
    body: str = ""
    click_id: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """What a platform tells of whoever wrote, besides their id."""

    name: str = ""
    phone: str = ""
    """E.164, where the platform vouches for it."""
    language: str = ""
    """ISO 639-1 of the app they use, a hint only."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """All that a mailbox row carries of one message: what was said, by whom, and about what."""

    content: Content
    sender: Sender = Sender()
    reply_to: str = ""
    """The platform's id of the message that was quoted."""
    referral: Referral | None = None
    standby: bool = False
    """Another app answers this person on the platform at the moment: heard, not answered."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A start, as replies word it: in the zone of its place."""

    at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A wall time without a date: minute of the day."""

    minute: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things in a row, joined as the language joins them ("a, b and c")."""

    items: tuple[Fact, ...]
    either: bool = False
    """Joined by "or" instead of "and"."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Opening hours of a week: (first weekday, last weekday, ranges in minutes of the day), Monday being 0."""

    days: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """A service with what it costs and how long it takes, as a price list shows it."""

    name: str
    minutes: int
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a sentence that is part of another: a key of the locale's replies, with its own facts."""

    key: str
    facts: dict[str, Fact] = field(default_factory=dict)


Fact = str | int | date | Money | Moment | ClockTime | Listing | WeekHours | Priced | Phrase
"""What a sentence may speak of. Worded by `dialogs.replies` in the customer's language."""

Role = Literal["answer", "context", "prompt", "notice", "greeting"]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen. Small, because the last offer lives in the state."""

    value: str
    """What choosing it means: `yes`, a service's id, a start with its staff; opaque to understanding."""
    label: str
    """What is shown; for openings it is worded by replies from the fields below."""
    day: str = ""
    """ISO date of an opening, in the place's zone."""
    minute: int = -1
    """Minute of the day of an opening, -1 for other choices."""
    words: tuple[str, ...] = ()
    """Other names of it."""


@dataclass(slots=True)
class Offer:
    """The choices last shown."""

    id: str
    kind: str
    """`openings`, `services`, `staff`, `places`, `bookings`, `confirm`, `dates`, `forms`, …"""
    options: list[Option]


@dataclass(slots=True)
class Say:
    """Something to be said: a key of the locale's replies, with facts, never text."""

    key: str
    facts: dict[str, Fact] = field(default_factory=dict)
    choices: list[Option] = field(default_factory=list)
    role: Role = "answer"
    """`prompt` asks for what comes next (only the last of a turn is kept, with its `context`); `notice` is owed."""
    card: dict[str, Any] | None = None
    """The booking that pages show with it."""
    page: int = 0
    """Which page of the choices is asked for, counted from 0."""


TemplateKind = Literal["confirmation", "reminder", "change"]


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """The approved words that say a notice where free text is not allowed any more."""

    kind: TemplateKind
    language: str
    values: tuple[str, ...]
    """What fills its holes, in their order: the customer's name, what, when, where."""
    link: str = ""
    """The end of the manage link, for the template's button."""


@dataclass(frozen=True, slots=True)
class Pager:
    """How the rest of many choices is reached: a token for each further page, and what its button says."""

    tokens: tuple[str, ...]
    """Of the second page, the third, …"""
    label: str
    """"More", in the customer's language."""
    hint: str = ""
    """What the first page says besides: that there are more, and that any of them may be typed by its number."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A worded `Say`: text, and (token, label) of what can be tapped."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    notice: bool = False
    card: dict[str, Any] | None = None
    pager: Pager | None = None
    """Where there may be more choices than a channel shows at once."""
    page: int = 0
    """Which page of the choices is asked for, counted from 0."""
    opener: str = ""
    """What the button says that opens a list of choices ("Choose"), in the customer's language."""
    template: TemplateUse | None = None
    """What says it outside the channel's window."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show."""

    text_limit: int = 4096
    """In units of `text_unit`."""
    choices_text_limit: int = 0
    """Of a text with choices below it; 0 is the same."""
    text_unit: Literal["chars", "bytes", "utf16"] = "chars"
    buttons: int = 0
    """How many choices fit under a message as buttons; 0 is none."""
    button_label: int = 20
    list_rows: int = 0
    """How many choices fit in a list message; 0 is none."""
    row_label: int = 24
    row_detail: int = 0
    """How long a second line of a row may be, that holds what its label had no room for; 0 is none."""
    window: int = 0
    """Hours in which free text may be sent after the customer's last message; 0 is always."""
    cards: bool = False
    """Whether a booking can be shown as a card."""
    quiet_ms: int = 700
    """How long to wait for the rest of a burst of messages."""
    templates: bool = False
    """Whether approved templates may be sent outside the window."""
    receipts: bool = False
    """Whether the platform tells what became of a message: delivered, read, failed."""
    reconciles: bool = False
    """Whether an outcome that nobody knows is told later, with our own key."""
    per_account: tuple[float, int] = (0.0, 0)
    """(messages a second, how many at once) of one account; (0, 0) is unlimited."""
    per_chat: tuple[float, int] = (0.0, 0)
    """The same to one person."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One platform message, fitted to its channel. It is what an outbox row carries, as JSON."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """(token, label) shown as buttons."""
    rows: tuple[tuple[str, str], ...] = ()
    """(token, label) shown as a list."""
    details: tuple[str, ...] = ()
    """The second line of each row, where some label had to be shortened; () for none."""
    opener: str = ""
    """What the button says that opens the list of rows."""
    card: dict[str, Any] | None = None
    author: str = "bot"
    template: TemplateUse | None = None
    """What says it outside the channel's window."""
