"""The page that manages a booking: see it, move it, cancel it. The code in its address is the key to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from domain.bookings import OPEN, may_cancel, may_move
from domain.desk import Desk
from domain.errors import BookingClosed, BookingNotFound, Malformed, NotOffered, OpeningTaken
from domain.horizon import furthest_day
from domain.ports import Live
from web import formats
from web.booking_card import of_booking
from web.portal import moves
from web.portal.calendar_file import calendar_file
from web.requests import NotFound, OtherSite, TooMany, form_of, peer_of, same_site

if TYPE_CHECKING:
    from starlette.requests import Request

    from domain.bookings import Booking
    from web.businesses import Businesses, Front
    from web.pages import Pages
    from web.tools import Tools

PER_MINUTE = 120
"""Requests of one address: codes cannot be guessed, and this keeps anybody from trying."""
NOTICES = frozenset({"moved", "cancelled", "taken", "closed"})


@dataclass(frozen=True, slots=True)
class Managed:
    """A booking that somebody has the link of."""

    front: Front
    booking: Booking
    language: str
    locale: str
    desk: Desk

    @property
    def path(self) -> str:
        """Its page."""
        return f"/b/{quote(self.front.directory.business.slug, safe='')}/{quote(self.booking.code, safe='')}"

    @property
    def zone(self) -> str:
        """The zone of its place."""
        return self.front.directory.place[self.booking.place_id].zone

    @property
    def when(self) -> str:
        """Its day and time in words."""
        return formats.when(self.booking.starts_at, self.zone, self.locale)


class Portal:
    """Shows and changes bookings for the customers who made them."""

    def __init__(self, tools: Tools, pages: Pages, businesses: Businesses) -> None:
        """Take the tools, the templates and the businesses."""
        self._tools = tools
        self._pages = pages
        self._businesses = businesses

    async def show(self, request: Request) -> Response:
        """GET /b/{business}/{code}."""
        one = await self._open(request)
        notice = request.query_params.get("done", "")
        return self._page("portal.html", one, notice=notice if notice in NOTICES else "")

    async def calendar(self, request: Request) -> Response:
        """GET /b/{business}/{code}/calendar.ics."""
        one = await self._open(request)
        base = one.front.directory.business.links or self._tools.public_url or str(request.base_url)
        url = base.rstrip("/") + one.path
        body = calendar_file(one.booking, one.front.directory, url, self._tools.clock.now())
        headers = {
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{one.front.directory.business.slug}.ics"',
        }
        return Response(body, 200, headers, "text/calendar; charset=utf-8")

    async def times(self, request: Request) -> Response:
        """GET /b/{business}/{code}/move[?from=DATE&day=DATE&to=MOMENT]: choose a day, a time, and confirm."""
        one = await self._open(request)
        if not self._may_move(one):
            return self._back(one, "closed")
        now = self._tools.clock.now()
        today = formats.local(now, one.zone).date()
        directory = one.front.directory
        last = furthest_day(directory, directory.place[one.booking.place_id], today)
        query = request.query_params
        if "to" in query:
            start = moment_of(query["to"])
            moved = replace(one.booking, starts_at=start)
            return self._page(
                "portal_confirm.html",
                one,
                to=query["to"],
                to_when=formats.when(start, one.zone, one.locale),
                moved=of_booking(moved, one.front.directory, one.locale),
            )
        first = moves.first_day(query.get("from", ""), today, last)
        days = await moves.days(one.desk, one.front.directory, one.booking, first)
        own = formats.local(one.booking.starts_at, one.zone).date().isoformat()
        asked = query.get("day") or own
        chosen = next((day for day in days if day.on.isoformat() == asked and (day.openings or "day" in query)), None)
        chosen = chosen or next((day for day in days if day.openings), days[0])
        later = first + timedelta(days=moves.DAYS)
        return self._page(
            "portal_move.html",
            one,
            days=days,
            chosen=chosen,
            first=first,
            earlier=max(first - timedelta(days=moves.DAYS), today) if first > today else None,
            later=later if later <= last else None,
            taken=query.get("problem") == "taken",
        )

    async def move(self, request: Request) -> Response:
        """POST /b/{business}/{code}/move with `to`: the start that was chosen, ISO 8601."""
        one = await self._open(request)
        start = moment_of((await self._form(request)).get("to", ""))
        try:
            opening = await moves.opening_at(one.desk, one.front.directory, one.booking, start)
            one.desk.move(one.booking, opening, reason="portal")
            await self._apply(one)
        except (OpeningTaken, NotOffered):
            day = formats.local(start, one.zone).date().isoformat()
            query = urlencode({"from": day, "day": day, "problem": "taken"})
            return RedirectResponse(f"{one.path}/move?{query}", 303)
        except BookingClosed:
            return self._back(one, "closed")
        return self._back(one, "moved")

    async def ask_cancel(self, request: Request) -> Response:
        """GET /b/{business}/{code}/cancel: ask before the time is given away."""
        one = await self._open(request)
        if not may_cancel(one.booking, self._tools.clock.now()):
            return self._back(one, "closed")
        return self._page("portal_cancel.html", one)

    async def cancel(self, request: Request) -> Response:
        """POST /b/{business}/{code}/cancel."""
        one = await self._open(request)
        await self._form(request)
        try:
            one.desk.cancel(one.booking, reason="portal")
            await self._apply(one)
        except BookingClosed:
            return self._back(one, "closed")
        return self._back(one, "cancelled")

    async def _open(self, request: Request) -> Managed:
        if not await self._tools.store.limiter.allow(
            f"portal:peer:{peer_of(request)}", PER_MINUTE, timedelta(minutes=1)
        ):
            raise TooMany("too many requests from this address")
        code = request.path_params["code"]
        try:
            front = await self._businesses.front(request.path_params["business"])
        except NotFound:
            raise BookingNotFound("no such business") from None
        if not code or "\x00" in code:
            raise BookingNotFound("no such code")
        business = front.directory.business
        calendar = self._tools.store.calendar(business.id)
        booking = await calendar.booking_by_code(code)
        desk = Desk(
            front.directory,
            calendar,
            f"customer:{booking.customer_id}",
            f"portal:{booking.id}:{booking.sequence}",
            self._tools.clock.now(),
            booking.conversation_id,
            resident=self._tools.resident,
        )
        language = self._pages.language(request, business.languages)
        return Managed(front, booking, language, formats.written(language, business.country), desk)

    async def _form(self, request: Request) -> dict[str, str]:
        if not same_site(request):
            raise OtherSite("this form belongs to another site")
        return await form_of(request, self._tools.limits.body_bytes)

    async def _apply(self, one: Managed) -> None:
        business_id = one.booking.business_id
        await self._tools.store.calendar(business_id).apply(one.desk.effects)
        await self._tools.store.live.publish([Live(one.booking.conversation_id or "", business_id, "booking")])

    def _may_move(self, one: Managed) -> bool:
        return may_move(one.booking, self._tools.clock.now(), one.front.directory.business.policies.minimum_notice)

    def _back(self, one: Managed, done: str) -> Response:
        return RedirectResponse(f"{one.path}?done={done}", 303)

    def _page(self, template: str, one: Managed, **context: Any) -> Response:
        directory = one.front.directory
        now = self._tools.clock.now()
        may = {"move": self._may_move(one), "cancel": may_cancel(one.booking, now)}
        return self._pages.page(
            template,
            one.language,
            title=self._pages.say(one.language, "portal-title", name=directory.business.name),
            name=directory.business.name,
            seen=of_booking(one.booking, directory, one.locale),
            place=directory.place[one.booking.place_id],
            path=one.path,
            chat=f"/webchat/{quote(one.front.chat.external_id, safe='')}" if one.front.chat else "",
            may=may,
            over=one.booking.status not in OPEN or one.booking.starts_at <= now,
            when=one.when,
            locale=one.locale,
            zone=one.zone,
            **context,
        )


def moment_of(text: str) -> datetime:
    """Return an aware moment of ISO 8601. Raises Malformed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("must be a moment in ISO 8601", "to") from None
    if moment.tzinfo is None:
        raise Malformed("must have an offset", "to")
    return moment
