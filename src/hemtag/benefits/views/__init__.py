"""Pages of benefit cases."""
