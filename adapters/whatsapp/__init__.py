"""WhatsApp: a business's number on the Cloud API as a channel."""
