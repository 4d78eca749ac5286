"""What stops the program on purpose: one clear sentence for whoever started it."""

from __future__ import annotations


class Refused(Exception):
    """Frontdesk cannot go on; the message says why, and what to do about it."""
