"""The English pages are English: nothing is untranslated, and what reads the same in both languages is what people wrote.

Every page is read in both languages, with the people and at the stages where the browser's tests read it.
"""

import re
from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django
import pytest
import pytest_django
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from tests import databases
from tests.browser.pages import PAGES, Seen

STAGES = sorted({seen.stage for views in PAGES.values() for seen in views})
# What is read aloud or shown though it is no text of the page.
SPOKEN = ("aria-label", "title", "alt", "placeholder")
SILENT = {"script", "style", "template"}
EMPTY = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
    "use",
    "path",
    "rect",
    "circle",
}
# Names that are the same in every language and stand in no table: programs, licences, languages, file formats, what
# the records systems of the regions are called, the style page's people.
NAMES = {
    "Hemtag",
    "hemtag",
    "highs",
    "numba",
    "python",
    "Svenska",
    "English",
    "Excel",
    "JSON",
    "ZIP",
    "Apache",
    "EUPL",
    "MIT",
    "MPL",
    "Mozilla Public License",
    "Minimal",
    "Cosmic",
    "Melior",
    "Millennium",
    "NCS Cross",
    "SystemCross",
    "TakeCare",
    "Anna Berg",
    "Karin Åkesson",
    "check.py",
    "result.json",
    "round.json",
}


