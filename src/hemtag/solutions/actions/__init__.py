"""Every write: a verb, keyword-only, `by=`, one transaction, one event. Each returns the row as it was saved."""

from .adopting import record_step
from .catalogue import propose, propose_from_grant, settle

__all__ = ["propose", "propose_from_grant", "record_step", "settle"]
