"""The player of `.chat` transcripts: conversations that run, and that are written down again."""
