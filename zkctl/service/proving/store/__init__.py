"""The state of the service in PostgreSQL or SQLite: statements in .sql files, written once for both."""
