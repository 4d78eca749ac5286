"""What is kept in SQL: tables, migrations, and the stores on SQLite and PostgreSQL."""
