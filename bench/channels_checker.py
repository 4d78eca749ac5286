"""The checker of the channels bench: compares raw tables and the platforms' notes with what was told and done."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from bench.contention_checker import Row, micros, overlaps
from bench.stores import document
from domain.signals import RANK

if TYPE_CHECKING:
    from bench.channels_mail import Event
    from bench.channels_people import Outcome
    from bench.channels_post import Post
    from bench.channels_watch import Platforms
    from bench.stores import Tables

HEARD = frozenset({"message", "tap", "extra"})
"""Kinds of events that a turn hears."""
MOST_SENDS = 3
"""Of one notice: at once after an unknown outcome, and by whoever leased it when its sender had vanished."""
MOST_TRIES = 2
"""A notice whose outcome nobody knows is tried so often before it is shown to staff as not delivered."""
IN_DOUBT = "nobody knows"
"""How the outbox begins to say that."""


class Checker:
    """Finds what must not be, after everybody has gone; without product code but the ranks of receipts."""

    def __init__(self, tables: Tables, post: Post, platforms: Platforms, outcomes: dict[str, Outcome]) -> None:
        """Take where to look, and what ought to be there."""
        self._tables, self._post, self._platforms, self._outcomes = tables, post, platforms, outcomes
        self._order: defaultdict[str, list[str]] = defaultdict(list)
        """What each conversation was sent, in accept order."""
        self.found: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    async def check(self) -> None:
        """Look at everything."""
        await self._mailbox()
        await self._turns()
        await self._transcripts()
        await self._bookings()
        await self._control()
        await self._receipts()
        await self._sends()

    def _wrong(self, what: str, example: object, many: int = 1) -> None:
        if many > 0:
            self.found[what] += many
            shown = self.examples.setdefault(what, [])
            if len(shown) < 3:
                shown.append(str(example))

    async def _mailbox(self) -> None:
        """Each event is there once, in its lane, and done; nothing else is."""
        left = dict(self._post.told)
        seen: set[tuple[str, str, str]] = set()
        latest: dict[str, int] = {}
        for endpoint, kind, external_id, lane, waiting, aside, error in await self._tables.rows(
            "SELECT endpoint_id, kind, external_id, lane, CASE WHEN done_at IS NULL THEN 1 ELSE 0 END, "
            "CASE WHEN set_aside THEN 1 ELSE 0 END, error FROM mailbox ORDER BY id"
        ):
            key = (endpoint, kind, once(external_id))
            event: Event | None = self._post.told.get(key)
            if event is None:
                self._wrong("never_sent", key)
                continue
            if key in seen:
                self._wrong("accepted_twice", key)
            seen.add(key)
            left.pop(key, None)
            if lane != event.lane:
                self._wrong("wrong_lane", (key, lane))
            if waiting or aside:
                self._wrong("lost", ("not handled", key, error))
            if event.kind in HEARD:
                self._order[lane].append(external_id)
            self.found["overtaken"] += event.number < latest.get(lane, 0)
            latest[lane] = max(latest.get(lane, 0), event.number)
        for key in left:
            self._wrong("lost", ("not there", key))

    async def _turns(self) -> None:
        """Each message was heard in exactly one turn, in accept order."""
        heard: defaultdict[str, list[str]] = defaultdict(list)
        for lane, ids in await self._tables.rows(
            "SELECT conversation_id, heard FROM turns ORDER BY conversation_id, version"
        ):
            heard[lane] += document(ids)
        for lane in {*heard, *self._order}:
            times = Counter(once(one) for one in heard[lane])
            for external_id, many in times.items():
                self._wrong("handled_twice", (lane, external_id), many - 1)
            for external_id in self._order[lane]:
                if not times[once(external_id)]:
                    self._wrong("lost", ("not heard", lane, external_id))
            place = {one: at for at, one in enumerate(self._order[lane])}
            places = [place.get(one, -1) for one in heard[lane]]
            self._wrong("out_of_order", (lane, places), sum(later <= earlier for earlier, later in pairwise(places)))

    async def _transcripts(self) -> None:
        """Each line is there once, and each of the bot's has exactly one row of the outbox."""
        lines: Counter[tuple[str, str]] = Counter()
        bot = 0
        for author, lane, external_id, many in await self._tables.rows(
            "SELECT author, conversation_id, external_id, count(*) FROM messages "
            "GROUP BY author, conversation_id, external_id"
        ):
            if author == "bot":
                bot += many
            else:
                lines[lane, once(external_id)] += many
        for key, many in lines.items():
            self._wrong("handled_twice", ("lines", key), many - 1)
        for event in self._post.told.values():
            lane = event.lane.removeprefix("control:")
            if event.kind != "status" and not lines.pop((lane, event.external_id), 0):
                self._wrong("lost", ("no line", lane, event.external_id))
        for key in lines:
            self._wrong("never_sent", ("line", key))
        ((rows, messages),) = await self._tables.rows("SELECT count(*), count(DISTINCT message_id) FROM outbox")
        self._wrong("handled_twice", "rows of the outbox", max(0, rows - messages) + max(0, rows - bot))
        self._wrong("lost", "rows of the outbox", bot - rows)

    async def _bookings(self) -> None:
        """Bookings are exactly what customers did, and nothing overlaps."""
        events: Counter[tuple[str, str]] = Counter()
        for lane, kind, many in await self._tables.rows(
            "SELECT b.conversation_id, e.kind, count(*) FROM booking_events e JOIN bookings b "
            "ON b.business_id = e.business_id AND b.id = e.booking_id GROUP BY b.conversation_id, e.kind"
        ):
            events[lane, kind] = many
        standing: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for lane, start, staff in await self._tables.rows(
            "SELECT conversation_id, starts_at, staff_id FROM bookings WHERE status <> 'cancelled'"
        ):
            standing[lane].append((micros(start), staff))
        for lane, outcome in self._outcomes.items():
            for kind, expected in (
                ("booked", outcome.booked),
                ("moved", outcome.moved),
                ("cancelled", outcome.cancelled),
            ):
                many = events.pop((lane, kind), 0)
                self._wrong("doubled_bookings", (lane, kind, many, expected), many - expected)
                self._wrong("lost_bookings", (lane, kind, many, expected), expected - many)
            due = [] if outcome.standing is None else [(micros(outcome.standing), outcome.staff_id)]
            if standing.pop(lane, []) != due:
                self._wrong("wrong_bookings", (lane, due))
        for key in {*events, *standing}:
            self._wrong("doubled_bookings", ("of nobody", key))
        rows = await self._tables.rows(
            "SELECT business_id, resource_id, starts_at, ends_at, hold_id, booking_id, session_id FROM occupancy"
        )
        taken = [Row(one[0], one[1], micros(one[2]), micros(one[3]), *one[4:]) for one in rows]
        for row in overlaps(taken):
            self._wrong("overlaps", row)

    async def _control(self) -> None:
        """Staff have exactly the conversations in which they wrote; nobody was handed over twice."""
        for lane, owner, epoch in await self._tables.rows("SELECT id, owner, control_epoch FROM conversations"):
            taken = self._outcomes[lane].taken if lane in self._outcomes else None
            if (owner, epoch) != (("external_app", 1) if taken else ("bot", 0)) or taken is None:
                self._wrong("control_wrong", (lane, owner, epoch, taken))

    async def _receipts(self) -> None:
        """Of each message stands the highest that WhatsApp told, or what its sender knows where nothing counts more."""
        query = "SELECT message_id, rank FROM deliveries"
        ranks = dict(await self._tables.rows(query))
        for line, told in self._platforms.ranks.items():
            rank = ranks.get(line, 0)
            if rank != told and (rank, told < RANK["failed"]) != (RANK["failed"], True):
                self._wrong("receipts_wrong", (line, rank, told))
        self.found["receipts"] = len(self._platforms.ranks)

    async def _sends(self) -> None:
        """Only notices without a link go out again, and those do where nobody knows whether they have arrived."""
        platforms = self._platforms
        by_row = {key.split(".")[1] if "." in key else key: key for key in (*platforms.sends, *platforms.later)}
        rows = await self._tables.rows("SELECT id, kind, has_link, status, attempts, error FROM outbox")
        for key in {*platforms.sends} - {by_row.get(one) for one, *_ in rows}:
            self._wrong("never_sent", ("outbox", key))
        for one, kind, link, state, attempts, error in rows:
            key = by_row.get(one, "")
            sends, repeatable = platforms.sends.get(key, []), kind == "notice" and not link
            self.found["sends"] += len(sends)
            self.found["unknown"] += sum(send.unknown for send in sends)
            self.found["sent_twice"] += max(0, len(sends) - 1)
            if len(sends) > (MOST_SENDS if repeatable else 1):
                self._wrong("repeated_wrongly", (key, kind, link, sends))
            if state != "failed":
                continue
            self.found["given_up"] += 1
            self.found["never_handed"] += not sends
            tries = max(attempts - platforms.later[key], len(sends))
            if repeatable and error.startswith(IN_DOUBT) and tries < MOST_TRIES:
                self._wrong(
                    "owed", (one, f"{attempts} attempts, {platforms.later[key]} put off, {len(sends)} handed over")
                )


def once(external_id: str) -> str:
    """Return an id without the counter that the broken twin of the intake adds to it."""
    return external_id.partition("#")[0]
