"""What the effects of a round may turn out to be: from the benefit cases' own draws where there are any."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Q

from hemtag import portfolio, valuation
from hemtag.assessment import valuing
from hemtag.benefits import running
from hemtag.benefits.models import BenefitCase, CaseState
from hemtag.benefits.queries import Judged, judged, register

# What a claim speaks of: the region's own gains. What the block costs and the grant stand in the round itself.
COSTS = {"cost", "grant"}


@dataclass
class Draws:
    """Scenarios of a round: `count` of one `seed`, the same for every question. One query, and two more when a block has a case.

    A block with a benefit case takes its effect from the case's own draw of the same number, scaled by the score as its
    claim is; so two cases that share an assumption meet the same luck. Every other block is drawn between its least and
    greatest claim, weighed by the assessors' spread. `from_cases` are the blocks that have a case.
    """

    round: portfolio.Round
    count: int
    seed: int

    @cached_property
    def cases(self) -> Mapping[str, BenefitCase]:
        handed_in = Q(is_handed_in=True) | Q(state=CaseState.FROZEN)
        about = {"about_kind": "block", "about_key__in": [block.id for block in self.round.blocks]}
        return {case.about_key: case for case in BenefitCase.objects.filter(handed_in, **about).order_by("pk")}

    @cached_property
    def judged(self) -> Mapping[int, Judged]:
        """What was handed in of each case, whatever has been changed since."""
        return judged(self.cases.values()) if self.cases else {}

    @cached_property
    def samples(self) -> Mapping[str, Any]:
        """Per block with a case that can be computed, its draws in kronor: the effect in the regions' perspective."""
        found: dict[str, Any] = {}
        if not self.cases:
            return found
        known = register()
        for block, case in self.cases.items():
            data = self.judged[case.pk].data
            if not data or running.faults_of(data, known):
                continue
            text = running.canonical(running.filled(data, known))
            present = running.simulated(text, running.QUICK, self.seed).present
            held = valuation.PERSPECTIVES["region"].holds
            gains = [amount for (who, kind), amount in present.items() if held(who, kind) and kind not in COSTS]
            if gains:
                found[block] = np.sum(gains, axis=(0, 1))
        return found

    @property
    def from_cases(self) -> list[str]:
        return list(self.samples)

    @cached_property
    def key(self) -> str:
        """What the draws depend on besides the round."""
        said = [f"{block}={self.judged[case.pk].mark}" for block, case in self.cases.items()]
        return hashlib.sha256(f"{self.count} {self.seed} {' '.join(said)}".encode()).hexdigest()[:16]

    @cached_property
    def scenarios(self) -> portfolio.Scenarios:
        drawn = portfolio.Scenarios(self.count, seed=self.seed)
        if not self.samples:
            return drawn
        scores = {a.id: a.score or 0 for a in self.round.applications}
        made = []
        for n in range(self.count):
            one = portfolio.draw(self.round, self.seed, n)
            effects = dict(one.effects)
            for block, sample in self.samples.items():
                score = scores[self.round.by_id[block].application]
                effects[block] = valuing.effect_tkr([round(float(sample[n]))], score)  # type: ignore[arg-type]
            made.append(portfolio.Draw(effects, one.overlaps, one.synergies))
        return portfolio.Scenarios.given(made)
