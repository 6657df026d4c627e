"""The words of the engine's keys, as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: Mapping[str, Any] = {
    "cost": gettext_lazy("Kostnad"),
    "grant": gettext_lazy("Bidrag"),
    "cash": gettext_lazy("Pengar som kommer tillbaka"),
    "capacity": gettext_lazy("Frigjord tid"),
    "care": gettext_lazy("Mer vård"),
    "quality": gettext_lazy("Kvalitet"),
}
# The field's own words for benefits, as regional economists know them.
KIND_NOTES: Mapping[str, Any] = {
    "cash": gettext_lazy("finansiell nytta"),
    "capacity": gettext_lazy("omfördelningsnytta"),
    "care": gettext_lazy("omfördelningsnytta"),
    "grant": gettext_lazy("en överföring, ingen vinst för samhället"),
}
ACCOUNTS: Mapping[str, Any] = {
    "region": gettext_lazy("Regionen"),
    "other_regions": gettext_lazy("Andra regioner"),
    "municipalities": gettext_lazy("Kommunerna"),
    "state": gettext_lazy("Staten"),
    "patients": gettext_lazy("Patienterna"),
}
EVIDENCE: Mapping[str, Any] = {
    "measured": gettext_lazy("Uppmätt"),
    "literature": gettext_lazy("Litteratur"),
    "expert": gettext_lazy("Expertbedömning"),
    "assumption": gettext_lazy("Antagande"),
}
PERSPECTIVES = ("region", "region_cash", "others", "patients", "society")


def is_one_region(page: Mapping[str, Any]) -> bool:
    return page.get("region") is not None


def who(page: Mapping[str, Any]) -> str:
    """Whose account the page speaks of."""
    if not is_one_region(page):
        return _("regionerna tillsammans")
    return _("Region %(name)s") % {"name": page["regions"][page["region"]]}


def account(page: Mapping[str, Any], name: str) -> str:
    return _("Regionerna") if name == "region" and not is_one_region(page) else str(ACCOUNTS[name])


def perspective(page: Mapping[str, Any], name: str) -> str:
    one = is_one_region(page)
    return {
        "region": _("Regionen") if one else _("Regionerna"),
        "region_cash": _("Regionen, bara kassan") if one else _("Regionerna, bara kassan"),
        "others": _("Andra regioner, kommuner och staten"),
        "patients": _("Patienterna"),
        "society": _("Samhället"),
    }[name]


PERSPECTIVE_NOTES: Mapping[str, Any] = {
    "region": gettext_lazy("pengar, frigjord tid och mer vård, med bidraget som inkomst"),
    "region_cash": gettext_lazy("bara kostnader, bidrag och pengar som kommer tillbaka"),
    "others": gettext_lazy("med bidraget som utgift för den som ger det"),
    "patients": gettext_lazy("patienternas egen tid och egna utgifter"),
    "society": gettext_lazy("allas konton; ett bidrag är en överföring och räknas inte"),
}
