"""What becomes of recorded deliveries of WhatsApp: `python -m bench.webhooks FILE...`.

A file is JSON lines, each `{"body": object or string, "headers"?}`, or an OpenAPI document in YAML, whose examples of
request bodies are taken where the path ends in `/whatsapp/webhooks`. Each delivery is parsed as the webhook would parse
it, its signature apart. One JSON line is printed: how many deliveries were read, set aside and refused, what was read
and why the rest was not, and the median time of a body.

`--fuzz N --seed S` spoils the same bodies N times over and parses those as well; nothing but Malformed may be raised,
and what stands unspoilt beside something spoilt must be read as if it stood alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import yaml

from adapters.base import Ignored, Received, Request
from adapters.whatsapp.inbound import parse
from bench.spoiling import fuzz
from dialogs.wire import CONTENTS, SIGNALS
from domain.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adapters.base import Event
    from bench.spoiling import Parse

SUFFIX = "/whatsapp/webhooks"
RECEIVED_AT = datetime(2030, 1, 1, tzinfo=UTC)
"""Later than anything recorded, so that timestamps are read and not cut."""
ROUNDS = 20
"""So often each body is timed."""
_NAMES = {kind: name for name, kind in (*CONTENTS.items(), *SIGNALS.items())}


class BadFile(ValueError):
    """A file that has no deliveries; says which and why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A recorded delivery."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def request(self) -> Request:
        """Return it as the webhook gets it."""
        return Request("POST", "/hooks/whatsapp/bench", self.headers, {}, self.body, RECEIVED_AT, "bench")


def read_deliveries(path: Path) -> list[Delivery]:
    """Return the deliveries of a file. Raises BadFile naming the line that is none, or the file that has none."""
    text = path.read_text(encoding="utf-8")
    found = list(_examples(text, path) if path.suffix in {".yaml", ".yml"} else _lines(text, path))
    if not found:
        raise BadFile(f"{path} has no deliveries")
    return found


def _lines(text: str, path: Path) -> Iterator[Delivery]:
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            headers = {str(name).lower(): str(value) for name, value in row.get("headers", {}).items()}
            yield Delivery(_body(row["body"]), headers)
        except KeyError:
            raise BadFile(f"{path}, line {at}: body is missing") from None
        except (ValueError, AttributeError, TypeError) as error:
            raise BadFile(f"{path}, line {at}: {error}") from None


def _examples(text: str, path: Path) -> Iterator[Delivery]:
    try:
        # The C loader reads a megabyte in half a second instead of five.
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        for name, operations in document["paths"].items():
            if str(name).endswith(SUFFIX):
                content = operations["post"]["requestBody"]["content"]
                for one in content.values():
                    if "example" in one:
                        yield Delivery(_body(one["example"]))
                    for example in one.get("examples", {}).values():
                        yield Delivery(_body(_resolved(document, example)["value"]))
    except (yaml.YAMLError, KeyError, AttributeError, TypeError) as error:
        raise BadFile(f"{path} is no OpenAPI document with webhooks: {error!r}") from None


def _resolved(document: Any, example: Any) -> Any:
    """Return an example, which may stand elsewhere in the document."""
    while "$ref" in example:
        found = document
        for step in example["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        example = found
    return example


def _body(value: object) -> bytes:
    """Return the bytes of a body: a string is the body itself, an object is written as Meta writes, in ASCII."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def measure(deliveries: Sequence[Delivery], rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the line that is printed."""
    counts, kinds, reasons = Counter[str](), Counter[str](), Counter[str]()
    taken: list[float] = []
    for one in deliveries:
        request = one.request()
        try:
            events = parse(request)
        except Malformed:
            counts["failed"] += 1
            continue
        read = [event for event in events if not isinstance(event, Ignored)]
        counts["read" if read else "ignored"] += 1
        kinds.update(kind_of(event) for event in read)
        reasons.update(event.reason for event in events if isinstance(event, Ignored))
        taken.append(_median_ns(request, rounds))
    return {
        "bench": "webhooks",
        "deliveries": len(deliveries),
        **{name: counts[name] for name in ("read", "ignored", "failed")},
        "events": dict(sorted(kinds.items())),
        "reasons": dict(sorted(reasons.items())),
        "ms": round(statistics.median(taken) / 1e6, 4) if taken else None,
    }


def kind_of(event: Event) -> str:
    """Return what an event says, by its name on the wire: `text`, `tap`, `receipt`; `ignored` for what is set aside."""
    if isinstance(event, Ignored):
        return "ignored"
    return _NAMES[type(event.content if isinstance(event, Received) else event.signal)]


def _median_ns(request: Request, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = perf_counter_ns()
        parse(request)
        taken.append(perf_counter_ns() - begun)
    return statistics.median(taken)


def main(arguments: Sequence[str] | None = None, read: Parse = parse) -> None:
    """Read the files, parse, print one line; the status is 1 where the fuzz found something."""
    parser = argparse.ArgumentParser(prog="bench.webhooks", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="parse so many spoilt bodies as well")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed spoils the same way")
    options = parser.parse_args(arguments)
    try:
        deliveries = [one for path in options.files for one in read_deliveries(path)]
    except (OSError, UnicodeDecodeError, BadFile) as error:
        sys.exit(str(error))
    line = measure(deliveries)
    if options.fuzz:
        line["fuzz"] = fuzz([one.request() for one in deliveries], options.fuzz, options.seed, read)
    print(json.dumps(line))
    if options.fuzz and (line["fuzz"]["raised"] or line["fuzz"]["untouched_failed"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
