"""Contacts: the phone number or the e-mail address in a message."""

from __future__ import annotations

import re
from itertools import islice

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w/:.-])(?:\+|00)?\(?\d(?:[ \u00a0().\-/]{0,2}\d){5,16}(?![\w:])")
_DATE = re.compile(r"(?:20\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:20)?\d\d)(?!\d)")

_TRIED = 4
"""Numbers of one message that are looked at: each costs as much as the rest of the message."""


def email(text: str) -> tuple[str, int, int] | None:
    """Return the first e-mail address with where it begins and ends, None where there is none."""
    if "@" not in text:
        return None
    found = _EMAIL.search(text)
    return None if found is None else (found[0].rstrip(".").lower(), found.start(), found.end())


def phone(text: str, country: str, *, asked: bool) -> tuple[str, str, int, int] | None:
    """Return the first phone number: in E.164 ("" where it is none), as written, and where it begins and ends.

    Args:
        text: what was written.
        country: whose numbers may lack a country code (ISO 3166).
        asked: a phone was asked for, so that what looks like one but is none is reported too.
    """
    for found in islice(_PHONE.finditer(text), _TRIED):
        if _DATE.match(found[0]):
            continue
        import phonenumbers

        try:
            number = phonenumbers.parse(found[0], country or None)
        except phonenumbers.NumberParseException:
            number = None
        if number is not None and phonenumbers.is_valid_number(number):
            exact = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return exact, found[0], found.start(), found.end()
        if asked:
            return "", found[0], found.start(), found.end()
    return None
