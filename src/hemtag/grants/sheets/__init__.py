"""An application's budget as an Excel workbook, out and in. Plain data only: knows no database.

`book` says what a workbook holds, `writing` makes one, `opening` refuses files that are not what they should be,
`reading` tells what a filled-in one says and everything that is wrong in it, each at its cell.
"""

from .book import Book, Change, Key, Part, Region, Touched, changes
from .opening import LARGEST_FILE, opened
from .reading import Fault, Reading, read
from .writing import write

__all__ = [
    "LARGEST_FILE",
    "Book",
    "Change",
    "Fault",
    "Key",
    "Part",
    "Reading",
    "Region",
    "Touched",
    "changes",
    "opened",
    "read",
    "write",
]
