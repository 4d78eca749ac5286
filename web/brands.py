"""How platforms write themselves; no language changes that."""

BRANDS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
"""By channel."""
