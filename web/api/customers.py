"""Customers who come by the API: found again by their phone or e-mail, or written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.bookings import AddCustomer, AmendCustomer
from domain.customers import Customer
from domain.ids import derived_id, new_id
from web.api.problems import Invalid

if TYPE_CHECKING:
    from domain.desk import Desk
    from web.api.calls import Call
    from web.api.schemas import Who


def phone_of(who: Who, country: str) -> str:
    """Return the phone in E.164, "" where none was given. Raises Invalid for what is no phone number."""
    if not who.phone:
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(who.phone, country or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid("is no phone number", "customer.phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


async def customer_of(call: Call, desk: Desk, who: Who) -> tuple[str, str]:
    """Return the customer's id and phone; somebody new is written down with what the desk writes next.

    The id of somebody new follows from their phone or e-mail, so that two requests at once make one customer. Raises
    Invalid for what is no phone number, and where the business wants a contact and there is none.
    """
    business = call.directory.business
    phone = phone_of(who, business.country)
    if business.policies.contact == "required" and not phone and not who.email:
        raise Invalid("this business wants a phone number or an e-mail address", "customer.phone")
    for contact in (phone, who.email):
        if contact:
            known = await call.tools.store.privacy.find(business.id, contact)
            if known:
                return known[0][1], phone
    contact = phone or who.email.casefold()
    customer_id = derived_id("customer", business.id, contact) if contact else new_id()
    desk.effects.append(
        AddCustomer(Customer(customer_id, business.id, call.now, who.name, phone, who.email, business.languages[0]))
    )
    if contact:  # one who was forgotten has come back
        desk.effects.append(AmendCustomer(customer_id, who.name, phone, who.email))
    return customer_id, phone
