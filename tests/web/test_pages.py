from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fluent.runtime import FluentResource
from markupsafe import Markup

import web
from domain.errors import FrontdeskError
from domain.money import Money
from tests.web.house import house
from web import formats
from web.landing import view
from web.pages import initials, languages, linked
from web.webchat.page import WORDS

WEB = Path(web.__file__).parent
LOCALES = WEB.parent / "dialogs" / "locales"


def keys(language: str) -> dict[str, str]:
    text = (LOCALES / language / "pages.ftl").read_text("utf-8")
    FluentResource(text)
    return dict(re.findall(r"^([a-z][\w-]*) = (.+)$", text, re.MULTILINE))


def test_every_language_has_the_words_of_every_other_with_the_same_holes() -> None:
    english = keys("en")
    assert len(english) > 150
    for language in languages():
        words = keys(language)
        assert words.keys() == english.keys()
        for key, sentence in words.items():
            assert sorted(re.findall(r"%\w+%", sentence)) == sorted(re.findall(r"%\w+%", english[key])), key
            assert "{" not in sentence, f"{key}: pages fill in their own holes"


def test_every_word_that_pages_ask_for_is_there_and_none_is_left_over() -> None:
    asked = set(WORDS)
    prefixes = {"page-error-"}
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        text = path.read_text("utf-8")
        asked |= set(re.findall(r"""(?:\bt\(|say\(\w+(?:\.\w+)?, )["']([a-z][\w-]*[a-z0-9])["']""", text))
        prefixes |= set(re.findall(r"""\bt\(["']([a-z-]+-)["'] ~""", text))
        prefixes |= {found.partition("{")[0] for found in re.findall(r'f"([a-z-]+-\{\w+\}[^"]*)"', text)}
        asked |= set(re.findall(r'"(chat-starter-[a-z]+)"', text))
    there = set(keys("en"))
    assert asked - there == set()
    assert {key for key in there - asked if not key.startswith(tuple(prefixes))} == set()
    for name in view.STAGES:
        assert f"stage-{name}" in there
    for name in view.SLOTS:
        assert f"slot-{name}" in there
    for name in view.REASONS:
        assert f"reason-{name}" in there


def test_every_error_has_words_and_says_what_to_do() -> None:
    def all_of(kind: type[FrontdeskError]) -> list[type[FrontdeskError]]:
        return [kind, *(one for child in kind.__subclasses__() for one in all_of(child))]

    there = keys("en")
    found = all_of(FrontdeskError)
    assert len(found) > 12
    for kind in found:
        if kind.__module__.startswith(("domain.", "web.", "adapters.webchat")):
            key = "page-" + (kind.reply if kind.reply.startswith("error-") else f"error-{kind.reply}")
            assert key in there, kind
            assert f"{key}-help" in there, kind


def test_pages_load_only_files_that_are_there_and_nothing_from_elsewhere() -> None:
    async def story() -> None:
        async with house() as one:
            for path in ("/", "/webchat/luz"):
                page = (await one.client.get(path)).text
                loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', page)
                assert len(loaded) > 4
                for address in loaded:
                    assert not urlsplit(address).netloc
                    answer = await one.client.get(address)
                    assert answer.status_code == 200
                    assert "immutable" in answer.headers["cache-control"]
                assert not re.search(r"<style|style=|<script(?![^>]*src)|\son\w+=", page), "the policy forbids it"

    asyncio.run(story())


def test_modules_import_files_that_are_there() -> None:
    for path in (WEB / "static").glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', path.read_text("utf-8")):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"


def test_raw_colours_are_only_among_the_tokens() -> None:
    for path in (WEB / "static").glob("*.css"):
        if path.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(", path.read_text("utf-8")), path.name


def test_a_file_of_an_older_version_is_served_but_not_kept() -> None:
    async def story() -> None:
        async with house() as one:
            answer = await one.client.get("/static/0123456789ab/tokens.css")
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
            plain = await one.client.get("/static/0123456789ab/tokens.css", headers={"accept-encoding": "identity"})
            assert plain.content == answer.content
            for name in ("..%2Fapp.py", "%2E%2E/app.py", "none.js"):
                assert (await one.client.get(f"/static/x/{name}")).status_code == 404

    asyncio.run(story())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain <b>", "plain &lt;b&gt;"),
        (
            "see https://a.example/b?c=1&d=2.",
            'see <a href="https://a.example/b?c=1&amp;d=2" rel="noopener nofollow">https://a.example/b?c=1&amp;d=2</a>.',
        ),
        ('https://x.example/"onclick="alert(1)', None),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_only_web_addresses_become_links(text: str, html: str | None) -> None:
    made = linked(text)
    assert isinstance(made, Markup)
    assert "onclick=" not in re.sub(r">[^<]*<", "><", made).replace("&#34;onclick=&#34;", "")
    if html is not None:
        assert made == html


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Luz Studio", "LS"), ("Ana", "A"), ("josé de sousa", "JS"), ("", ""), ("—", ""), ("李小龙", "李")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("language", "country", "locale", "words"),
    [
        ("en", "US", "en_US", "Saturday, March 7, 3:05\xa0PM"),
        ("en", "PT", "en_GB", "Saturday 7 March, 15:05"),
        ("es", "PT", "es", "sábado, 7 de marzo, 15:05"),
        ("es", "MX", "es_MX", "sábado, 7 de marzo, 3:05\xa0p.m."),
        ("tlh", "PT", "en_GB", "Saturday 7 March, 15:05"),
    ],
)
def test_moments_are_worded_as_the_country_writes_them(language: str, country: str, locale: str, words: str) -> None:
    assert formats.written(language, country) == locale
    assert formats.when(datetime(2026, 3, 7, 15, 5, tzinfo=UTC), "Europe/Lisbon", locale) == words


def test_days_and_money_in_narrow_places() -> None:
    assert formats.short_day(date(2026, 3, 7), "en_GB") == ("Sat", "7", "Mar")
    assert formats.date_only(date(2026, 3, 7), "en_GB") == "7 Mar"
    assert formats.money(Money(2500, "EUR"), "en_GB") == "€25"
    assert formats.money(Money(2550, "EUR"), "en_GB") == "€25.50"
    assert formats.money(Money(2500, "JPY"), "en_GB") == "JP¥2,500"
    assert formats.zone_name("America/New_York") == "New York"
