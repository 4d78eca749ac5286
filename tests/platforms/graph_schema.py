"""Meta's own OpenAPI schema of what may be sent, as a second judge beside our own statement of the limits.

Three things in it cannot be meant as they stand, and are put right before it judges:
- every kind of message forbids other fields beside its own, and in the same breath asks for those that all share;
- `to` must be there, though whoever has no number is written to as `recipient` (the file is of v23, before user ids);
- `index` of a template's button must match `^[2-6, 11-14]$`, which "0", its own example, does not;
Two more it does not know, and everything else stays:
- `Message` does not know `status`, so the typing sign of its own examples is no message; it is not judged here;
- lengths have an upper end only: what is empty passes, and so do equal titles. Our own statement is stricter.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOM = os.environ.get("FRONTDESK_DATA", "")
PATTERN = "whatsapp-business-messaging-openapi-*.yaml"


def there() -> bool:
    """Return whether the file is on this machine."""
    return bool(ROOM) and any(Path(ROOM, "webhooks").glob(PATTERN))


@cache
def document() -> dict[str, Any]:
    """Return the file."""
    (path,) = sorted(Path(ROOM, "webhooks").glob(PATTERN))[-1:]
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def examples() -> dict[str, Any]:
    """Return Meta's own examples of what is sent."""
    operation = document()["paths"]["/{Version}/{Phone-Number-ID}/messages"]["post"]
    return {
        name: one["value"] for name, one in operation["requestBody"]["content"]["application/json"]["examples"].items()
    }


@cache
def judge() -> Any:
    """Return the schema, ready to judge; the first time takes half a second."""
    import jsonschema_rs

    schemas = _put_right(document()["components"]["schemas"])
    return jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/Message", "components": {"schemas": schemas}}, validate_formats=False
    )


def _put_right(schemas: dict[str, Any]) -> dict[str, Any]:
    schemas = dict(schemas)
    for name, schema in schemas.items():
        parts = schema.get("allOf")
        if name.endswith("Message") and parts:
            schemas[name] = {
                "allOf": [{key: part[key] for key in part if key != "additionalProperties"} for part in parts]
            }
    base = dict(schemas["BaseMessageProperties"])
    base["required"] = [name for name in base["required"] if name != "to"]
    base["anyOf"] = [{"required": ["to"]}, {"required": ["recipient"]}]
    schemas["BaseMessageProperties"] = base
    component = dict(schemas["TemplateComponent"])
    component["properties"] = {**component["properties"], "index": {"type": "string", "pattern": "^[0-9]$"}}
    schemas["TemplateComponent"] = component
    return schemas


def problems(payload: dict[str, Any]) -> list[str]:
    """Return what Meta's schema has against a request; [] where there is no file, or where it knows no such thing."""
    if not there() or "status" in payload:
        return []
    return [f"schema: {error.message}"[:300] for error in judge().iter_errors(payload)]
