"""What is a measure worth, and how sure are we? Pure: no Django, no clock, no own randomness."""
