"""What is said of an exchange between Frontdesk and a platform: its gist, its proof and its body, secrets masked."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

SHOWN = 4
"""Characters of a secret or a signature that are shown."""
LONGEST = 4000
"""Characters of a body that are shown."""
WORDS = 56
"""Characters of somebody's words that are shown in one line."""
SECRET_FIELDS = re.compile(
    r"(?P<name>(?:secret_token|verify_token|hub\.verify_token|appsecret_proof|client_secret|input_token|access_token"
    r"|pin|code|url|override_callback_uri)(?:\"\s*:\s*\"|=))(?P<value>[^\"&\s]+)"
)
PATTERNS = (
    (re.compile(r"(\d{5,}:[A-Za-z0-9]{3})[A-Za-z0-9_-]{20,}"), r"\1…"),
    (re.compile(r"(EAAG)\w+"), r"\1…"),
    (re.compile(rf"(sha256=[0-9a-f]{{{SHOWN}}})[0-9a-f]+"), r"\1…"),
    (re.compile(r"(/hooks/\w+/)[A-Za-z0-9_-]+"), r"\1…"),
    (re.compile(r"(/b/[a-z]+/)[A-Za-z0-9_.-]+"), r"\1…"),
)
SIGNATURES = (
    ("x-telegram-bot-api-secret-token", "X-Telegram-Bot-Api-Secret-Token"),
    ("x-hub-signature-256", "X-Hub-Signature-256"),
)


def masked(text: str) -> str:
    """Return a text without what opens anything."""

    def hidden(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        if name.startswith(("url", "override_callback_uri")):
            return found[0]
        return f"{name}{value[:SHOWN] if len(value) > 2 * SHOWN else ''}…"

    text = SECRET_FIELDS.sub(hidden, text)
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def proof_of(path: str, headers: dict[str, str]) -> str:
    """Return by what a request shows who it is from."""
    for name, written in SIGNATURES:
        value = headers.get(name, "")
        if value:
            kept = len("sha256=") + SHOWN if value.startswith("sha256=") else SHOWN
            return f"{written}: {value[:kept]}…"
    if headers.get("authorization"):
        return "Authorization: Bearer …" + (", appsecret_proof" if "appsecret_proof" in path else "")
    return "the token in its path" if path.startswith("/bot") else "hub.verify_token" if "hub.verify" in path else ""


def pretty(headers: dict[str, str], body: bytes) -> str:
    """Return a body for people."""
    given = read(headers, body)
    if given is None:
        return ""
    text = masked(json.dumps(given, ensure_ascii=False, indent=2))
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n…"


def read(headers: dict[str, str], body: bytes) -> Any:
    """Return what a body holds: JSON or a form, whose values may themselves be JSON; None where it is neither."""
    kind = headers.get("content-type", "")
    if not body:
        return None
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: _inner(value) for name, value in parse_qsl(body.decode())}
    if kind.startswith("multipart/"):
        parts = message_from_bytes(f"content-type: {kind}\r\n\r\n".encode() + body)
        named = [(one.get_param("name", header="content-disposition"), one) for one in parts.walk()]
        return {
            str(name): _inner(bytes(one.get_payload(decode=True) or b"").decode("utf-8", "replace"))
            for name, one in named
            if name is not None
        }
    return _inner(body.decode("utf-8", "replace"))


def told(channel: str, body: bytes) -> str:
    """Return what a webhook tells, in a few words."""
    try:
        given = json.loads(body or b"null")
    except ValueError:
        return "no JSON"
    if not isinstance(given, dict):
        return "is somebody there?"
    return _update(given) if channel == "telegram" else ", ".join(_changes(given)) or "nothing"


def asked(channel: str, path: str, headers: dict[str, str], body: bytes) -> str:
    """Return what a platform is asked, in a few words."""
    given = read(headers, body)
    given = given if isinstance(given, dict) else {}
    edge = path.partition("?")[0].rpartition("/")[2]
    if channel == "telegram":
        return f"{edge}{_quoted(given.get('text'))}" if edge == "sendMessage" else edge
    if edge != "messages":
        return edge if edge.isidentifier() else "about the number"
    if "status" in given:
        return "read" + (", and typing" if "typing_indicator" in given else "")
    kind = given.get("type", "")
    inner: dict[str, Any] = given.get(kind) or {}
    words = inner.get("body") if kind != "template" else inner.get("name")
    return f"{inner.get('type', kind)}{_quoted(words.get('text') if isinstance(words, dict) else words)}"


def _update(given: dict[str, Any]) -> str:
    if "callback_query" in given:
        message, data = given["callback_query"].get("message", {}), given["callback_query"].get("data")
        rows = message.get("reply_markup", {}).get("inline_keyboard", ())
        label = next((one["text"] for row in rows for one in row if one.get("callback_data") == data), "")
        return f"message: a tap{_quoted(label)}"
    kind = next((name for name in given if name != "update_id"), "nothing")
    return f"{kind}{_quoted(given.get(kind, {}).get('text'))}"


def _changes(given: dict[str, Any]) -> list[str]:
    found = []
    for value in [change["value"] for entry in given.get("entry", ()) for change in entry.get("changes", ())]:
        for message in value.get("messages", ()):
            reply = message.get("interactive", {})
            if reply:
                found.append(f"message: a tap{_quoted(reply[reply['type']]['title'])}")
            else:
                found.append(f"message{_quoted(message.get('text', {}).get('body'))}")
        found += [f"status: {one['status']}" for one in value.get("statuses", ())]
        found += [f"echo{_quoted(one.get('text', {}).get('body'))}" for one in value.get("message_echoes", ())]
    return found


def _inner(text: str) -> Any:
    if text[:1] in {"{", "["}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _quoted(words: object) -> str:
    if not isinstance(words, str) or not words:
        return ""
    line = " ".join(masked(words).split())
    return f" “{line if len(line) <= WORDS else line[: WORDS - 1].rstrip() + '…'}”"
