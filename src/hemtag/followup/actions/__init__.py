"""Every write after the decision."""
