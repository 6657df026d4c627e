"""An application to read and take along: one document, one page, one file for machines and one for Excel.

All of them are made from a `Reading`: one application's content with what it is a copy of. None of them knows a row.
"""

from .exporting import as_json
from .papers import application_pdf, summary_pdf
from .reading import Reading, handed_in, reading_of
from .summary import summary
from .workbook import as_workbook

__all__ = [
    "Reading",
    "application_pdf",
    "as_json",
    "as_workbook",
    "handed_in",
    "reading_of",
    "summary",
    "summary_pdf",
]
