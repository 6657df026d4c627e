"""What a case's codes are called on the pages."""

from django.utils.translation import gettext_lazy as _

EVIDENCE = {
    "measured": _("Uppmätt"),
    "literature": _("Litteratur"),
    "expert": _("Sakkunnig bedömning"),
    "assumption": _("Antagande"),
}
KINDS = {
    "cost": _("Kostnad"),
    "grant": _("Bidrag"),
    "cash": _("Pengar i kassan"),
    "capacity": _("Frigjord kapacitet"),
    "care": _("Mer vård"),
    "quality": _("Kvalitet"),
}
USES = {"cash": _("i kassan"), "capacity": _("annat arbete"), "care": _("mer vård")}
ACCOUNTS = {
    "region": _("Regionen"),
    "other_regions": _("Andra regioner"),
    "municipalities": _("Kommunerna"),
    "state": _("Staten"),
    "patients": _("Patienterna"),
}
FORMS = {
    "more_care": _("Mer vård"),
    "fewer_resources": _("Mindre resurser"),
    "higher_quality": _("Högre kvalitet"),
}
HORIZONS = {"direct": _("Direkt"), "enabling": _("Möjliggörande"), "long_term": _("Långsiktig")}
