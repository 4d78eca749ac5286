"""What may be lost: hot states, wake-ups, live events and counts, kept in Redis."""
