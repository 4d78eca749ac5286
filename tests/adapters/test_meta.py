from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters import meta
from adapters.base import Request, Secret
from domain.errors import BadSignature, Malformed

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
SECRET = Secret(b"app secret", "a word of ours")
BODY = b'{"object":"page","entry":[{"text":"\\u00e7a va"}]}'
RIGHT = "sha256=" + hmac.new(SECRET.value, BODY, hashlib.sha256).hexdigest()


def post(body=BODY, **headers):
    return Request("POST", "/hooks/x/e1", {k.replace("_", "-"): v for k, v in headers.items()}, {}, body, NOW, "e1")


def get(**query):
    asked = {f"hub.{name}": value for name, value in query.items()}
    return Request("GET", "/hooks/x/e1", {}, asked, b"", NOW, "e1")


def refused(request, secret=SECRET):
    with pytest.raises(BadSignature) as why:
        meta.verify(request, secret)
    return str(why.value)


def test_a_delivery_signed_with_the_secret_of_the_app_is_let_in():
    meta.verify(post(x_hub_signature_256=RIGHT), SECRET)
    meta.verify(post(x_hub_signature_256="sha256=" + RIGHT[7:].upper()), SECRET)


def test_the_signature_is_over_the_bytes_as_they_came_and_not_over_what_they_mean():
    """Written anew, the same JSON has other bytes: whoever decodes before verifying refuses what is right."""
    rewritten = BODY.decode().encode().replace(b"\\u00e7", "ç".encode())
    refused(post(rewritten, x_hub_signature_256=RIGHT))


def careless(request, secret):
    """The twin without its guards: as several libraries verify."""
    if not secret.value:
        return
    expected = hmac.new(secret.value, request.body, hashlib.sha256).hexdigest()
    if request.headers.get(meta.SIGNATURE, "") != f"sha256={expected}":
        raise BadSignature(f"expected {expected}")


WRONG = {
    "missing": {},
    "empty": {"x_hub_signature_256": ""},
    "of another secret": {"x_hub_signature_256": "sha256=" + hmac.new(b"no", BODY, hashlib.sha256).hexdigest()},
    "bare": {"x_hub_signature_256": RIGHT[7:]},
    "other algorithm": {"x_hub_signature_256": "sha1=" + hmac.new(SECRET.value, BODY, hashlib.sha1).hexdigest()},
    "sha1 under its own name": {"x_hub_signature": "sha1=" + hmac.new(SECRET.value, BODY, "sha1").hexdigest()},
    "one digit off at the end": {"x_hub_signature_256": RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1")},
    "one digit off at the front": {"x_hub_signature_256": "sha256=" + ("0" if RIGHT[7] != "0" else "1") + RIGHT[8:]},
    "too short": {"x_hub_signature_256": RIGHT[:-2]},
    "too long": {"x_hub_signature_256": RIGHT + "00"},
    "newline": {"x_hub_signature_256": RIGHT + "\n"},
    "spaces": {"x_hub_signature_256": "sha256=" + " ".join(RIGHT[7:])[:64]},
    "no hexadecimal": {"x_hub_signature_256": "sha256=" + "g" * 64},
    "digits of another script": {"x_hub_signature_256": "sha256=" + "٣" * 64},
    "not ascii": {"x_hub_signature_256": "sha256=" + "é" * 64},
    "half an emoji": {"x_hub_signature_256": "sha256=" + "\ud83d" * 64},
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG)
def test_a_delivery_that_is_not_signed_right_is_refused_without_a_word_on_what_was_expected(headers):
    said = refused(post(**headers))
    assert RIGHT[7:] not in said
    assert said == refused(post())


@pytest.mark.parametrize("secret", [None, Secret(b""), Secret(b"", "a word of ours")])
def test_without_a_secret_nobody_is_let_in(secret):
    """An empty secret would be one that everybody knows."""
    refused(post(x_hub_signature_256="sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()), secret)
    careless(post(), Secret(b""))  # the twin lets in whoever comes


def test_a_careless_check_tells_the_right_signature():
    with pytest.raises(BadSignature, match=RIGHT[7:]):
        careless(post(), SECRET)


@given(header=st.text(max_size=80), body=st.binary(max_size=80), key=st.binary(max_size=8))
@example(header="sha256=" + hmac.new(b"", b"", hashlib.sha256).hexdigest(), body=b"", key=b"")
def test_whatever_comes_is_let_in_or_refused_and_never_an_error(header, body, key):
    try:
        meta.verify(post(body, x_hub_signature_256=header), Secret(key))
    except BadSignature:
        return
    assert key
    assert header.lower() == "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()


def test_the_handshake_is_answered_with_what_it_asks_for():
    asked = get(mode="subscribe", verify_token="a word of ours", challenge="1158201444")
    meta.verify(asked, SECRET)
    answer = meta.challenge(asked, SECRET)
    assert answer == meta.challenge(asked)
    assert (answer.status, answer.body) == (200, b"1158201444")
    assert answer.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"mode": "subscribe", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "another word", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "a word of ours ", "challenge": "1"},
        {"mode": "subscribe", "verify_token": "\ud83d", "challenge": "1"},
        {"mode": "unsubscribe", "verify_token": "a word of ours", "challenge": "1"},
        {"verify_token": "a word of ours", "challenge": "1"},
    ],
)
def test_a_handshake_without_the_right_word_is_refused(query):
    assert "a word of ours" not in refused(get(**query))
    with pytest.raises(BadSignature):
        meta.challenge(get(**query), SECRET)


