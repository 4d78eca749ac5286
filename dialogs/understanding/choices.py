"""Choices: which option of the offer last shown was meant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dialogs.understanding.commands import Day, TimeOfDay
from dialogs.understanding.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dialogs.messages import Offer, Option


def labelled(offer: Offer, said: Sequence[str]) -> int | None:
    """Return the option whose label or other name is all that was said."""
    wanted = [word for word in said if word[0].isalnum()]
    if not wanted:
        return None
    found = [
        at
        for at, option in enumerate(offer.options)
        if any(wanted == [one for one in words(label) if one[0].isalnum()] for label in (option.label, *option.words) if label)
    ]
    return found[0] if len(found) == 1 else None


def partly(offer: Offer, said: Sequence[str], dull: frozenset[str]) -> int | None:
    """Return the one option whose label or other names hold every telling word that was said."""
    wanted = {word for word in said if word[0].isalnum() and word not in dull}
    if not wanted or not any(len(word) > 2 or word.isdigit() for word in wanted):
        return None
    found = [
        at
        for at, option in enumerate(offer.options)
        if wanted.issubset(one for label in (option.label, *option.words) for one in words(label))
    ]
    return found[0] if len(found) == 1 else None


def numbered(offer: Offer, number: int) -> int | None:
    """Return the option of a number counted from 1, from the end where it is negative."""
    size = len(offer.options)
    if number < 0:
        number += size + 1
    return number - 1 if 1 <= number <= size else None


def described(
    offer: Offer, days: Sequence[Day] = (), moment: TimeOfDay | None = None, values: Sequence[str] = ()
) -> int | None:
    """Return the one option that lies on the days, at the time and with the values said; None for none or several."""
    found = []
    for at, option in enumerate(offer.options):
        if days and not any(_on(option, one) for one in days):
            continue
        if moment is not None and not _at(option, moment):
            continue
        if values and not any(value in _values(option) for value in values):
            continue
        found.append(at)
    if moment is not None and moment.halves and len(found) > 1:
        exact = [at for at in found if offer.options[at].minute == moment.earliest]
        found = exact or found
    return found[0] if len(found) == 1 and (days or moment is not None or values) else None


def extreme(offer: Offer, *, last: bool) -> int | None:
    """Return the earliest or the latest opening; for other choices the first or the last."""
    if not offer.options:
        return None
    order = range(len(offer.options))
    if any(option.minute >= 0 for option in offer.options):
        found = sorted(order, key=lambda at: (offer.options[at].day, offer.options[at].minute))
        return found[-1] if last else found[0]
    return order[-1] if last else 0


def _on(option: Option, wanted: Day) -> bool:
    try:
        return bool(option.day) and wanted.first <= date.fromisoformat(option.day) <= wanted.last
    except ValueError:
        return False


def _at(option: Option, moment: TimeOfDay) -> bool:
    if option.minute < 0:
        return False
    if moment.earliest <= option.minute <= moment.latest:
        return True
    return moment.halves and moment.earliest <= option.minute - 720 <= moment.latest


def _values(option: Option) -> tuple[str, ...]:
    return (option.value, *option.value.split("|"), *option.words)
