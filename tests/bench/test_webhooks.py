"""The bench of recorded deliveries: what it takes for one, what it counts, and what its fuzz finds."""

import json

import pytest

from adapters.whatsapp.inbound import parse
from bench.spoiling import fuzz
from bench.webhooks import BadFile, main, measure, read_deliveries
from tests.adapters.whatsapp.deliveries import change, delivery, entry, message, sent, status, told
from tests.bench.measured import line_of

TEXT = sent("text", {"body": "hello"})
GROUP = told("group_lifecycle_update", groups=[{}, {}])
MIXED = delivery(entry(change(messages=[message("text", {"body": "hi"}), "x"], statuses=[status(), status("sent")])))


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def lines(path, *rows):
    return written(path, "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))


def test_a_line_is_a_body_with_its_headers_or_without(tmp_path):
    path = lines(
        tmp_path / "recorded.jsonl",
        {"body": TEXT, "headers": {"X-Hub-Signature-256": "sha256=00"}},
        "",
        {"body": '{"object": "page"'},
    )
    first, second = read_deliveries(path)
    assert json.loads(first.body) == TEXT
    assert first.request().headers == {"x-hub-signature-256": "sha256=00"}
    assert second.body == b'{"object": "page"'


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "line 2"),
        ("[]", "line 2"),
        ({"headers": {}}, "line 2: body is missing"),
        ({"body": 1, "headers": 2}, "line 2"),
    ],
)
def test_a_line_that_is_no_delivery_is_named(tmp_path, row, said):
    with pytest.raises(BadFile, match=said):
        read_deliveries(lines(tmp_path / "recorded.jsonl", {"body": TEXT}, row))


OPENAPI = """
openapi: 3.1.0
components: {examples: {elsewhere: {value: %s}}}
paths:
  /v1/whatsapp/webhooks:
    post:
      requestBody:
        content:
          application/json:
            example: %s
            examples:
              one: {value: %s}
              two: {$ref: '#/components/examples/elsewhere'}
  /v1/whatsapp/messages:
    post: {requestBody: {content: {application/json: {examples: {other: {value: {}}}}}}}
"""


def test_the_examples_of_an_openapi_document_are_taken_where_its_webhooks_are(tmp_path):
    document = OPENAPI % (json.dumps(GROUP), json.dumps(TEXT), json.dumps(json.dumps(MIXED)))
    found = read_deliveries(written(tmp_path / "api.yaml", document))
    assert [json.loads(one.body) for one in found] == [TEXT, MIXED, GROUP]


@pytest.mark.parametrize(
    "text", ["", "[", "paths: 7", "openapi: 3.1.0", "paths: {/whatsapp/webhooks: {get: {}}}", "paths: {}"]
)
def test_a_file_without_deliveries_is_refused_by_name(tmp_path, text):
    for name in ("api.yml", "api.yaml"):
        with pytest.raises(BadFile, match=name):
            read_deliveries(written(tmp_path / name, text))
    with pytest.raises(BadFile, match="has no deliveries"):
        read_deliveries(lines(tmp_path / "empty.jsonl", ""))


def test_a_yaml_that_would_build_objects_builds_none(tmp_path):
    with pytest.raises(BadFile):
        read_deliveries(written(tmp_path / "api.yaml", "paths: !!python/object/apply:os.getcwd []"))


def test_what_was_read_set_aside_and_refused_is_counted_apart(tmp_path):
    path = lines(
        tmp_path / "recorded.jsonl", *({"body": body} for body in (TEXT, GROUP, MIXED, "[]", {"object": "page"}))
    )
    line = measure(read_deliveries(path), rounds=1)
    assert line.pop("ms") > 0
    assert line == {
        "bench": "webhooks",
        "deliveries": 5,
        "read": 2,
        "ignored": 1,
        "failed": 2,
        "events": {"receipt": 2, "text": 2},
        "reasons": {"group_chat": 2, "unsupported": 1},
    }


def test_the_command_prints_one_line_and_fuzzes_when_asked(tmp_path):
    path = lines(tmp_path / "recorded.jsonl", {"body": TEXT}, {"body": MIXED})
    line = line_of("webhooks", str(path), str(path), "--fuzz", "400", "--seed", "3")
    assert (line["deliveries"], line["read"]) == (4, 4)
    assert line["fuzz"]["bodies"] == 400
    assert line["fuzz"]["raised"] == line["fuzz"]["untouched_failed"] == 0
    assert "fuzz" not in line_of("webhooks", str(path))


def test_the_command_ends_badly_when_the_fuzz_finds_something(tmp_path, capsys):
    def raising(request):
        if b"hello" in request.body:
            return parse(request)
        raise KeyError("from")

    path = lines(tmp_path / "recorded.jsonl", {"body": TEXT})
    with pytest.raises(SystemExit) as ended:
        main([str(path), "--fuzz", "200"], raising)
    assert ended.value.code == 1
    found = json.loads(capsys.readouterr().out)["fuzz"]
    assert found["raised"] > 0
    assert found["errors"].keys() == {"KeyError: 'from'"}


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match=r"nowhere\.jsonl"):
        main([str(tmp_path / "nowhere.jsonl")])


def test_the_fuzz_mixes_in_what_nobody_touched(tmp_path):
    bodies = [sent("text", {"body": f"hello {at}"}, wamid=f"wamid.{at}") for at in "abcd"]
    requests = [
        one.request() for one in read_deliveries(lines(tmp_path / "r.jsonl", *({"body": one} for one in bodies)))
    ]
    found = fuzz(requests, 200, 1, parse)
    assert (found["untouched"], found["untouched_failed"]) == (10, 0)
    assert found["beside"] == 10
    only_the_first = fuzz(requests, 200, 1, lambda request: parse(request)[:1])
    assert only_the_first["untouched_failed"] > 0


def test_nothing_is_put_beside_what_it_would_hide(tmp_path):
    """Of one recorded body alone each spoilt twin has the same id."""
    (one,) = read_deliveries(lines(tmp_path / "r.jsonl", {"body": TEXT}))
    assert fuzz([one.request()], 200, 1, parse)["beside"] <= 10
