"""What WhatsApp tells besides messages: of one conversation: receipts, echoes, new ids, handovers."""

from __future__ import annotations

import pytest

from adapters.base import Ignored, Told
from domain.signals import ControlMoved, Echo, IdentityChanged, Receipt, tracked
from tests.adapters.whatsapp.deliveries import (
    AT,
    CARD,
    FILE,
    HANDOVER,
    INES,
    MESSAGES,
    NEW_ID,
    RENUMBERED,
    SALON,
    STAMP,
    change,
    contact,
    delivery,
    echoed,
    entry,
    one,
    read,
    sent,
    status,
    told,
)

USER, NUMBER = INES["user"], INES["number"]
KEY = "c0ffee.0a1b.0c2d"


def test_a_receipt_finds_its_way_back_by_our_own_key():
    said = status("read", biz_opaque_callback_data=KEY, recipient_user_id=USER)
    event = one(told("messages", contacts=[contact(INES)], statuses=[said]))
    assert event == Told(
        account=SALON,
        external_id="wamid.s1:read",
        signal=Receipt("wamid.s1", "read", AT, KEY),
        sender=USER,
        known_as=(USER, NUMBER),
    )
    assert tracked(event.signal.key) == ("c0ffee", "0a1b", "0c2d")


@pytest.mark.parametrize("word", ["sent", "delivered", "read", "played", "failed"])
def test_every_status_of_a_message_is_a_receipt_of_its_own(word):
    event = one(told("messages", statuses=[status(word)]))
    assert (event.external_id, event.signal.status, event.known_as) == (f"wamid.s1:{word}", word, (NUMBER,))


@pytest.mark.parametrize(
    ("errors", "code", "problem"),
    [
        (
            [{"code": 131047, "title": "Late", "error_data": {"details": "More than 24 hours"}}],
            "131047",
            "More than 24 hours",
        ),
        ([{"code": "131026", "title": "Undeliverable"}, {"code": 1}], "131026", "Undeliverable"),
        ([{"message": "Something"}], "", "Something"),
        ([], "", ""),
        (None, "", ""),
        ("x", "", ""),
        ([None], "", ""),
        ([{"code": {}, "title": [], "error_data": "x"}], "", ""),
    ],
)
def test_a_failure_says_why(errors, code, problem):
    signal = one(told("messages", statuses=[status("failed", errors=errors)])).signal
    assert (signal.code, signal.problem) == (code, problem)


def test_a_receipt_that_nobody_can_be_found_by_is_left_alone():
    nameless = {"id": "wamid.s1", "status": "failed", "timestamp": STAMP}
    assert one(told("messages", statuses=[nameless])) == Ignored("no_sender", "status")
    event = one(told("messages", statuses=[nameless | {"biz_opaque_callback_data": KEY}]))
    assert (event.sender, event.known_as, event.signal.key) == ("", (), KEY)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (status("warning"), "unsupported"),
        (status(None), "unsupported"),
        (status("read", wamid=None), "unsupported"),
        ("read", "unsupported"),
        (status("read", recipient_type="group"), "group_chat"),
        (status("read", group_id="g-1"), "group_chat"),
    ],
)
def test_a_status_that_is_none_or_of_a_group_costs_no_other(said, reason):
    events = read(told("messages", statuses=[said, status("sent", "wamid.s2")]))
    assert (events[0].reason, events[1].external_id) == (reason, "wamid.s2:sent")


def test_receipts_that_come_on_standby_are_ours_only_with_our_key():
    parts = {"statuses": [status("read"), status("read", "wamid.s2", biz_opaque_callback_data=KEY)]}
    foreign, ours = read(delivery(entry({"field": "standby", "value": {**change()["value"], "standby": parts}})))
    assert foreign == Ignored("not_ours", "status")
    assert ours.signal.key == KEY


ECHOES = [
    ("text", {"body": "We open at nine"}, "We open at nine"),
    ("image", FILE, "[picture] this colour"),
    ("image", {"id": "1"}, "[picture]"),
    ("video", MESSAGES["video"], "[video]"),
    ("audio", MESSAGES["audio"], "[voice note]"),
    ("audio", {"id": "1"}, "[audio]"),
    ("document", MESSAGES["document"], "[file menu.pdf]"),
    ("sticker", MESSAGES["sticker"], "[sticker]"),
    ("location", MESSAGES["location"], "[location] Largo, Largo 1"),
    ("contacts", [CARD], "[contact] Rita Lopes +351910000009 21 000 00 00"),
    ("edit", {"original_message_id": "w", "message": {"type": "text", "text": {"body": "at ten"}}}, "edited: at ten"),
    ("interactive", {"type": "button", "body": {"text": "Shall I?"}}, "Shall I?"),
    ("interactive", {"type": "button"}, "[buttons]"),
    ("template", {"name": "reminder_1", "language": {"code": "pt"}}, "[template] reminder_1"),
    ("order", MESSAGES["order"], "[order] 2 × soap-1, 1 × oil-2 (by noon, please)"),
    ("unsupported", None, "[unsupported]"),
    ("hologram", {}, "[hologram]"),
]


