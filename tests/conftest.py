"""What all tests share: transcripts are tests, and in continuous integration nothing is skipped."""

from __future__ import annotations

from tests.chat.plugin import pytest_addoption, pytest_collect_file
from tests.ci import pytest_runtest_makereport

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_runtest_makereport"]
