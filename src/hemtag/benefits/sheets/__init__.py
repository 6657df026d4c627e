"""A case as an Excel workbook: the low–high lines to fill in, and the results with numbers as numbers.

`write` → `read` gives the case back without change. What is read is never trusted: faults name sheet and cell.
"""

from .reading import read
from .results import write_comparison
from .writing import blank, write

__all__ = ["blank", "read", "write", "write_comparison"]