@pytest.mark.parametrize("secret", [None, Secret(b"app secret"), Secret(b"app secret", "")])
def test_without_a_word_of_ours_no_handshake_is_right(secret):
    refused(get(mode="subscribe", verify_token="", challenge="1"), secret)


def test_a_signature_does_not_open_the_handshake_and_a_word_does_not_open_a_delivery():
    asked = get(mode="subscribe", challenge="1")
    refused(Request("GET", asked.path, {meta.SIGNATURE: RIGHT}, asked.query, BODY, NOW, "e1"))
    word = {"hub.mode": "subscribe", "hub.verify_token": "a word of ours"}
    refused(Request("POST", asked.path, {}, word, BODY, NOW, "e1"))
    refused(Request("HEAD", asked.path, {}, word, b"", NOW, "e1"))


@given(st.text(max_size=400))
def test_what_is_said_back_is_short_plain_and_cannot_be_a_page(challenge):
    answer = meta.challenge(get(mode="subscribe", verify_token="a word of ours", challenge=challenge), SECRET)
    said = answer.body.decode("ascii")
    assert said.isprintable()
    assert not set("<>\"'") & set(said)
    assert len(said) <= 6 * meta.CHALLENGE_CHARS
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_more_is_said_back_than_a_challenge_is_long():
    answer = meta.challenge(get(mode="subscribe", challenge="é\n1" * 400))
    assert answer.body == b"1" * meta.CHALLENGE_CHARS


def test_a_delivery_has_no_challenge():
    assert meta.challenge(post(), SECRET) is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"\xff\xfe", ""),
        (b'{"object":"page","entry":[NaN]}', ""),
        (b'{"object":"page","entry":["\x00"]}', ""),
        (b"[" * 100_000, ""),
        (b'{"object":"page","entry":' + b"[" * 100_000, ""),
        (b'{"object":"page","entry":["\\ud83d"' + b",[" * 100_000, ""),
        (b"[]", ""),
        (b"null", ""),
        (b'"page"', ""),
        (b"{}", "object"),
        (b'{"object":null,"entry":[]}', "object"),
        (b'{"object":["page"],"entry":[]}', "object"),
        (b'{"object":"user","entry":[]}', "object"),
        (b'{"object":"page"}', "entry"),
        (b'{"object":"page","entry":{}}', "entry"),
        (b'{"object":"page","entry":"x"}', "entry"),
    ],
)
def test_an_envelope_that_cannot_be_read_is_malformed_and_names_the_field(body, field):
    with pytest.raises(Malformed) as why:
        meta.entries(post(body), "page", "instagram")
    assert why.value.field == field


def test_the_entries_of_a_delivery_are_returned_whatever_they_are():
    assert meta.entries(post(b'{"object":"page","entry":[1,null,{"id":"2"}]}'), "page") == [1, None, {"id": "2"}]


