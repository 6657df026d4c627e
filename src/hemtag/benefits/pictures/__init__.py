"""Pictures of a benefit case: geometry from numbers, nothing else. The templates draw it, and write the table beside it.

Pure functions on the plain data of `valuation.as_page`. Positions are finite, in the units of a fixed drawing or in per
cent of the width at hand; classes in static/benefits.css give the colours.
"""
