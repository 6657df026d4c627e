"""Whose money: filters over accounts and kinds of one ledger, never formulas of their own.

So region + others + patients = society by construction, and a grant, which leaves one account for another, is nothing
for society.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .case import Account, Kind

MONEY = frozenset(kind for kind in Kind if kind is not Kind.QUALITY)
CASH = frozenset({Kind.COST, Kind.GRANT, Kind.CASH})


@dataclass(frozen=True, slots=True)
class Perspective:
    accounts: frozenset[Account]
    kinds: frozenset[Kind] = MONEY

    def holds(self, account: Account, kind: Kind) -> bool:
        return account in self.accounts and kind in self.kinds


PERSPECTIVES: Mapping[str, Perspective] = {
    "region": Perspective(frozenset({Account.REGION})),
    "region_cash": Perspective(frozenset({Account.REGION}), CASH),
    "others": Perspective(frozenset({Account.OTHER_REGIONS, Account.MUNICIPALITIES, Account.STATE})),
    "patients": Perspective(frozenset({Account.PATIENTS})),
    "society": Perspective(frozenset(Account)),
}
