"""Seating: which tables a party has for an evening, who changes tables for it, and why."""
