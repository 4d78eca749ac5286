"""Web chat: Frontdesk's own page and HTTP API as a channel."""
