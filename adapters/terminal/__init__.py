"""The terminal: a conversation on the screen."""
