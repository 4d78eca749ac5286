"""What all tests share: records are frozen, transcripts are tests, and in continuous integration nothing is skipped."""

from __future__ import annotations

import os

os.environ["FREEZE_RECORDS"] = "1"  # before anything of ours is imported; see domain/records.py

from tests.chat.plugin import pytest_addoption, pytest_collect_file
from tests.ci import pytest_runtest_makereport

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_runtest_makereport"]