class Untranslated(NullTranslations):
    """Stands behind the English catalogue, where all that it lacks arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.met: set[str] = set()

    def gettext(self, message: str) -> str:
        self.met.add(message)
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        self.met.add(singular)
        return singular if number == 1 else plural


class Texts(HTMLParser):
    """The texts of a page, each as one string, without code and what says itself that it is in another language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        # What stands where people's own prose is shown, perhaps cut into the pieces that differ between two versions.
        self.quoted: set[str] = set()
        self.stated: set[str] = set()
        self.open: list[tuple[str, bool, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        is_code = tag == "code" or "code" in (given.get("class") or "").split()
        is_swedish = tag != "html" and given.get("lang") == "sv"
        unheard = tag in SILENT or is_code or is_swedish or self._unheard()
        is_prose = "prose" in (given.get("class") or "").split() or self._prose()
        if not unheard:
            self.found.update(self.clean(given[name]) for name in SPOKEN if given.get(name))
        if tag not in EMPTY:
            self.open.append((tag, unheard, is_prose))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._unheard():
            self.found.add(self.clean(data))
            (self.quoted if self._prose() else self.stated).add(self.clean(data))

    def _unheard(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def _prose(self) -> bool:
        return bool(self.open) and self.open[-1][2]

    @staticmethod
    def clean(text: str | None) -> str:
        return " ".join((text or "").split()).strip(" .,:;·•()–-")


@pytest.fixture
def untranslated() -> Iterator[Untranslated]:
    english = trans_real.translation("en")
    before, english._fallback = english._fallback, Untranslated()
    yield english._fallback
    english._fallback = before


@pytest.fixture
def demo(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[str]:
    """The demo round at a stage, on the day that it has come to."""
    path = databases.demo(tmp_path_factory, request.param)
    with django_db_blocker.unblock(), databases.used(path, tmp_path / "demo.sqlite3"):
        databases.move_in(path)
        yield request.param
    databases.move_out()


def _written(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _written(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _written(part)


def texts() -> Iterator[str]:
    """All that people and reference data have written."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    for model in apps.get_app_config("web").apps.get_models():
        if model.__module__.startswith("hemtag."):
            names = [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)]
            for row in model.objects.values_list(*names):
                for text in _written(row):
                    yield text
                    # Tables have no room for the word: "Region Gotland" stands there as "Gotland".
                    if text.startswith("Region "):
                        yield text.removeprefix("Region ")


def content() -> tuple[set[str], str]:
    """What is written, cut as a page's texts are, and as running text for pieces of it."""
    parts: set[str] = set()
    running: set[str] = set()
    for text in texts():
        running.add(" ".join(text.split()))
        for line in [text, *text.splitlines()]:
            parts.update(parts_of(Texts.clean(line)))
    return parts, "\n".join(running)


def django_own() -> set[str]:
    """What Django itself says: it writes in English, and its Swedish translation knows all of it."""
    path = Path(django.__file__).parent
    catalogues = [path / "conf", *(path / "contrib").iterdir()]
    known: set[str] = set()
    for room in catalogues:
        file = room / "locale" / "sv" / "LC_MESSAGES" / "django.mo"
        if file.exists():
            with file.open("rb") as opened:
                known |= {key if isinstance(key, str) else key[0] for key in GNUTranslations(opened)._catalog}
    return known


def parts_of(text: str) -> list[str]:
    """'1. Samordning, 2026-001 – Hemtag' → Samordning, Hemtag: the words between numbers and marks."""
    parts = re.split(r"\s[–·]\s|\s\(|[;,:()]\s|\b[\d/\u202f-]+\b[.%]?", text)
    return [part.strip() for part in parts if re.search(r"[^\W\d_]{2}", part)]


def read(seen: Seen, name: str, language: str) -> str:
    from hemtag.organisations.models import Membership

    client = Client(headers={"accept-language": language})
    if seen.role:
        member = Membership.objects.filter(role=seen.role, organisation__code=seen.code).order_by("pk").first()
        client.force_login(member.person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(reverse(name, args=seen.args()), follow=True)
    assert answer.status_code == 200, f"{name}: {answer.status_code}"
    assert answer.headers["Content-Language"] == language
    return answer.content.decode()


def alike(swedish: str, english: str, known: set[str], running: str = "") -> list[str]:
    """The texts that a page has in both languages though they are not `known` as content or as the same word.

    Where people's prose is shown a piece of `running` text is content too, and its beginning anywhere before "…".
    """
    told, read = Texts(swedish), Texts(english)
    pieces = {text for text in read.quoted - read.stated if text in running}
    pieces |= {text for text in read.found if text.endswith("…") and text.removesuffix("…").strip() in running}
    return sorted(text for text in (told.found & read.found) - pieces if not known.issuperset(parts_of(text)))


@pytest.mark.parametrize("demo", STAGES, indirect=True)
def test_every_page_is_english(demo: str, untranslated: Untranslated) -> None:
    # Some words are the same in English, as "region" and "block".
    same = NAMES | {str(words) for words in trans_real.translation("en")._catalog._catalogs[0].values()}
    written, running = content()
    day = Path(settings.VAR) / "demo_clock"
    today = day.read_text()
    faults: set[str] = set()
    for name, views in PAGES.items():
        for seen in views:
            if seen.stage != demo:
                continue
            with transaction.atomic():
                if seen.prepare:
                    seen.prepare()
                pages = read(seen, name, "sv"), read(seen, name, "en")
                new, new_running = content() if seen.prepare else (set(), "")
                transaction.set_rollback(True)
            day.write_text(today)
            left = alike(*pages, same | written | new, f"{running}\n{new_running}")
            faults.update(f"{name}: {text!r} reads the same in both languages" for text in left)
    faults.update(f"untranslated: {text!r}" for text in untranslated.met - django_own())
    assert not faults, "\n".join(sorted(faults))


def test_what_nobody_marked_is_seen() -> None:
    html = """<html lang="{language}"><nav aria-label="Huvudmeny"><a>{start}</a></nav><p>1. Samordning <b>Spara</b><br>
      <svg><path d=""/></svg><span lang="sv">Beslut</span> <code>sha</code> 28</p><p>Nytt block</p></html>"""
    pages = html.format(language="sv", start="Utlysningar"), html.format(language="en", start="Calls")
    assert alike(*pages, {"Samordning", "Block"}) == ["Huvudmeny", "Nytt block", "Spara"]


def test_a_piece_of_prose_is_content_only_where_prose_is_shown() -> None:
    html = """<html lang="{language}"><p class="prose">Bildtjänst <del>• Mall • Säker lagring</del> Spara <b>Mall</b></p>
      <p>säker lagring</p><p>Mall</p></html>"""
    pages = html.format(language="sv"), html.format(language="en")
    written = "Bildtjänst • Mall • Säker lagring och säker lagring"
    assert alike(*pages, set(), written) == ["Mall", "Spara", "säker lagring"]
    assert alike(*pages, set()) == ["Bildtjänst", "Mall", "Mall • Säker lagring", "Spara", "säker lagring"]


def test_a_missing_translation_is_met(db: None, untranslated: Untranslated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(trans_real.translation("en")._catalog._catalogs[0], "Om Hemtag")
    assert "Om Hemtag" in read(Seen(), "about", "en")
    assert untranslated.met - django_own() == {"Om Hemtag"}
