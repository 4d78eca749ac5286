"""Tests of the benches, in small."""
