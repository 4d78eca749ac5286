"""Fake platforms on loopback: they check what they are sent, sign what they deliver, and misbehave on demand."""
