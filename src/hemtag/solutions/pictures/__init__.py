"""Pictures of how solutions spread, drawn as SVG without styles of their own; every one stands beside its table."""
