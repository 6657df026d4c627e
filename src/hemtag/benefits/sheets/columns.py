"""The sheets that are filled in: their columns and words. Part of the file format, so always in Swedish.

The words are the ones regional economists know from calculations of benefit with a low and a high value per line:
financial benefit is collected in money, redistribution benefit is valued in money and collected otherwise.
"""

from __future__ import annotations

from ..values import CONSTANT, KEPT, LIMITS, PERCENTILES

GUIDE, CASE, LINES, INPUTS, DATA = "Läs mig", "Fall", "Rader", "Indata", "Data"
HEAD_ROW = 2  # the third row: a title and a sentence stand above
FIRST_ROW = HEAD_ROW + 1
MOST_ROWS = 2_000

NAME, CATEGORY, WHO, UNIT, LOW, LIKELY, HIGH, WAY = (
    "Namn", "Kategori", "Intressent", "Enhet", "Lågt", "Troligt", "Högt", "Lågt och högt är",
)  # fmt: skip
FROM, TO, APPLIES, SOURCE, DATE, JUDGED, EVIDENCE, KEY = (
    "Från år", "Till år", "Gäller", "Källa", "Datum", "Bedömt av", "Osäkerhetsslag", "Nyckel",
)  # fmt: skip
LINE_COLUMNS = (
    NAME, CATEGORY, WHO, UNIT, LOW, LIKELY, HIGH, WAY, FROM, TO, APPLIES, SOURCE, DATE, JUDGED, EVIDENCE, KEY,
)  # fmt: skip
INPUT_COLUMNS = (NAME, UNIT, LOW, LIKELY, HIGH, WAY, SOURCE, DATE, JUDGED, EVIDENCE, KEY)
NEEDED_LINE_COLUMNS = (NAME, CATEGORY, UNIT, LOW, HIGH)

CATEGORIES = {
    "kostnad": "cost",
    "bidrag": "grant",
    "finansiell nytta": "cash",
    "omfördelningsnytta": "capacity",
    "mer vård": "care",
    "kvalitativ nytta": "quality",
}
STAKEHOLDERS = {
    "regionen": "region",
    "andra regioner": "other_regions",
    "kommunerna": "municipalities",
    "staten": "state",
    "patienterna": "patients",
}
EVIDENCES = {
    "uppmätt": "measured",
    "litteratur": "literature",
    "expertbedömning": "expert",
    "antagande": "assumption",
}
WAYS = {
    "5- och 95-percentil": PERCENTILES,
    "yttersta gränser": LIMITS,
    "bestämt tal": CONSTANT,
    "som i kalkylen": KEPT,
}
EVERY, SHARED = "varje region", "delas lika"
MONEY_UNITS = ("kr/år", "tkr/år", "Mkr/år", "kr", "tkr", "Mkr")

CASE_NAME, FIRST_YEAR, YEARS, PRICE_YEAR, RATE = (
    "Kalkylens namn", "Första år", "Antal år", "Prisår", "Diskonteringsränta",
)  # fmt: skip
CASE_FIELDS = {
    CASE_NAME: "name",
    FIRST_YEAR: "first_year",
    YEARS: "years",
    PRICE_YEAR: "price_year",
    RATE: "discount_rate",
}
REGION_HEAD = "Regioner som ingår"
CHUNK = 30_000  # a cell holds 32 767 characters


def word_of(words: dict[str, str], key: str) -> str:
    return next(word for word, one in words.items() if one == key)
