"""Templates of the fake Graph API: submitted, looked at, judged, changed, and filled."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.platforms.graph_chaos import Answer, good, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platforms.graph_world import Sent, Token, Waba, World

HOLE = re.compile(r"\{\{(\d+)\}\}")
EDITABLE = {"APPROVED", "REJECTED", "PAUSED"}
PAGE = 10


class Templates:
    """`/{waba}/message_templates` and `POST /{template}`."""

    def __init__(self, world: World, tell: Callable[[Waba, dict[str, Any]], None]) -> None:
        """Take the world, and whom to tell how a template was judged."""
        self._world = world
        self._tell = tell

    def listed(self, waba: Waba, query: dict[str, str]) -> Answer:
        """Return one page: Meta's has at most 100, here 10, so that there are more."""
        found = list(waba.templates.values())
        start = int(query.get("after") or 0)
        page = found[start : start + PAGE]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + PAGE)}}
        if start + PAGE < len(found):
            paging["next"] = "https://graph.facebook.com/never-asked?access_token=SECRET"
        return good(data=page, paging=paging)

    def submitted(self, waba: Waba, row: dict[str, Any]) -> Answer:
        """Take a new template, as one that waits."""
        wrong = faults_of(row)
        if wrong:
            self._world.violations += wrong
            return refused(100, "Invalid parameter", subcode=2388299, details="; ".join(wrong))
        if any((row["name"], row["language"]) == (one["name"], one["language"]) for one in waba.templates.values()):
            return refused(100, "Invalid parameter", subcode=2388024)
        found = {**row, "id": self._world.new_id(), "status": "PENDING"}
        waba.templates[found["id"]] = found
        return good(id=found["id"], status="PENDING", category=row["category"])

    def edited(self, template_id: str, row: dict[str, Any], token: Token) -> Answer | None:
        """Take another wording; None for what is no template of this token's."""
        for waba in self._world.wabas.values():
            found = waba.templates.get(template_id)
            if found is not None and self._world.reach(token, waba.id):
                if found["status"] not in EDITABLE:
                    return refused(100, "Invalid parameter", subcode=2388025)
                found |= {**row, "status": "PENDING"}
                return good(success=True)
        return None

    def judge(self, waba: Waba, status: str = "APPROVED", reason: str = "NONE", **which: str) -> int:
        """Judge all templates that wait, or those of a name or language; tells of each. Returns how many."""
        count = 0
        for found in waba.templates.values():
            fits = all(found[key] == value for key, value in which.items())
            if fits and (which or found["status"] == "PENDING"):
                found |= {"status": status, "rejected_reason": reason}
                self._tell(waba, found)
                count += 1
        return count


def faults_of(row: dict[str, Any]) -> list[str]:
    """Return what Meta would not take of a template."""
    found = [] if re.fullmatch(r"[a-z0-9_]{1,512}", str(row.get("name"))) else ["name"]
    found += [] if row.get("category") in {"UTILITY", "MARKETING", "AUTHENTICATION"} else ["category"]
    for part in row.get("components", ()):
        if part["type"] == "BODY":
            found += _body(part)
        for button in part.get("buttons", ()):
            if not 1 <= len(button["text"]) <= 25:
                found.append("button.text has 1 to 25 characters")
            url = button["url"]
            if not url.startswith("https://") or (
                HOLE.search(url) and (not url.endswith("{{1}}") or not button["example"])
            ):
                found.append("button.url")
    return found


def _body(part: dict[str, Any]) -> list[str]:
    text = part["text"]
    holes = [int(number) for number in HOLE.findall(text)]
    found = [] if 1 <= len(text) <= 1024 else ["body has 1 to 1024 characters"]
    if holes != list(range(1, len(holes) + 1)):
        found.append("holes are numbered from 1, in order")
    bare = text.strip(" .,!?\n")
    if bare.startswith("{{") or bare.endswith("}}"):
        found.append("a hole stands first or last")
    if re.search(r"\}\}\s*\{\{", text):
        found.append("two holes touch")
    if len(HOLE.sub(" ", text).split()) < 2 * len(holes) + 1:
        found.append("too many holes for so few words")
    if holes and len(part.get("example", {}).get("body_text", [[]])[0]) != len(holes):
        found.append("as many examples as holes")
    return found


def filled(waba: Waba, use: dict[str, Any], sent: Sent) -> Sent | Answer:
    """Return a template as its reader sees it, or why it cannot be sent."""
    key = use["name"], use["language"]["code"]
    found = next((one for one in waba.templates.values() if (one["name"], one["language"]) == key), None)
    if found is None or found["status"] in {"PENDING", "REJECTED"}:
        return refused(132001, "Template name does not exist in the translation", 404)
    if found["status"] in {"PAUSED", "DISABLED"}:
        return refused(132015 if found["status"] == "PAUSED" else 132016, "Template is paused")
    parts = {part["type"]: [value["text"] for value in part["parameters"]] for part in use.get("components", ())}
    body = next(part["text"] for part in found["components"] if part["type"] == "BODY")
    button = next(one for part in found["components"] for one in part.get("buttons", ()))
    values, links = parts.get("body", []), parts.get("button", [])
    if len(values) != len(HOLE.findall(body)) or len(links) != len(HOLE.findall(button["url"])):
        return refused(132000, "Number of parameters does not match the expected number of params")
    text = HOLE.sub(lambda hole: values[int(hole[1]) - 1], body)
    if len(text) > 1024:
        return refused(132005, "Translated text too long")
    link = HOLE.sub(lambda hole: links[int(hole[1]) - 1], button["url"])
    return replace(sent, text=text, choices=(("", button["text"]),), link=link)
