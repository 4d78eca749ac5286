"""The templates: complete in every language, as Meta takes them, and filled so that it takes them, too."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import Message, SendRefused, Template, TemplateUnavailable
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.templates import (
    CODES,
    HOLES,
    KINDS,
    LOCALES,
    NOBODY,
    NOTHING,
    definitions,
    language_code,
    says_the_same,
    to_template,
    wording,
)
from dialogs.messages import Outbound, TemplateKind, TemplateUse
from dialogs.replies import Replies
from tests.platforms.graph import FakeGraph
from tests.platforms.graph_chaos import good
from tests.platforms.graph_limits import violations
from tests.platforms.graph_templates import faults_of, filled
from tests.platforms.graph_world import Sent, Waba

BASE = "https://desk.test/b"
VALUES = ("Ana", "Haircut with Rosa", "Sat 21 Nov at 10:30", "12 Market Street")


def use(
    kind: TemplateKind = "reminder", language: str = "en", values: tuple[str, ...] = VALUES, link: str = "x1"
) -> TemplateUse:
    return TemplateUse(kind, language, values, link)


def test_every_language_of_the_house_has_all_templates() -> None:
    assert sorted(CODES) == Replies().languages()
    assert all((LOCALES / language / "templates.yaml").is_file() for language in CODES)
    assert {(one["name"], one["language"]) for one in definitions(BASE)} == {
        (f"frontdesk_{kind}", code) for kind in ("confirmation", "reminder", "change") for code in CODES.values()
    }


@pytest.mark.parametrize("definition", definitions(BASE), ids=lambda one: f"{one['name']}-{one['language']}")
def test_each_is_as_meta_takes_it(definition: dict[str, Any]) -> None:
    assert faults_of(definition) == []
    assert definition["category"] == "UTILITY"
    (button,) = definition["components"][1]["buttons"]
    assert button["url"] == f"{BASE}/{{{{1}}}}"


@pytest.mark.parametrize("code", CODES.values())
def test_each_language_says_each_thing_in_its_own_words(code: str) -> None:
    bodies = [wording(kind, code).body for kind in KINDS]
    assert len(set(bodies)) == len(KINDS)
    for body in bodies:
        assert re.findall(r"\{(\w+)\}", body) == list(HOLES)
        assert sum(body == wording(kind, other).body for kind in KINDS for other in CODES.values()) == 1


GOOD_BODY = "Hello {{1}}, this is about {{2}} on {{3}} in {{4}}, and now some words to be read."
BAD_BODIES = {
    "a hole first": "{{1}}, this is about {{2}} on {{3}} in {{4}}, and now some words to be read.",
    "a hole last": "Hello {{1}}, some words to be read: this is about {{2}} on {{3}} in {{4}}.",
    "holes that touch": "Hello {{1}} {{2}}, this is about a thing on {{3}} in {{4}}, and now some words to be read.",
    "holes in another order": "Hello {{2}}, this is about {{1}} on {{3}} in {{4}}, and now some words to be read.",
    "a hole that is missing": "Hello {{1}}, this is about {{2}} on {{4}}, and now some words to be read.",
    "hardly a word": "Hi {{1}}: {{2}}, {{3}}, {{4}} ok.",
    "too long": GOOD_BODY + "x" * 1000,
}


def definition(body: str = GOOD_BODY, button: str = "Change", url: str = f"{BASE}/{{{{1}}}}") -> dict[str, Any]:
    buttons = [{"type": "URL", "text": button, "url": url, "example": [f"{BASE}/x"]}]
    examples = {"body_text": [["a"] * len(re.findall(r"\{\{", body))]}
    parts = [{"type": "BODY", "text": body, "example": examples}, {"type": "BUTTONS", "buttons": buttons}]
    return {"name": "frontdesk_x", "language": "en", "category": "UTILITY", "components": parts}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_what_meta_would_refuse_is_seen(body: str) -> None:
    assert faults_of(definition()) == []
    assert faults_of(definition(body))
    assert faults_of(definition(button="x" * 26))
    assert faults_of(definition(url="http://desk.test/{{1}}"))


def test_only_the_words_decide_whether_meta_has_the_same() -> None:
    ours = definition()
    theirs = {**definition(), "id": "1", "status": "APPROVED"}
    del theirs["components"][0]["example"]
    assert says_the_same(ours, theirs)
    for other in (
        definition(GOOD_BODY + " More."),
        definition(button="Cancel"),
        definition(url="https://x.test/{{1}}"),
    ):
        assert not says_the_same(ours, other)


def test_portuguese_is_european_and_a_language_without_templates_is_english() -> None:
    assert language_code("pt") == language_code("pt-BR") == "pt_PT"
    assert language_code("nl") == language_code("") == "en"
    assert to_template(use(language="nl"))["language"] == {"policy": "deterministic", "code": "en"}


def test_values_are_put_on_one_line_and_never_empty() -> None:
    body = to_template(use(values=("", "Cut\n\tand   wash", " ", "Rua 1,\r\nLisboa")))["components"][0]
    assert [one["text"] for one in body["parameters"]] == [NOBODY, "Cut and wash", NOTHING, "Rua 1, Lisboa"]


def test_a_long_value_is_cut_between_characters() -> None:
    body = to_template(use(values=("👨‍👩‍👧" * 30, *VALUES[1:])))["components"][0]
    name = body["parameters"][0]["text"]
    assert name == "👨‍👩‍👧" * 11 + "…"


@pytest.mark.parametrize("values", [(), VALUES[:3], (*VALUES, "more")])
def test_another_number_of_values_than_holes_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(SendRefused, match="4 values"):
        to_template(use(values=values))


@pytest.mark.parametrize("link", ["", " ", "x" * 2001])
def test_without_the_end_of_a_link_there_is_no_template(link: str) -> None:
    with pytest.raises(SendRefused, match="link"):
        to_template(use(link=link))


def test_a_link_cannot_leave_our_site() -> None:
    for link in ("//evil.test", "https://evil.test/x", "@evil.test", "\\\\evil.test", "a b\nc"):
        button = to_template(use(link=link))["components"][1]
        end = button["parameters"][0]["text"]
        assert re.fullmatch(r"[A-Za-z0-9._~%/?=&-]+", end)
        assert not end.startswith("/")


@settings(deadline=None)  # all templates are made anew each time
@given(
    st.tuples(*[st.text(max_size=400)] * 4),
    st.sampled_from(KINDS),
    st.sampled_from([*CODES, "nl"]),
    st.text(min_size=1, max_size=60),
)
def test_whatever_fills_it_a_template_can_be_sent(
    values: tuple[str, str, str, str], kind: TemplateKind, language: str, link: str
) -> None:
    if not link.strip():
        return
    template = to_template(use(kind, language, values, link))
    payload = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "351910000001",
        "type": "template",
    }
    assert violations({**payload, "template": template}) == []
    waba = Waba("1", templates={str(n): {**one, "status": "APPROVED"} for n, one in enumerate(definitions(BASE))})
    seen = filled(waba, template, Sent("1", "1", "Ana", "template", ""))
    assert isinstance(seen, Sent)
    assert seen.link.startswith(f"{BASE}/")
    assert "{" not in wording(kind, template["language"]["code"]).numbered.replace("{{", "").replace("}}", "")


def test_an_approved_template_goes_after_the_window_and_one_that_is_not_does_not() -> None:
    async def story() -> None:
        async with FakeGraph() as fake:
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret)
            ana = fake.customer("Ana", bsuid="PT.7")
            for one in definitions(BASE):
                assert fake.templates.submitted(fake.waba, one)[0] == good()[0]
            message = Template(ana.id, use("confirmation", "es"), "c.o.m")
            with pytest.raises(TemplateUnavailable):
                await channel.send(fake.account(), message)
            await fake.approve()
            receipt = await channel.send(fake.account(), message)
            (seen,) = fake.sent
            assert seen.id == receipt.external_id
            assert seen.text.startswith("Hola, Ana. Su reserva está confirmada.")
            assert "Reserva: Haircut with Rosa\n" in seen.text
            assert (seen.choices, seen.link, seen.key) == ((("", "Cambiar o cancelar"),), f"{BASE}/x1", "c.o.m")
            for status, kind in (("PAUSED", TemplateUnavailable), ("DISABLED", TemplateUnavailable)):
                fake.templates.judge(fake.waba, status, name="frontdesk_confirmation", language="es")
                with pytest.raises(kind):
                    await channel.send(fake.account(), message)
            assert not fake.violations
            await channel.close()

    asyncio.run(story())


def test_words_are_no_template() -> None:
    """A message may carry the template that would say it; as words it goes out as words."""

    async def story() -> None:
        async with FakeGraph() as fake:
            channel = WhatsApp(fake.tokens, graph_url=fake.url, app_secret=fake.secret)
            await fake.says("Ana", "hi")
            to = fake.world.customer("Ana").id
            await channel.send(fake.account(), Message(to, Outbound("See you tomorrow", template=use()), "c.o.m"))
            assert fake.sent[0].kind == "text"
            await channel.close()

    asyncio.run(story())
