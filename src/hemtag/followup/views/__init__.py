"""Pages after the decision."""
