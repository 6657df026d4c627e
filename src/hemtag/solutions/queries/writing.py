"""What a writer of the plain text may choose, and where an address is used."""

from __future__ import annotations

from ..models import Effort, Regulation

EFFORTS = Effort.choices
REGULATIONS = Regulation.choices