@pytest.mark.parametrize(("kind", "block", "text"), ECHOES)
def test_words_typed_in_the_owners_app_are_told_as_a_transcript_shows_them(kind, block, text):
    event = one(told("smb_message_echoes", message_echoes=[echoed(kind, block, to_user_id=USER)]))
    assert event == Told(SALON, "wamid.e1", Echo("wamid.e1", text, AT), sender=USER, known_as=(USER, NUMBER))


@pytest.mark.parametrize("kind", ["reaction", "revoke"])
def test_staff_who_react_or_take_something_back_have_written_nothing(kind):
    """An echo takes control from the bot; a thumb must not."""
    assert one(told("smb_message_echoes", message_echoes=[echoed(kind, MESSAGES[kind])])) == Ignored(
        "not_a_message", kind
    )


def test_an_echo_that_is_none_costs_no_other():
    broken = ["x", echoed("text", {"body": "x"}, None), echoed("text", {"body": "x"}, "wamid.e0", to=None)]
    events = read(told("smb_message_echoes", message_echoes=[*broken, echoed("text", {"body": "x"}, group_id="g")]))
    assert [event.reason for event in events] == ["unsupported", "unsupported", "no_sender", "group_chat"]
    well = read(told("smb_message_echoes", message_echoes=[*broken, echoed("text", {"body": "x"})]))[-1]
    assert well.signal == Echo("wamid.e1", "x", AT)


@pytest.mark.parametrize("recipient", [NUMBER, USER])
def test_words_of_another_app_are_told_as_not_the_staffs(recipient):
    sent_by_it = {
        "recipient": recipient,
        "recipient_type": "individual",
        "type": "text",
        "text": {"body": "I can help"},
    }
    said = {"id": "wamid.e1", "timestamp": STAMP, "message": sent_by_it}
    event = one(
        delivery(entry({"field": "standby", "value": change()["value"] | {"standby": {"message_echoes": [said]}}}))
    )
    assert event.signal == Echo("wamid.e1", "I can help", AT, app="another app")
    assert (event.sender, event.known_as) == (recipient, (recipient,))


def test_a_new_number_is_told_with_the_old_one():
    event = one(sent("system", RENUMBERED))
    assert event.signal == IdentityChanged(USER, RENUMBERED["user_id"], AT, "user_changed_number")
    assert (event.external_id, event.sender, event.known_as) == ("wamid.m1", USER, (USER, NUMBER))


@pytest.mark.parametrize(
    ("ids", "system", "before", "after"),
    [
        ({"from": NUMBER}, {"wa_id": "351910000077"}, NUMBER, "351910000077"),
        ({"from": NUMBER}, {"new_wa_id": "351910000077"}, NUMBER, "351910000077"),
        ({"from": NUMBER}, {"wa_id": "351910000077", "user_id": "PT.7"}, NUMBER, "PT.7"),
        ({"from": NUMBER, "from_user_id": USER}, {"user_id": USER, "wa_id": "351910000077"}, NUMBER, "351910000077"),
        ({"from_user_id": USER}, {"user_id": "PT.7", "parent_user_id": "PT.ENT.8"}, USER, "PT.7"),
        ({}, {"previous_user_id": USER, "user_id": "PT.7"}, USER, "PT.7"),
        ({}, {"customer": NUMBER, "wa_id": "351910000077"}, NUMBER, "351910000077"),
    ],
)
def test_new_ids_are_told_from_the_best_that_is_no_more_to_the_best_that_is_new(ids, system, before, after):
    said = {
        "id": "wamid.m1",
        "timestamp": STAMP,
        "type": "system",
        "system": {"type": "user_changed_user_id", **system},
    }
    signal = one(delivery(entry(change(messages=[said | ids])))).signal
    assert (signal.before, signal.after) == (before, after)


