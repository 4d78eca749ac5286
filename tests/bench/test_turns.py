"""The script ends in the right booking, whoever plays it and however many at once."""

import re
from datetime import date

import pytest

from bench.against import understanding as words
from bench.script import scripts
from tests.bench.measured import line_of

TODAY = date(2026, 11, 20)


def test_turns_in_memory_end_in_the_right_bookings():
    line = line_of("turns", "--store", "memory", "--conversations", 30, "--concurrent", 10)
    assert (line["right"], line["wrong"]) == (80, 0)
    assert line["turns_per_s"] > 0
    assert 0 < line["p50_ms"] <= line["p99_ms"]


def test_scripts_vary_and_repeat():
    assert scripts(50, TODAY) == scripts(50, TODAY)
    assert len({one.messages for one in scripts(50, TODAY)}) > 40
    assert scripts(5, TODAY, seed=1) != scripts(5, TODAY, seed=2)


@pytest.mark.parametrize("script", scripts(200, TODAY), ids=lambda one: one.messages[2])
def test_the_peers_understand_what_the_script_says(script):
    _, book, when, who, name, correction, yes, thanks = script.messages
    wish = words.Wish()
    wish.service = words.service(words.BOOK.search(book)[1])
    wish.day = words.day(words.WHEN.search(when), TODAY)
    assert words.CLOCK.search(when)
    wish.staff = words.STAFF.search(who)[1].capitalize()
    wish.name = words.NAME.search(name)[1]
    wish.clock = words.clock(words.CORRECTION.search(correction)[1])
    start = script.starts_at.replace(tzinfo=None).isoformat()
    assert wish.booking() == (script.service, script.staff, start, script.name)
    assert words.YES.search(yes)
    assert words.THANKS.search(thanks)


def test_the_peers_are_pinned():
    from pathlib import Path

    requirements = (Path(words.__file__).parent / "requirements.txt").read_text()
    pins = [line for line in requirements.splitlines() if line and not line.startswith("#")]
    assert all(re.match(r"[a-z-]+==\d", one) for one in pins)
