"""A package as files: what its parts are, what is in them byte for byte, out as ZIP and PDF, and in again."""
