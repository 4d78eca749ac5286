"""A business's set-up as the document that the server's functions read and write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from domain.businesses import (
    Business,
    DateOverride,
    Directory,
    Faq,
    Hours,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
)
from domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping


def directory_document(directory: Directory) -> dict[str, Any]:
    """Return the rows of a set-up, by table."""
    business = directory.business
    return {
        "business": {
            **_fields(business, "policies"),
            "policies": _policies_document(business.policies),
            "version": directory.version,
        },
        "places": [_row(business, n, one) for n, one in enumerate(directory.places)],
        "services": [
            {
                **_row(business, n, one, "price"),
                "price_minor": None if one.price is None else one.price.minor,
                "price_currency": None if one.price is None else one.price.currency,
            }
            for n, one in enumerate(directory.services)
        ],
        "staff": [_row(business, n, one, "service_ids") for n, one in enumerate(directory.staff)],
        "gives": [
            {"business_id": business.id, "staff_id": one.id, "service_id": service_id, "position": n}
            for one in directory.staff
            for n, service_id in enumerate(one.service_ids)
        ],
        "resources": [_row(business, n, one) for n, one in enumerate(directory.resources)],
        "hours": [_row(business, n, one) for n, one in enumerate(directory.hours)],
        "overrides": [{**_row(business, n, one, "on"), "on_date": one.on} for n, one in enumerate(directory.overrides)],
        "faqs": [_row(business, n, one) for n, one in enumerate(directory.faqs)],
    }


def directory_of(document: Mapping[str, Any]) -> Directory:
    """Return the set-up in a document of `read_directory`."""
    business = document["business"]
    gives: dict[str, list[str]] = {}
    for row in document["gives"] or ():
        gives.setdefault(row["staff_id"], []).append(row["service_id"])
    return Directory(
        business=Business(
            id=business["id"],
            slug=business["slug"],
            name=business["name"],
            trade=business["trade"],
            currency=business["currency"],
            country=business["country"],
            languages=tuple(business["languages"]),
            policies=_policies_of(business["policies"]),
            links=business["links"],
        ),
        places=tuple(Place(**_read(Place, row, aliases=tuple(row["aliases"]))) for row in document["places"] or ()),
        services=tuple(
            Service(
                **_read(
                    Service,
                    row,
                    aliases=tuple(row["aliases"]),
                    price=None if row["price_minor"] is None else Money(row["price_minor"], row["price_currency"]),
                )
            )
            for row in document["services"] or ()
        ),
        staff=tuple(
            Staff(**_read(Staff, row, aliases=tuple(row["aliases"]), service_ids=tuple(gives.get(row["id"], ()))))
            for row in document["staff"] or ()
        ),
        resources=tuple(
            Resource(**_read(Resource, row, features=tuple(row["features"]))) for row in document["resources"] or ()
        ),
        hours=tuple(Hours(**_read(Hours, row)) for row in document["hours"] or ()),
        overrides=tuple(
            DateOverride(
                row["owner_id"],
                date.fromisoformat(row["on_date"]),
                tuple((opens, closes) for opens, closes in row["ranges"]),
                row["reason"],
            )
            for row in document["overrides"] or ()
        ),
        faqs=tuple(Faq(**_read(Faq, row, keywords=tuple(row["keywords"]))) for row in document["faqs"] or ()),
        version=business["version"],
    )


def _fields(record: Any, *without: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__ if name not in without}


def _row(business: Business, position: int, record: Any, *without: str) -> dict[str, Any]:
    return {"business_id": business.id, "position": position, **_fields(record, *without)}


def _read(kind: Any, row: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    return {name: changed[name] if name in changed else row[name] for name in kind.__dataclass_fields__}


def _policies_document(policies: Policies) -> dict[str, Any]:
    """Return policies as they are kept, durations in seconds."""
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in _fields(policies).items()
    }


def _policies_of(document: Mapping[str, Any]) -> Policies:
    """Read policies; one that this program does not know is passed over, one that is missing has its default."""
    default = Policies()
    kept = {
        name: timedelta(seconds=value) if isinstance(getattr(default, name), timedelta) else value
        for name, value in document.items()
        if name in Policies.__dataclass_fields__
    }
    return msgspec.convert(kept, Policies)
