"""Chats survive their platforms and the death of workers; with a guard taken away the bench must say so."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from adapters.base import Ignored, Request, Secret
from adapters.telegram import inbound as telegram_inbound
from adapters.whatsapp import inbound as whatsapp_inbound
from adapters.whatsapp.channel import WhatsApp
from bench.channels_house import no_token
from bench.channels_mail import Box, Person, echo, proven, status, telegram, whatsapp, written
from domain.errors import BadSignature
from tests.bench.measured import STORES, line_of, need_services

SIZE = ("--events", 200, "--kill-every", 60)
NUMBERS = [
    Box("whatsapp", f"account-{one}", f"70{one}", "business", f"90{one % 2}", "endpoint", b"secret") for one in range(3)
]
BOT = Box("telegram", "bot", "800", "business", "", "bot's endpoint", b"its-secret")
PEOPLE = [Person("Ana", "351910000001", "PT.1"), Person("Bia", "351910000002"), Person("Cem", user="PT.3")]


def requested(delivery):
    headers = {name.decode(): value.decode() for name, value in delivery.headers}
    return Request("POST", delivery.path, headers, {}, delivery.body, datetime.now(UTC), "endpoint")


def happened(chance, many):
    for number in range(many):
        box, person = chance.choice(NUMBERS), chance.choice(PEOPLE)
        way = chance.randrange(4)
        if way == 0:
            yield whatsapp(number, "message", "lane", box, person, {"type": "text", "text": {"body": "hi"}})
        elif way == 1:
            said = {"type": "button_reply", "button_reply": {"id": f"token-{number}", "title": "Yes"}}
            yield whatsapp(number, "tap", "lane", box, person, {"type": "interactive", "interactive": said})
        elif way == 2:
            yield echo(number, "lane", box, person, "I'll see to it")
        else:
            yield status(number, "lane", box, f"wamid.{number}", chance.choice(("sent", "read", "failed")), "a.b.c")


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_batch_of_many_numbers_tells_each_event_once_also_with_rubbish_in_between(spoilt):
    for seed in range(20):
        chance = Random(seed)
        events = list(happened(chance, 50))
        found = whatsapp_inbound.parse(requested(written(events, chance, spoilt=spoilt)))
        read = Counter(one.external_id for one in found if not isinstance(one, Ignored))
        assert read == Counter(one.external_id for one in events)
        assert any(isinstance(one, Ignored) for one in found) is spoilt


@pytest.mark.parametrize(
    ("kind", "said"), [("message", {"text": "hi"}), ("tap", {"data": "token"}), ("extra", {"text": "hi!", "of": 3})]
)
def test_an_update_of_a_bot_is_read_as_what_it_was(kind, said):
    event = telegram(7, kind, "lane", BOT, Person("Ana", user="10"), said)
    (found,) = telegram_inbound.parse(requested(written([event], Random(1))))
    assert (found.external_id, found.sender) == ("7", "10")


def test_what_is_proven_by_another_secret_is_refused():
    delivery = written(list(happened(Random(1), 5)), Random(1))
    channel = WhatsApp(no_token)
    channel.verify(requested(delivery), Secret(b"secret"))
    headers = {name.decode(): value.decode() for name, value in proven(NUMBERS[0], delivery.body, b"another")}
    with pytest.raises(BadSignature):
        channel.verify(
            Request("POST", "", headers, {}, delivery.body, datetime.now(UTC), "endpoint"), Secret(b"secret")
        )


@pytest.mark.parametrize("store", STORES)
def test_doubled_batched_and_reordered_deliveries_are_each_handled_once_while_workers_die(store):
    need_services(store)
    line = line_of("channels", "--store", store, *SIZE)
    assert line["violations"] == []
    assert (line["lost"], line["handled_twice"], line["doubled_bookings"]) == (0, 0, 0)
    assert line["events"] >= 200
    assert line["kills"] == 3
    assert line["freezes"] == 1
    for what in ("doubled", "late", "batched", "reordered", "overtaken", "refused", "bookings", "receipts", "tap"):
        assert line[what] > 0, f"nothing of this was played: {what}"


def test_without_the_keys_of_what_is_known_the_bench_reports_what_was_handled_twice():
    line = line_of("channels", "--events", 120, "--kill-every", 0, "--broken", "dedupe", status=1)
    assert line["handled_twice"] > 0
    assert {"handled_twice", "accepted_twice"} <= set(line["violations"])