@pytest.mark.parametrize(
    ("system", "ids", "ignored"),
    [
        (
            {"type": "user_changed_user_id", "user_id": "PT.7", "body": f"changed from {USER}"},
            {},
            Ignored("no_sender", "user_changed_user_id"),
        ),
        ({"type": "user_changed_number"}, {"from": NUMBER}, Ignored("not_a_message", "user_changed_number")),
        (
            {"type": "user_changed_number", "wa_id": NUMBER},
            {"from": NUMBER},
            Ignored("not_a_message", "user_changed_number"),
        ),
        (
            {"type": "customer_identity_changed"},
            {"from": NUMBER},
            Ignored("not_a_message", "customer_identity_changed"),
        ),
        ({}, {"from": NUMBER}, Ignored("not_a_message", "system")),
        ("x", {"from": NUMBER}, Ignored("not_a_message", "system")),
    ],
)
def test_a_system_message_that_links_no_two_ids_is_left_alone(system, ids, ignored):
    said = {"id": "wamid.m1", "timestamp": STAMP, "type": "system", "system": system}
    assert one(delivery(entry(change(messages=[said | ids])))) == ignored


def test_a_new_user_id_is_linked_to_the_old_one():
    event = one(told("user_id_update", contacts=[contact(INES)], user_id_update=[NEW_ID]))
    assert event.signal == IdentityChanged(USER, "PT.70000000000000077", AT, "user_id_update")
    assert (event.account, event.sender, event.known_as) == (SALON, USER, (USER, "351910000077"))


@pytest.mark.parametrize(
    "update",
    [
        None,
        "x",
        {},
        {"user_id": {"current": "PT.7"}},
        {"user_id": {"previous": USER}},
        {"user_id": {"previous": USER, "current": USER}},
    ],
)
def test_an_update_that_links_nothing_is_left_alone(update):
    assert one(told("user_id_update", user_id_update=[update])) == Ignored("not_a_message", "user_id_update")
    assert one(told("user_id_update", user_id_update=[])) == Ignored("not_a_message", "user_id_update")


def passed(kind="control_passed", **owners):
    return HANDOVER | {"type": kind, kind: owners}


@pytest.mark.parametrize(
    ("kind", "owners", "app_id", "to_us", "by"),
    [
        ("control_passed", HANDOVER["control_passed"], "", True, "meta business agent"),
        ("control_passed", {"metadata": "about a table"}, "", True, ""),
        ("control_taken", {"metadata": "about a table"}, "", False, ""),
        ("pass_thread_control", {"previous_owner_app_id": 66, "new_owner_app_id": 77}, "", True, "66"),
        ("take_thread_control", {"previous_owner_app_id": "66", "new_owner_app_id": "77"}, "", False, "77"),
        ("pass_thread_control", {"previous_owner_app_id": 66, "new_owner_app_id": 77}, "66", False, "77"),
        ("take_thread_control", {"previous_owner_app_id": 66, "new_owner_app_id": "77"}, "77", True, "66"),
        ("control_passed", {"previous_owner_app_id": "66"}, "66", False, ""),
        ("control_passed", {"previous_owner_app_id": "66", "new_owner_app_id": "88"}, "77", False, "88"),
        ("control_taken", {"new_owner_role": "escalation"}, "", True, ""),
        ("control_passed", {"new_owner_role": "ai_agent"}, "", False, "ai agent"),
        (
            "control_passed",
            {"new_owner_app_role": "META_AI", "previous_owner_app_role": "BUSINESS"},
            "",
            False,
            "meta ai",
        ),
        ("control_taken", {"previous_owner_role": "ai_agent"}, "", True, "ai agent"),
        ("control_passed", {"previous_owner_role": "escalation"}, "", False, ""),
        (
            "control_passed",
            {"previous_owner": {"app_id": "66", "app_role": "meta_business_agent"}},
            "",
            True,
            "meta business agent",
        ),
    ],
)
def test_who_has_the_conversation_is_said_by_ids_then_roles_then_kind(kind, owners, app_id, to_us, by):
    event = one(told("messaging_handovers", None, **passed(kind, **owners)), app_id=app_id)
    assert event.signal == ControlMoved(to_us, AT, by)
    assert (event.account, event.sender, event.known_as) == (SALON, USER, (USER, NUMBER))


def test_several_handovers_of_one_change_are_all_told():
    moves = [
        passed("control_passed"),
        passed("control_taken"),
        "x",
        passed() | {"sender": None},
        HANDOVER | {"type": "roles", "control_passed": None},
    ]
    events = read(told("messaging_handovers", messaging_handovers=moves))
    assert [event.signal.to_us for event in events[:2]] == [True, False]
    assert [event.reason for event in events[2:]] == ["not_a_message", "no_sender", "not_a_message"]
    assert len({event.external_id for event in events[:2]}) == 2


def test_a_handover_without_its_kind_is_read_by_what_it_has():
    bare = {key: value for key, value in HANDOVER.items() if key != "type"}
    assert one(told("messaging_handovers", None, **bare)).signal.to_us
    assert one(told("messaging_handovers", None, **bare | {"recipient": None})) == Ignored(
        "unknown_account", "messaging_handovers"
    )
