"""Who may open the staff pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.landing import links
from web.requests import Forbidden, OtherSite, form_of, is_secure, same_site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from web.landing.links import Session
    from web.tools import Tools

COOKIE = "desk"


class Guard:
    """Checks sessions and forms."""

    def __init__(self, tools: Tools) -> None:
        """Take the key and the clock from the tools."""
        self._tools = tools

    def session(self, request: Request) -> Session | None:
        """Return who is there, None where nobody has signed in."""
        return links.session_of(self._tools.link_key, request.cookies.get(COOKIE, ""), self._tools.clock.now())

    def required(self, request: Request) -> Session:
        """Return who is there. Raises Forbidden."""
        session = self.session(request)
        if session is None:
            raise Forbidden("not signed in")
        return session

    async def form(self, request: Request) -> tuple[Session, dict[str, str]]:
        """Return who posted a form, and its fields. Raises Forbidden where it was not made for them."""
        session = self.required(request)
        if not same_site(request):
            raise OtherSite("a form of another site")
        form = await form_of(request, self._tools.limits.body_bytes)
        if not links.form_is_ours(self._tools.link_key, session, form.get("token", "")):
            raise OtherSite("a form of another session")
        return session, form

    def token(self, session: Session) -> str:
        """Return what this session's forms carry."""
        return links.form_token(self._tools.link_key, session)

    def let_in(self, request: Request, answer: Response, name: str) -> Response:
        """Have an answer begin a session."""
        session = links.new_session(self._tools.link_key, name, self._tools.clock.now())
        answer.set_cookie(
            COOKIE,
            session.token,
            max_age=int(links.SESSION_LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=is_secure(request),
        )
        return answer
