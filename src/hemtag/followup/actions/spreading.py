"""What was granted becomes a good example: a block is proposed to the catalogue."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hemtag.assessment.models import BlockDecision
from hemtag.organisations.models import Person
from hemtag.solutions import actions as catalogue
from hemtag.solutions.models import Solution

from .. import queries


@transaction.atomic
def propose_block(*, by: Person, granted: BlockDecision, **values: Any) -> Solution:
    """Propose a granted block as a solution of the responsible region; each block once."""
    granted = BlockDecision.objects.select_for_update().get(pk=granted.pk)
    block = granted.block
    application = block.application
    return catalogue.propose_from_grant(
        by=by,
        owner=application.submission.responsible,
        origin=f"{granted.decision.number}, block {block.number}: {block.title}"[:200],
        origin_key=queries.origin_key(granted),
        **values,
    )
