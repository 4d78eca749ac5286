"""The catalogue: a business's own names, compiled once so that they are found in what customers write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.businesses import Directory


class Catalogue:
    """Services, staff, places and questions of one business, indexed by their words."""

    def __init__(self, directory: Directory) -> None:
        """Compile a directory."""
        self.directory = directory
