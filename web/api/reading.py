"""Reading a request: its query and its body into the shapes of the API, or an error that names the field."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from domain.errors import Malformed
from web.api.problems import Invalid, NotJson

if TYPE_CHECKING:
    from starlette.requests import Request

T = TypeVar("T", bound=msgspec.Struct)
MOST_PARAMETERS = 100
_MISSING = re.compile(r"missing required field `([^`]*)`")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_INTEGER = re.compile(r"-?[0-9]{1,9}")


def query_of(text: bytes, shape: type[T]) -> T:
    """Return a query string as a shape. Raises Invalid for what it does not know, gives twice or cannot be read."""
    try:
        pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        raise Malformed("the query cannot be read") from None
    known = _parameters(shape)
    found: dict[str, Any] = {}
    for name, value in pairs:
        one = known.get(name)
        if one is None:
            raise Invalid("there is no such parameter", name[:64])
        if one.default == ():
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Invalid("give it once", name)
        elif _is_number(one):
            if not _INTEGER.fullmatch(value):
                raise Invalid("must be a whole number", name)
            found[name] = int(value)
        else:
            found[name] = value
    try:
        return msgspec.convert(found, shape)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def body_as(request: Request, body: bytes, shape: type[T], *, may_be_empty: bool = False) -> T:
    """Return a JSON body as a shape. Raises NotJson, Malformed for what is no JSON, Invalid for anything else wrong."""
    if may_be_empty and not body:
        return shape()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("send the body as application/json")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed("the body is no JSON") from None


def invalid(error: msgspec.ValidationError) -> Invalid:
    """Return what is wrong, with the field that msgspec names: `customer.phone`, `services[1]`."""
    text = str(error)
    path = _PATH.search(text)
    where = path[1] if path else ""
    detail = _PATH.sub("", text)
    for pattern, said in ((_MISSING, "is needed"), (_UNKNOWN, "there is no such field")):
        if found := pattern.search(detail):
            return Invalid(said, (f"{where}.{found[1]}" if where else found[1])[:100])
    return Invalid(detail.replace("`", "").replace("Expected", "must be").replace("str", "text"), where)


@cache
def _parameters(shape: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {one.encode_name: one for one in msgspec.structs.fields(shape)}


def _is_number(one: msgspec.structs.FieldInfo) -> bool:
    return one.encode_name in {"party_size", "limit"}
