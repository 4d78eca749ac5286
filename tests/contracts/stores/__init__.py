"""The contract of the stores: stories that memory, SQLite and PostgreSQL with Redis must all live through."""
