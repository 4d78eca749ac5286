"""The stores in memory: the twin of every port, shipped, for tests, replays and a desk that may forget."""

from storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]
