import io
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bots import logs
from domain.conversations import Owner

CANARY = "canary 4711, my doctor is Dr. House"


@pytest.fixture
def written():
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("debug", "json", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    logging.getLogger("uvicorn.access").disabled = False


def test_a_turn_is_one_line_with_its_facts(written):
    structlog.get_logger("bots.reception").info(
        "turn",
        conversation="0193abc",
        stage_before="collecting",
        stage_after="confirming",
        commands=("set", "correct"),
        owner=Owner.BOT,
        ms=3.25,
        certainty=0.9,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        lease=timedelta(seconds=30),
        booked=True,
    )
    (line,) = written()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "turn",
        "level": "info",
        "module": "bots.reception",
        "conversation": "0193abc",
        "stage_before": "collecting",
        "stage_after": "confirming",
        "commands": ["set", "correct"],
        "owner": "bot",
        "ms": 3.25,
        "certainty": 0.9,
        "at": "2026-11-20T00:00:00+00:00",
        "lease": 30.0,
        "booked": True,
    }


@pytest.mark.parametrize(
    "key",
    ["text", "body", "token", "secret", "authorization", "phone", "email", "name", "url", "message", "anything_new"],
)
def test_words_of_unknown_keys_are_hidden(written, key):
    log = structlog.get_logger("web.hooks")
    log.warning("refused", **{key: CANARY})
    log.warning("refused", **{key: {"deep": [CANARY]}})
    log.warning("refused", **{key: CANARY.encode()})
    assert [line[key] for line in written()] == ["[hidden]"] * 3


@pytest.mark.parametrize("key", ["reason", "error", "customer", "outcome", "status"])
def test_even_under_known_keys_a_sentence_is_hidden(written, key):
    log = structlog.get_logger("bots.delivery")
    log.info("sent", **{key: CANARY})
    log.info("sent", **{key: [CANARY, "fine"]})
    log.info("sent", **{key: ValueError(CANARY)})
    assert [line[key] for line in written()] == ["[hidden]", ["[hidden]", "fine"], "ValueError"]


def test_of_a_written_out_error_the_class_is_kept(written):
    structlog.get_logger("web").error("request failed", error=repr(ValueError(CANARY)))
    assert [line["error"] for line in written()] == ["ValueError"]


def test_of_an_exception_its_class_and_place_are_kept_and_its_message_is_not(written):
    log = structlog.get_logger("bots.worker")
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        log.exception("turn failed", lane="0193abc")
        log.error("turn failed", exc_info=error)
    lines = written()
    assert [line["error"] for line in lines] == ["ValueError", "ValueError"]
    assert all("test_logs.py" in line["trace"] for line in lines)
    assert "canary" not in json.dumps(lines)


def test_what_libraries_log_loses_its_arguments(written):
    library = logging.getLogger("a.library")
    library.warning("cannot read %s", CANARY)
    library.error(ValueError(CANARY))
    try:
        raise KeyError(CANARY)
    except KeyError:
        library.exception("failed on %r", CANARY)
    lines = written()
    assert [line["event"] for line in lines] == ["cannot read %s", "library message", "failed on %r"]
    assert [line.get("error") for line in lines] == [None, "ValueError", "KeyError"]
    assert "canary" not in json.dumps(lines)


def test_requests_are_not_logged_because_paths_carry_capabilities(written):
    logging.getLogger("uvicorn.access").error("GET /webchat/salon/events?conversation=%s", CANARY)
    assert written() == []


def test_text_for_people_is_guarded_too():
    stream = io.StringIO()
    logs.configure("info", "text", stream)
    structlog.get_logger("bots.worker").info("turn", text=CANARY, outcome="answered")
    structlog.get_logger("bots.worker").debug("too detailed")
    logging.getLogger().handlers.clear()
    assert "answered" in stream.getvalue()
    assert "canary" not in stream.getvalue()
    assert "too detailed" not in stream.getvalue()
