"""The OpenAPI document, made from the same operations and shapes that answer requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from web.api import schemas
from web.api.attempts import KEY
from web.api.problems import CONTENT_TYPE, DOCUMENTED, SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from web.api.calls import Operation
    from web.tools import Limits

BASE = "/api/v1/businesses/{business}"
ALWAYS = ("unknown-key", "nothing-here", "invalid-request", "malformed", "too-many", "store-unavailable", "internal")
WITH_BODY = ("not-json", "too-large", "key-reused", "answered-before")
_REFERENCE = "#/components/schemas/{name}"
_ABOUT = (
    "Openings, holds, bookings and the waitlist of one business, for its own server. Times are RFC 3339, answers give "
    "them in UTC and in the place's zone; money is integer minor units. Errors are problems (RFC 9457): `type` says "
    "which, `field` what to change."
)
_IDS = {
    "business": "The business's id or slug.",
    "hold": "What placing the hold gave.",
    "booking": "What booking gave.",
    "entry": "What joining the waitlist gave.",
}
_STATUS = {
    304: "Nothing has changed since the answer that `If-None-Match` names.",
    400: "It cannot be read.",
    401: "No key, or one that is not known or was revoked.",
    404: "There is nothing at this address for this key: no such business, booking, hold or entry.",
    409: "It cannot be done as things stand; nothing was changed.",
    413: "The body is too long.",
    415: "The body is not announced as JSON.",
    422: "A field is wrong; nothing was changed.",
    429: "Too many requests; try again when `Retry-After` says.",
    500: "Something went wrong here; the log has `request_id`.",
    503: "The database does not answer; nothing was changed, and trying again is safe.",
}


def document(operations: Sequence[Operation], version: str, limits: Limits) -> bytes:
    """Return the document as JSON."""
    shapes = {one for each in operations for one in (each.shape, each.body) if one is not None}
    queries = {each.query for each in operations if each.query is not schemas.Nothing}
    _, components = msgspec.json.schema_components(
        [*sorted(shapes, key=lambda one: one.__name__), schemas.Problem], ref_template=_REFERENCE
    )
    _, asked = msgspec.json.schema_components(sorted(queries, key=lambda one: one.__name__), ref_template=_REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(BASE + one.path, {})[one.method.lower()] = _operation(one, asked, limits)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Frontdesk", "version": version, "description": _ABOUT},
            "servers": [{"url": "/"}],
            "security": [{"key": []}],
            "paths": paths,
            "components": {
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A key that `frontdesk api-key new` printed.",
                    }
                },
                "schemas": components,
                "headers": {
                    "policy": {
                        "description": "Requests that are allowed in so many seconds.",
                        "schema": {"type": "string", "examples": [f'"key";q={limits.api_per_minute};w={SECONDS}']},
                    }
                },
            },
        }
    )


def _operation(one: Operation, asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.summary,
        "parameters": [*_path_parameters(one), *_query_parameters(one, asked)],
        "responses": _responses(one),
    }
    if one.description:
        made["description"] = one.description
    if one.body is not None:
        made["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "New for every attempt, the same when it is tried again: it is carried out once, and "
                "answered the same for 48 hours. What changed nothing (any problem) is not remembered.",
                "schema": {"type": "string", "pattern": KEY},
            }
        )
        made["requestBody"] = {
            "required": not one.body_may_be_empty,
            "description": f"At most {limits.body_bytes} bytes.",
            "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(name=one.body.__name__)}}},
        }
    return made


def _path_parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", BASE + one.path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": _IDS[name],
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
        }


def _query_parameters(one: Operation, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    shape = asked.get(one.query.__name__, {"properties": {}})
    for name, said in shape["properties"].items():
        kinds = [each for each in said.get("anyOf", ()) if each != {"type": "null"}]
        schema = {**(kinds[0] if kinds else said)}
        if not schema.get("default"):
            schema.pop("default", None)
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
        if said := schema.pop("description", ""):
            parameter["description"] = said
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        yield parameter
    if one.kept:
        yield {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


def _responses(one: Operation) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": one.summary + ".", "headers": _headers()}
    if one.shape is not None:
        answer["content"] = {"application/json": {"schema": {"$ref": _REFERENCE.format(name=one.shape.__name__)}}}
    if one.kept:
        answer["headers"]["ETag"] = {"schema": {"type": "string"}}
    if one.answers == 201:
        answer["headers"]["Location"] = {"schema": {"type": "string", "format": "uri-reference"}}
    if one.body is not None:
        answer["headers"]["Idempotent-Replayed"] = {
            "description": "`true` where this is the answer that the key was given before.",
            "schema": {"type": "string", "const": "true"},
        }
    made = {str(one.answers): answer}
    if one.kept:
        made["304"] = {"description": _STATUS[304], "headers": _headers()}
    names = {*ALWAYS, *one.problems, *(WITH_BODY if one.body is not None else ())}
    for status in sorted({DOCUMENTED[name] for name in names}):
        types = sorted(f"/problems/{name}" for name in names if DOCUMENTED[name] == status)
        made[str(status)] = {
            "description": f"{_STATUS[status]} Types: {', '.join(f'`{each}`' for each in types)}.",
            "headers": _headers() | ({"Retry-After": {"schema": {"type": "string"}}} if status in (429, 503) else {}),
            "content": {
                CONTENT_TYPE: {
                    "schema": {
                        "allOf": [
                            {"$ref": _REFERENCE.format(name="Problem")},
                            {"properties": {"type": {"enum": types}, "status": {"const": status}}},
                        ]
                    }
                }
            },
        }
    return made


def _headers() -> dict[str, Any]:
    return {"RateLimit-Policy": {"$ref": "#/components/headers/policy"}}
