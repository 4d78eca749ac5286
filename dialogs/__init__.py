"""The dialogue engine: hears a turn, fills slots, asks the desk, says what to say. No clock, network or database."""
