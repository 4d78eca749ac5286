"""The two judges of what is sent: our own statement of Meta's limits, and Meta's schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platforms import graph_schema
from tests.platforms.graph_limits import violations

GOOD: dict[str, Any] = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "351910000001",
    "type": "text",
    "text": {"body": "hi", "preview_url": False},
}


def interactive(kind: str, action: dict[str, Any], body: str = "When?") -> dict[str, Any]:
    return {
        **{name: GOOD[name] for name in ("messaging_product", "recipient_type", "to")},
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action},
    }


def replies(*titles: str, token: str = "t") -> dict[str, Any]:
    return {
        "buttons": [{"type": "reply", "reply": {"id": f"{token}{n}", "title": one}} for n, one in enumerate(titles)]
    }


def listed(*titles: str, button: str = "Choose", **more: str) -> dict[str, Any]:
    rows = [{"id": f"t{n}", "title": one, **more} for n, one in enumerate(titles)]
    return {"button": button, "sections": [{"rows": rows}]}


# Requests that Meta refuses, and whether its own schema sees that, too.
TWINS: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing said": ({**GOOD, "text": {"body": " "}}, False),
    "4097 characters": ({**GOOD, "text": {"body": "x" * 4097}}, False),
    "a number as a user id": ({**{k: v for k, v in GOOD.items() if k != "to"}, "recipient": "351910000001"}, False),
    "a user id as a number": ({**GOOD, "to": "PT.123"}, False),
    "nobody": ({name: value for name, value in GOOD.items() if name != "to"}, True),
    "another product": ({**GOOD, "messaging_product": "messenger"}, False),
    "a field that is not known": ({**GOOD, "colour": "red"}, False),
    "a long key": ({**GOOD, "biz_opaque_callback_data": "x" * 513}, False),
    "4 buttons": (interactive("button", replies("a", "b", "c", "d")), True),
    "no button": (interactive("button", replies()), True),
    "the same title twice": (interactive("button", replies("a", "a")), False),
    "a button of 21 characters": (interactive("button", replies("x" * 21)), True),
    "a button without words": (interactive("button", replies(" ")), False),
    "an id of 257 characters": (interactive("button", replies("a", token="x" * 256)), True),
    "1025 characters above buttons": (interactive("button", replies("a"), "x" * 1025), True),
    "11 rows": (interactive("list", listed(*"abcdefghijk")), True),
    "a row of 25 characters": (interactive("list", listed("x" * 25)), True),
    "73 characters below a row": (interactive("list", listed("a", description="x" * 73)), True),
    "no words on the list's button": (interactive("list", listed("a", button="")), False),
    "21 characters on the list's button": (interactive("list", listed("a", button="x" * 21)), True),
}


@pytest.mark.parametrize("name", TWINS)
def test_each_limit_is_seen(name: str) -> None:
    assert violations(TWINS[name][0])


def test_what_is_within_all_limits_passes() -> None:
    user = {name: value for name, value in GOOD.items() if name != "to"} | {"recipient": "PT.1a2B"}
    for payload in (
        GOOD,
        user,
        interactive("button", replies("a", "b", "c")),
        interactive("list", listed(*"abcdefghij")),
    ):
        assert violations(payload) == []


@pytest.mark.data
@pytest.mark.skipif(not graph_schema.there(), reason="FRONTDESK_DATA names no folder with Meta's OpenAPI file")
class TestSchema:
    """Meta's own schema as the second judge."""

    @pytest.mark.parametrize("name", TWINS)
    def test_it_sees_what_it_can(self, name: str) -> None:
        payload, seen = TWINS[name]
        assert bool(graph_schema.problems(payload)) == seen

    def test_what_is_within_all_limits_passes(self) -> None:
        for payload in (GOOD, interactive("button", replies("a")), interactive("list", listed("a", description="b"))):
            assert graph_schema.problems(payload) == []

    def test_its_own_examples_of_what_we_send_pass(self) -> None:
        ours = ("Send Text Message", "Send Reply Button", "Send List Message")
        assert [name for name in ours if graph_schema.problems(graph_schema.examples()[name])] == []

    def test_as_it_is_published_it_lets_no_message_pass_at_all(self) -> None:
        """Why it is put right: the day it is not needed any more, this fails."""
        import jsonschema_rs

        published = {
            "$ref": "#/components/schemas/Message",
            "components": {"schemas": graph_schema.document()["components"]["schemas"]},
        }
        judge = jsonschema_rs.Draft202012Validator(published)
        assert not any(judge.is_valid(example) for example in graph_schema.examples().values())
