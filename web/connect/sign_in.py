"""Sign-ins at platforms: the way there, the way back, and the choice of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from adapters.base import ConnectRefused
from domain.errors import AccountTaken
from web.connect import view
from web.connect.channels import HERE, private, to_card
from web.connect.desk import OtherSession, SignInDeclined, SignInOver, Unfinished
from web.landing import links
from web.landing.guard import Guard
from web.requests import NotFound, OtherSite, is_secure, same_site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from domain.errors import FrontdeskError
    from web.businesses import Businesses
    from web.connect.channels import Channels
    from web.connect.desk import ConnectDesk, Offer
    from web.landing.links import Session
    from web.pages import Pages
    from web.tools import Tools

COOKIE = "offer"
"""Names what a sign-in opened. It opens nothing without the session that began it."""
COOKIE_SECONDS = 600
OVER = (SignInOver, OtherSession, SignInDeclined)


class SignIn:
    """Serves the sign-ins."""

    def __init__(
        self, tools: Tools, pages: Pages, businesses: Businesses, desk: ConnectDesk, channels: Channels
    ) -> None:
        """Take the tools, the templates, the businesses, who connects, and the page to come back to."""
        self._tools = tools
        self._pages = pages
        self._businesses = businesses
        self._desk = desk
        self._channels = channels
        self._guard = Guard(tools)

    async def begin(self, request: Request) -> Response:
        """GET /connect/{channel}/begin?business=&pass=: to the platform's sign-in.

        A link and no form: browsers follow no form to another site where the policy allows forms only to ours. The pass
        is made for this session and business, so that no other page can begin it.
        """
        session = self._guard.required(request)
        slug, shown = request.query_params.get("business", ""), request.query_params.get("pass", "")
        if not same_site(request) or not links.purpose_is_ours(self._tools.link_key, session, f"begin {slug}", shown):
            raise OtherSite("not begun on our page")
        front = await self._businesses.front(slug)
        business_id, channel = front.directory.business.id, request.path_params["channel"]
        try:
            address = await self._desk.begin(business_id, channel, session.token)
        except ConnectRefused as refused:
            return await self._channels.page(request, session, notice=str(refused))
        return private(RedirectResponse(address, 303))

    async def back(self, request: Request) -> Response:
        """GET /connect/{channel}/back?state=&code=: from the platform's sign-in.

        Whatever is wrong with what came back, none of it is shown: only what to do now.
        """
        session = self._guard.required(request)
        query, channel = request.query_params, request.path_params["channel"]
        code = "" if "error" in query else query.get("code", "")
        try:
            offer = await self._desk.finish_redirect(channel, query.get("state", ""), code, session.token)
        except OVER as over:
            return _over(over)
        except ConnectRefused as refused:
            return await self._channels.page(request, session, notice=str(refused))
        answer = RedirectResponse(f"/connect/{offer.channel}/choose", 303)
        answer.set_cookie(
            COOKIE,
            offer.handle,
            max_age=COOKIE_SECONDS,
            path="/connect",
            httponly=True,
            samesite="lax",
            secure=is_secure(request),
        )
        return private(answer)

    async def choices(self, request: Request) -> Response:
        """GET /connect/{channel}/choose: which of the accounts that were found."""
        session = self._guard.required(request)
        try:
            offer = await self._desk.offered(request.cookies.get(COOKIE, ""), session.token)
        except OVER as over:
            return _over(over)
        return await self._page(request, session, offer)

    async def choose(self, request: Request) -> Response:
        """POST /connect/{channel}/choose: connect one of them."""
        session, form = await self._guard.form(request)
        handle = request.cookies.get(COOKIE, "")
        why, key = "", ""
        try:
            account = await self._desk.choose(handle, session.token, form.get("account", ""), form.get("pin", ""))
        except OVER as over:
            return _over(over)
        except Unfinished as unfinished:
            return _done(to_card(unfinished.account, problem="unfinished"))
        except AccountTaken:
            key = "account-taken"
        except ConnectRefused as refused:
            why = str(refused)
        else:
            return _done(to_card(account, done="connected"))
        offer = await self._desk.offered(handle, session.token)
        return await self._page(request, session, offer, why, key, form.get("account", ""))

    async def _page(
        self, request: Request, session: Session, offer: Offer, why: str = "", key: str = "", chosen: str = ""
    ) -> Response:
        if offer.channel != request.path_params["channel"]:
            raise NotFound("an offer of another channel")
        directory = await self._tools.store.directories.directory(offer.business_id)
        language, several = self._pages.language(request), len(offer.found) > 1
        title = self._pages.say(language, "choose-several") if several else self._pages.say(language, "choose-one")
        return private(
            self._pages.page(
                "connect_choose.html",
                language,
                422 if why or key else 200,
                title=title,
                business=directory.business.name,
                brand=view.brand(offer.channel),
                found=offer.found,
                chosen=chosen or offer.found[0].external_id,
                path=request.url.path,
                back=HERE,
                token=self._guard.token(session),
                pin=offer.channel == "whatsapp",
                why=why,
                key=key,
            )
        )


def _over(error: FrontdeskError) -> Response:
    return _done(private(RedirectResponse(f"{HERE}?problem={error.reply}", 303)))


def _done(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, path="/connect")
    return answer