def test_half_an_emoji_or_a_number_without_end_does_not_cost_the_delivery():
    body = (
        b'{"object":"page","entry":["caf\\u00e9 \\ud83d",{"\\udc00":"\\ud83d\\ude00"},'
        + b"9" * 5000
        + b",1e999,7,1.5]}"
    )
    found = meta.entries(post(body), "page")
    assert found == ["café \ufffd", {"\ufffd": "😀"}, "9" * 5000, "1e999", 7, 1.5]


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("1796027400", datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        (1796027400, datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        (1796027400.5, datetime(2026, 11, 30, 8, 30, 0, 500000, tzinfo=UTC)),
        ("1796027400250", datetime(2026, 11, 30, 8, 30, 0, 250000, tzinfo=UTC)),
        (1796027400250, datetime(2026, 11, 30, 8, 30, 0, 250000, tzinfo=UTC)),
        ("2026-11-30T08:30:00+0000", datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        ("2026-11-30T09:30:00+01:00", datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        ("2026-11-30T08:30:00", datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
    ],
)
def test_timestamps_are_read_however_meta_writes_them(value, at):
    assert meta.moment(value, NOW) == at
    assert meta.moment(value, NOW).tzinfo is not None


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "soon", True, [], {}, 0, "0", -5, "-5", "1e999", "nan", "inf", float("inf"), 10**400, "9" * 400),
        *("٣٣٣", "1_796_027_400", "0001-01-01T00:00:00+23:59", "1969-12-31T00:00:00Z"),
        *("1796030000", 1796030000, 99_999_999_999_999, "2026-11-30T09:00:01+0000", "2999-01-01"),
    ],
)
def test_what_cannot_be_read_or_is_still_to_come_is_the_time_of_receipt(value):
    assert meta.moment(value, NOW) == NOW


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_no_value_makes_a_reader_raise(value):
    assert meta.moment(value, NOW) <= NOW
    found = (meta.ident(value), meta.word(value), meta.line(value), meta.words(value))
    assert all(isinstance(one, str) for one in found)
    ident, word, line, words = found
    assert ident.isascii() and ident.isprintable() and len(ident) <= meta.ID_CHARS
    assert len(word) <= meta.WORD_CHARS
    assert "\n" not in line and len(line) <= meta.FACT_CHARS
    assert "\x00" not in words and "\r" not in words
    assert meta.number(value) is None or abs(meta.number(value)) < float("inf")
    assert isinstance(meta.rows(value), list)
    meta.facts(meta.block(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("two\r\nlines ", "two\nlines"),
        ("nul\x00 bell\x07", "nul bell"),
        ("👩‍🦰 مرحبا", "👩‍🦰 مرحبا"),
        (5, ""),
        (None, ""),
    ],
)
def test_texts_are_read_without_control_characters(value, text):
    assert meta.words(value) == text


@pytest.mark.parametrize(
    ("value", "ident"),
    [
        ("123", "123"),
        (123, "123"),
        (" a.B_c=/+ ", "a.B_c=/+"),
        (-1, ""),
        (True, ""),
        (1.0, ""),
        ("é", ""),
        ("x" * 257, ""),
    ],
)
def test_ids_are_read_as_strings_or_numbers(value, ident):
    assert meta.ident(value) == ident


def test_facts_are_flat_and_few():
    told = {
        "event": "ACCOUNT_RESTRICTION",
        "none": None,
        "ban_info": {"waba_ban_date": "May 1", "final": True, "empty": ""},
        "restriction_info": [{"restriction_type": "NO_SENDING", "expiration": 1796027400}, "x\ny"],
        "deep": {"a": {"b": {"c": {"d": "too deep"}}}},
        "price": 7.50,
        "whole": 3.0,
    }
    assert meta.facts(told) == {
        "event": "ACCOUNT_RESTRICTION",
        "ban_info.waba_ban_date": "May 1",
        "ban_info.final": "true",
        "restriction_info.0.restriction_type": "NO_SENDING",
        "restriction_info.0.expiration": "1796027400",
        "restriction_info.1": "x y",
        "price": "7.5",
        "whole": "3",
    }
    assert len(meta.facts({str(n): n + 1 for n in range(1000)})) == meta.FACTS


def test_a_fingerprint_is_of_what_is_said_and_not_of_how_it_is_written():
    assert meta.fingerprint("a", {"x": 1, "y": [2]}) == meta.fingerprint("a", {"y": [2], "x": 1})
    assert meta.fingerprint("a", {"x": 1}) != meta.fingerprint("a", {"x": 2})
    assert meta.fingerprint("a", "b") != meta.fingerprint("ab", "")
