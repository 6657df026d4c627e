"""The acts of the whole way, by what is done: applying, deciding, following up and sharing."""
