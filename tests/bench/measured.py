"""Runs a bench as its user does, and reads its line."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.stores import houses

ROOT = Path(__file__).resolve().parents[2]
STORES = ["sqlite", pytest.param("postgres", marks=pytest.mark.service)]


def line_of(bench, *options, status=0):
    """Return the one JSON line that a bench prints; it must end with this status."""
    command = [sys.executable, "-m", f"bench.{bench}", *map(str, options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == status, done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


def need_services(store):
    """Skip, loudly, what needs services that are not there."""
    if store == "postgres" and (missing := asyncio.run(houses.services_missing())):
        pytest.skip(missing)
