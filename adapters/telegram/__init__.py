"""Telegram: a business's own bot as a channel."""
