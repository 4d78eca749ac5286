"""What all tests share: transcripts are tests."""

from __future__ import annotations

from tests.chat.plugin import pytest_addoption, pytest_collect_file

__all__ = ["pytest_addoption", "pytest_collect_file"]
