"""The business in its own words: what it offers, when it is free, what is booked. No I/O lives here."""
