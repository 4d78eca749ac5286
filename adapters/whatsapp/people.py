"""Who somebody on WhatsApp is: user ids first, phone numbers second, and either may be missing.

A business-scoped user id (BSUID, `US.1349…`: country, a dot, at most 128 characters) is what Meta asks to know people
by; those who took a user name come without a number. A parent BSUID (`US.ENT.…`) is the same person for all portfolios
of one company, and comes last. Source: Meta, business-scoped user IDs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.meta import block, ident, line, rows

if TYPE_CHECKING:
    from adapters.meta import Row

NAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all the ids that a delivery names."""

    known_as: tuple[str, ...]
    """The best first; () for nobody."""
    phone: str = ""
    """E.164."""
    name: str = ""

    @property
    def id(self) -> str:
        """Where answers go: the BSUID if there is one, else the number."""
        return self.known_as[0] if self.known_as else ""


NOBODY = Person(())


@dataclass(frozen=True, slots=True)
class _Contact:
    user: str
    number: str
    row: Row


class Contacts:
    """The `contacts` of one change, by their ids: several people may write in one delivery."""

    __slots__ = ("_by_id", "_only")

    def __init__(self, contacts: object) -> None:
        """Take what a change has under `contacts`, whatever that is."""
        found = [
            _Contact(ident(one.get("user_id")), digits(one.get("wa_id")), one)
            for one in rows(contacts)
            if isinstance(one, dict)
        ]
        self._only = found[0] if len(found) == 1 else None
        self._by_id: dict[str, _Contact] = {}
        for one in found:
            for known in (one.user, one.number):
                if known:
                    self._by_id.setdefault(known, one)

    def person(self, user: object = None, phone: object = None, parent: object = None) -> Person:
        """Return who goes by these ids, with what the contacts add; NOBODY where nothing names anybody.

        A contact who contradicts the message's own user id is somebody else, and adds nothing.
        """
        user_id, number, parent_id = ident(user), digits(phone), ident(parent)
        contact = self._by_id.get(user_id) or self._by_id.get(number)
        if contact is None and not user_id and not number:
            contact = self._only
        if contact is None or (user_id and contact.user and user_id != contact.user):
            return _person(user_id, number, "", parent_id, "")
        parent_id = parent_id or ident(contact.row.get("parent_user_id"))
        return _person(user_id or contact.user, number, contact.number, parent_id, _name(contact.row))


def _person(user_id: str, number: str, wa_id: str, parent_id: str, name: str) -> Person:
    if not (user_id or number or wa_id):
        return NOBODY
    known = dict.fromkeys((user_id, number, wa_id, parent_id))
    known.pop("", None)
    return Person(tuple(known), e164(wa_id) or e164(number), name)


def digits(value: object) -> str:
    """Return the id by which WhatsApp knows a number: digits with the country code, never a plus."""
    return ident(value).removeprefix("+")


def e164(wa_id: str) -> str:
    """Return a WhatsApp id as a phone number, "" where it is none."""
    return f"+{wa_id}" if wa_id.isdigit() and 7 <= len(wa_id) <= 15 else ""


def _name(contact: Row) -> str:
    profile = block(contact.get("profile"))
    return (
        line(profile.get("name"), NAME_CHARS)
        or line(profile.get("username"), NAME_CHARS)
        or line(contact.get("username"), NAME_CHARS)
    )
