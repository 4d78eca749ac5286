"""Days and times as `dateparser` reads them, a JSON line a case: `python -m bench.against.dateparser_times FILE.jsonl`.

Run by `python -m bench.times --against dateparser` with the interpreter of the peers' environment, on the same file and
lines. It is told the language, the moment of hearing, that what is meant is to come, and that days stand before months.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from time import perf_counter_ns

import dateparser  # type: ignore[import-not-found,import-untyped,unused-ignore]


def main() -> None:
    """Read the file and print one line a case: `date` and `minute` where something was understood, `ns` taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", default="")
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    cases = [one for one in lines if options.language in {"", one["language"]}]
    for one in {one["language"]: one for one in cases}.values():
        read(one)  # words are loaded by the first of each language
    for one in cases:
        start = perf_counter_ns()
        found = read(one)
        spent = perf_counter_ns() - start
        minute = None if found is None else found.hour * 60 + found.minute
        print(json.dumps({"date": found and found.date().isoformat(), "minute": minute, "ns": spent}))


def read(case: dict[str, str]) -> datetime | None:
    """Return the moment that one case means to dateparser."""
    settings = {
        "RELATIVE_BASE": datetime.fromisoformat(case["now"]),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
    }
    found = dateparser.parse(case["text"], languages=[case["language"]], settings=settings)
    return found if isinstance(found, datetime) else None


if __name__ == "__main__":
    main()
