"""The stores: in memory, on SQL databases, and what Redis keeps warm."""
