"""The bench of the API fills a store, asks and books."""

from tests.bench.measured import line_of


def test_openings_are_asked_for_and_booked():
    line = line_of("api", "--bookings", 2000, "--staff", 5, "--requests", 60)
    assert line["bookings"] > 500
    assert line["requests"] == 60
    assert set(line["p99_ms"]) == {"day", "week", "days", "post"}
    assert 0 < line["get_p50_ms"] <= line["get_p99_ms"]
