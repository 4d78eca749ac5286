"""Rendering pages: templates, their words in the reader's language, and the files they load."""

from __future__ import annotations

import re
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from web import formats
from web.static_files import FOLDER, StaticFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from web.tools import Tools

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_hole = re.compile(r"%([a-z_]+)%")
_link = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


class Pages:
    """Templates with the words of the locales."""

    def __init__(self, tools: Tools, static: StaticFiles) -> None:
        """Take the words and the files; templates are compiled when they are first used."""
        self._tools = tools
        self.languages = languages()
        self._jinja = Environment(
            loader=FileSystemLoader(FOLDER.parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters["linked"] = linked
        self._jinja.filters["initials"] = initials
        self._jinja.globals.update(asset=static.url, formats=formats, version=tools.version)

    def language(self, request: Request, offered: Sequence[str] = ()) -> str:
        """Return the language to answer in: `?lang=`, else the first that the reader prefers, else the first offered.

        `offered` is what the business speaks, in its order; empty means every language that pages have.
        """
        spoken = [one for one in offered if base(one) in self.languages] or list(self.languages)
        wished = [request.query_params.get("lang", "")]
        wished += [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
        for wish in wished:
            for one in spoken:
                if wish and base(wish) == base(one):
                    return one
        return spoken[0]

    def say(self, language: str, key: str, /, **holes: object) -> str:
        """Return a sentence; `%name%` in it is replaced by the value of that name."""
        sentence = self._tools.words(key, language)
        return _hole.sub(lambda hole: str(holes.get(hole[1], hole[0])), sentence) if holes else sentence

    def fragment(self, template: str, language: str, **context: Any) -> str:
        """Return a rendered template."""
        return self._jinja.get_template(template).render(
            t=partial(self.say, language),
            lang=language,
            dir="rtl" if base(language) in RIGHT_TO_LEFT else "ltr",
            **context,
        )

    def page(self, template: str, language: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a whole page. It is never kept by caches: what it shows is somebody's own."""
        headers = {"cache-control": "no-store", "content-language": language}
        return HTMLResponse(self.fragment(template, language, **context), status, headers)


def languages() -> tuple[str, ...]:
    """Return the languages that have words for pages, English first."""
    found = [one.name for one in files("dialogs").joinpath("locales").iterdir() if one.joinpath("pages.ftl").is_file()]
    return tuple(sorted(found, key=lambda one: (one != "en", one)))


def base(language: str) -> str:
    """Return a language without its region: `es` of `es-MX`."""
    return re.split("[-_]", language, maxsplit=1)[0].lower()


def linked(text: str) -> Markup:
    """Return a text in which web addresses are links; all else is escaped."""
    parts: list[str] = []
    end = 0
    for found in _link.finditer(text):
        address = escape(found[0])
        parts += [
            escape(text[end : found.start()]),
            Markup('<a href="{0}" rel="noopener nofollow">{0}</a>').format(address),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
