"""The page of channels: accounts as cards, checked, tried again and disconnected, and tokens that are pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from adapters.base import ConnectRefused
from domain.errors import AccountTaken, UnknownAccount
from web.connect import view
from web.connect.desk import Unfinished
from web.landing import links
from web.landing.guard import Guard
from web.requests import Forbidden

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from domain.businesses import Account
    from web.businesses import Businesses
    from web.connect.desk import ConnectDesk
    from web.landing.links import Session
    from web.pages import Pages
    from web.tools import Tools

HERE = "/desk/channels"
BUSINESSES = 20
"""As many as the desk shows."""
PROBLEMS = frozenset({"sign-in-over", "other-session", "sign-in-declined", "account-taken", "unfinished"})
DONE = frozenset({"connected", "disconnected"})


class Channels:
    """Serves the page."""

    def __init__(self, tools: Tools, pages: Pages, businesses: Businesses, desk: ConnectDesk) -> None:
        """Take the tools, the templates, the businesses, and who connects."""
        self._tools = tools
        self._pages = pages
        self._businesses = businesses
        self._desk = desk
        self._guard = Guard(tools)

    async def show(self, request: Request) -> Response:
        """GET /desk/channels, and with `?key=` the way in."""
        key = request.query_params.get("key")
        if key is not None:
            if not links.link_opens(self._tools.link_key, key, self._tools.clock.now()):
                raise Forbidden("the link has expired or is not ours")
            return self._guard.let_in(request, RedirectResponse(HERE, 303), "")
        return await self.page(request, self._guard.required(request))

    async def token(self, request: Request) -> Response:
        """POST /connect/{channel}/token: connect the account of a pasted token, or one of the cards again."""
        session, form = await self._guard.form(request)
        front = await self._businesses.front(form.get("business", ""))
        channel, again = request.path_params["channel"], form.get("again", "")
        business_id = front.directory.business.id
        why, key = "", ""
        try:
            account = await self._desk.connect_token(business_id, channel, form.get("secret", ""), again=again)
        except Unfinished as unfinished:
            return to_card(unfinished.account, problem="unfinished")
        except AccountTaken:
            key = "account-taken"
        except ConnectRefused as refused:
            why = str(refused)
        else:
            return to_card(account, done="connected")
        return await self.page(request, session, wrong=view.Wrong(business_id, again, channel, why, key))

    async def check(self, request: Request) -> Response:
        """POST /connect/accounts/{account}/check: what is well and what is not."""
        session, _ = await self._guard.form(request)
        account = await self._account(request)
        return await self.page(request, session, told=view.Told(account.id, await self._desk.check(account)))

    async def retry(self, request: Request) -> Response:
        """POST /connect/accounts/{account}/retry: ask the platform once more to deliver."""
        session, form = await self._guard.form(request)
        account = await self._account(request)
        try:
            await self._desk.retry(account, form.get("pin", ""))
        except Unfinished:
            return to_card(account, problem="unfinished")
        except ConnectRefused as refused:
            return await self.page(request, session, notice=str(refused))
        return to_card(account, done="connected")

    async def ask(self, request: Request) -> Response:
        """GET /connect/accounts/{account}/disconnect: whether that is meant."""
        session = self._guard.required(request)
        account = await self._account(request)
        language = self._pages.language(request)
        name = view.named(account)
        return private(
            self._pages.page(
                "connect_disconnect.html",
                language,
                title=self._pages.say(language, "disconnect-title", name=name),
                name=name,
                brand=view.brand(account.channel),
                path=request.url.path,
                back=f"{HERE}#account-{account.id}",
                token=self._guard.token(session),
            )
        )

    async def disconnect(self, request: Request) -> Response:
        """POST /connect/accounts/{account}/disconnect."""
        await self._guard.form(request)
        account = await self._account(request)
        if account.state != "disconnected":
            await self._desk.disconnect(account)
        return to_card(account, done="disconnected")

    async def page(
        self,
        request: Request,
        session: Session,
        *,
        told: view.Told | None = None,
        wrong: view.Wrong | None = None,
        notice: str = "",
    ) -> Response:
        """Return the page; its status says when something was refused. `notice` is why, in English."""
        tools, language = self._tools, self._pages.language(request)
        ways = self._desk.ways()
        boards = [
            view.board(
                front,
                await tools.store.accounts.of(front.directory.business.id),
                ways,
                lambda slug: links.purpose_token(tools.link_key, session, f"begin {slug}"),
                told or view.Told(),
                wrong or view.Wrong(),
            )
            for front in await self._businesses.all(BUSINESSES)
        ]
        problem, done = request.query_params.get("problem", ""), request.query_params.get("done", "")
        return private(
            self._pages.page(
                "connect.html",
                language,
                422 if wrong or notice else 200,
                title=self._pages.say(language, "channels-title"),
                boards=boards,
                token=self._guard.token(session),
                problem=problem if problem in PROBLEMS else "",
                done=done if done in DONE else "",
                notice=notice,
            )
        )

    async def _account(self, request: Request) -> Account:
        """Return the account of the path as it is now. Raises UnknownAccount."""
        account_id = request.path_params["account"]
        if not account_id.isalnum():
            raise UnknownAccount("not the id of an account")
        kept = await self._tools.store.directories.account_by_id(account_id)
        for one in await self._tools.store.accounts.of(kept.business_id):
            if one.id == account_id:
                return one
        raise UnknownAccount(account_id)


def to_card(account: Account, **said: str) -> Response:
    """Return the way to an account's card, with what happened: a word of a closed list, nothing else."""
    query = "&".join(f"{name}={word}" for name, word in said.items())
    return private(RedirectResponse(f"{HERE}?{query}#account-{account.id}", 303))


def private(answer: Response) -> Response:
    """Have an answer tell no other page where its reader came from, and be kept by nobody."""
    answer.headers["referrer-policy"] = "no-referrer"
    answer.headers["cache-control"] = "no-store"
    return answer
