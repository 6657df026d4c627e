"""Hemtag: grants that make health care more efficient, and the spreading of what works."""
