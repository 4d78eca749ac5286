"""Records are frozen where it is asked for, and the same values either way."""

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime

import pytest

from domain.customers import Customer
from domain.money import Money

NOW = datetime(2026, 11, 20, tzinfo=UTC)
STORY = """
from domain.money import Money
one, other = Money(1, "EUR"), Money(1, "EUR")
assert one == other and hash(one) == hash(other) and len({one, other}) == 1
assert one != Money(2, "EUR")
try:
    one.minor = 2
except Exception as error:
    print(type(error).__name__)
else:
    print("changed")
"""


def test_tests_run_with_frozen_records():
    with pytest.raises(FrozenInstanceError):
        Customer("c", "b", NOW).name = "Ana"


@pytest.mark.parametrize(("frozen", "said"), [("1", "FrozenInstanceError"), ("", "changed")])
def test_equality_and_hash_do_not_depend_on_the_guard(frozen, said):
    done = subprocess.run(
        [sys.executable, "-c", STORY],
        env={**os.environ, "FREEZE_RECORDS": frozen},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == said


def test_records_are_dataclasses():
    assert replace(Money(1, "EUR"), minor=3) == Money(3, "EUR")
    assert [one.name for one in fields(Money)] == ["minor", "currency"]
