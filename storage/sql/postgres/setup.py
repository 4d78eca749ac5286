"""A business's set-up as the document that the server's functions read and write."""

from __future__ import annotations

from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from domain.businesses import (
    Business,
    DateOverride,
    Directory,
    Faq,
    Hours,
    Join,
    Limits,
    Place,
    Policies,
    Resource,
    Service,
    Staff,
    Terms,
)
from domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
                **_row(business, n, one, "price", "deposit"),
                **_money("price", one.price),
                **_money("deposit", one.deposit),
            }
            for n, one in enumerate(directory.services)
        ],
        "staff": [_row(business, n, one, "service_ids", "terms") for n, one in enumerate(directory.staff)],
        "gives": [row for one in directory.staff for row in _given_rows(business, one)],
        "resources": [_row(business, n, one) for n, one in enumerate(directory.resources)],
        "hours": [_row(business, n, one) for n, one in enumerate(directory.hours)],
        "overrides": [{**_row(business, n, one, "on"), "on_date": one.on} for n, one in enumerate(directory.overrides)],
        "joins": [_row(business, n, one) for n, one in enumerate(directory.joins)],
        "faqs": [_row(business, n, one) for n, one in enumerate(directory.faqs)],
    }


def directory_of(document: Mapping[str, Any]) -> Directory:
    """Return the set-up in a document of `read_directory`."""
    business = document["business"]
    gives: dict[str, list[Mapping[str, Any]]] = {}
    for row in document["gives"] or ():
        gives.setdefault(row["staff_id"], []).append(row)
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
                    price=_money_of("price", row),
                    deposit=_money_of("deposit", row),
                    equipment=tuple(row["equipment"]),
                    addon_to=tuple(row["addon_to"]),
                    limits=Limits(**row["limits"]),
                )
            )
            for row in document["services"] or ()
        ),
        staff=tuple(_staff_of(row, gives.get(row["id"], ())) for row in document["staff"] or ()),
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
        joins=tuple(Join(**_read(Join, row, table_ids=tuple(row["table_ids"]))) for row in document["joins"] or ()),
    )


def _given_rows(business: Business, one: Staff) -> list[dict[str, Any]]:
    """Return which services somebody gives, each with their own terms where they have some."""
    terms = {own.service_id: (n, own) for n, own in enumerate(one.terms)}
    rows = []
    for n, service_id in enumerate(one.service_ids):
        place, own = terms.get(service_id, (None, Terms(service_id)))
        rows.append(
            {
                "business_id": business.id,
                "staff_id": one.id,
                "service_id": service_id,
                "position": n,
                "minutes": own.minutes,
                "terms_position": place,
                **_money("price", own.price),
            }
        )
    return rows


def _staff_of(row: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> Staff:
    own = sorted((one for one in given if one["terms_position"] is not None), key=itemgetter("terms_position"))
    return Staff(
        **_read(
            Staff,
            row,
            aliases=tuple(row["aliases"]),
            service_ids=tuple(one["service_id"] for one in given),
            terms=tuple(Terms(one["service_id"], one["minutes"], _money_of("price", one)) for one in own),
            limits=Limits(**row["limits"]),
        )
    )


def _money(name: str, money: Money | None) -> dict[str, Any]:
    return {
        f"{name}_minor": None if money is None else money.minor,
        f"{name}_currency": None if money is None else money.currency,
    }


def _money_of(name: str, row: Mapping[str, Any]) -> Money | None:
    minor = row[f"{name}_minor"]
    return None if minor is None else Money(minor, row[f"{name}_currency"])


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
