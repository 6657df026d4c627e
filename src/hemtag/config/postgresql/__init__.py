"""A database engine of Hemtag's own: PostgreSQL with one writer at a time."""
