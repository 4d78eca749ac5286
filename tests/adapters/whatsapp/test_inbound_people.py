"""Who wrote: user ids first, numbers second, several people in one delivery, and people whom nothing names."""

from __future__ import annotations

import pytest

from adapters.base import Ignored
from adapters.whatsapp.people import NOBODY, Contacts, Person
from tests.adapters.whatsapp.deliveries import INES, OTTO, change, contact, delivery, entry, message, one, read

USER, NUMBER, PARENT = INES["user"], INES["number"], INES["parent"]


def said(contacts=(), **ids):
    anonymous = {key: value for key, value in message("text", {"body": "hi"}).items() if not key.startswith("from")}
    return one(delivery(entry(change(contacts=list(contacts), messages=[anonymous | ids]))))


@pytest.mark.parametrize(
    ("ids", "contacts", "known_as", "phone"),
    [
        ({"from": NUMBER}, [], (NUMBER,), "+" + NUMBER),
        ({"from": int(NUMBER)}, [], (NUMBER,), "+" + NUMBER),
        ({"from": "+" + NUMBER}, [], (NUMBER,), "+" + NUMBER),
        ({"from_user_id": USER}, [], (USER,), ""),
        ({"from": NUMBER, "from_user_id": USER}, [], (USER, NUMBER), "+" + NUMBER),
        (
            {"from": NUMBER, "from_user_id": USER, "from_parent_user_id": PARENT},
            [],
            (USER, NUMBER, PARENT),
            "+" + NUMBER,
        ),
        ({"from_user_id": USER, "from_parent_user_id": PARENT}, [], (USER, PARENT), ""),
        ({"from": NUMBER}, [contact(INES)], (USER, NUMBER), "+" + NUMBER),
        ({"from_user_id": USER}, [contact(INES)], (USER, NUMBER), "+" + NUMBER),
        ({"from": NUMBER}, [{"wa_id": NUMBER, "parent_user_id": PARENT}], (NUMBER, PARENT), "+" + NUMBER),
        ({"from": NUMBER}, [contact(INES, parent_user_id=PARENT)], (USER, NUMBER, PARENT), "+" + NUMBER),
        ({"from": None, "from_user_id": ""}, [contact(INES)], (USER, NUMBER), "+" + NUMBER),
        (
            {"from": "5491100000001", "from_user_id": USER},
            [contact(INES)],
            (USER, "5491100000001", NUMBER),
            "+" + NUMBER,
        ),
    ],
)
def test_a_person_is_known_by_all_their_ids_the_best_first(ids, contacts, known_as, phone):
    event = said(contacts, **ids)
    assert (event.sender, event.known_as, event.phone) == (known_as[0], known_as, phone)


@pytest.mark.parametrize(
    "ids", [{}, {"from": ""}, {"from": [NUMBER]}, {"from": "n\u0000"}, {"from_parent_user_id": PARENT}]
)
@pytest.mark.parametrize("contacts", [[], "x", [None], [contact(INES), contact(OTTO)]])
def test_nobody_can_be_answered_whom_nothing_names(ids, contacts):
    """With two contacts a message without ids could be of either."""
    assert said(contacts, **ids) == Ignored("no_sender", "text")


def test_several_people_in_one_delivery_keep_their_own_names_and_ids():
    nameless = {"number": "34600000003", "user": "ES.70000000000000003", "name": ""}
    people = (OTTO, INES, nameless)
    texts = [message("text", {"body": "hi"}, wamid=f"wamid.{at}", person=one) for at, one in enumerate(people)]
    hidden = [{key: value for key, value in text.items() if key != "from"} for text in texts]
    contacts = [contact(one) for one in (INES, nameless, OTTO)]
    for messages in (texts, hidden):
        events = read(delivery(entry(change(contacts=contacts, messages=messages))))
        assert [event.sender_name for event in events] == ["Otto", "Inês", ""]
        assert [event.known_as for event in events] == [(one["user"], one["number"]) for one in people]


@pytest.mark.parametrize(
    ("contact_of", "name"),
    [
        ({"profile": {"name": " Inês\nMaria "}}, "Inês Maria"),
        ({"profile": {"name": "", "username": "ines.m"}}, "ines.m"),
        ({"profile": {"username": "ines.m"}}, "ines.m"),
        ({"username": "ines.m"}, "ines.m"),
        ({"profile": "Inês"}, ""),
        ({"profile": {"name": ["Inês"]}}, ""),
        ({"profile": {"name": "x" * 300}}, "x" * 80),
    ],
)
def test_a_name_is_the_profiles_or_else_the_user_name(contact_of, name):
    assert said([{"wa_id": NUMBER, **contact_of}], **{"from": NUMBER}).sender_name == name


def test_a_contact_who_contradicts_the_message_adds_nothing():
    """Two user ids with one number are two people: linking them would show one the bookings of the other."""
    event = said([contact(OTTO, wa_id=NUMBER)], **{"from": NUMBER, "from_user_id": USER})
    assert (event.known_as, event.sender_name) == ((USER, NUMBER), "")


def test_the_id_of_a_group_or_of_anything_else_is_no_number():
    assert Contacts(None).person(None, "Y2FwaV9ncm91cA") == Person(("Y2FwaV9ncm91cA",), "")
    assert Contacts(None).person(None, "123") == Person(("123",), "")
    assert Contacts([{}]).person() == NOBODY
    assert NOBODY.id == ""
