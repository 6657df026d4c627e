"""Every page in both languages: the catalogue holds exactly the strings of the source, translated and compiled."""

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_english_is_complete_and_compiled(messages):
    assert messages.LANGUAGES == ("en",)
    left = messages.check(ROOT)
    assert not left, f"{len(left)} strings (run make messages, then translate):\n" + "\n".join(left[:40])


def tree(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_html", ".html").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_strings_are_found_in_code_and_templates(messages, tmp_path):
    root = tree(
        tmp_path,
        src__a_py="from x import gettext as _\n_('Ett beslut')\nngettext('%(n)s rad', '%(n)s rader', 2)\n",
        templates__b_html="""{% load i18n %}
          {% if x %}<p title="{% translate 'Sök' %}">it's</p>{% endif %}
        {% blocktranslate trimmed count n=n %}{{ n }} ansökan
          kvar{% plural %}{{ n }} ansökningar kvar{% endblocktranslate %}
            {% translate "Öppen" context "fönster" %}""",
    )
    found = {messages.key(message) for message in messages.extract(root) if message.id}
    assert found == {
        (None, ("Ett beslut",)),
        (None, ("%(n)s rad", "%(n)s rader")),
        (None, ("Sök",)),
        (None, ("%(n)s ansökan kvar", "%(n)s ansökningar kvar")),
        ("fönster", ("Öppen",)),
    }


def test_each_fault_is_told(messages, tmp_path):
    root = tree(tmp_path, src__a_py="_('Kvar')\n_('Borta')\n_('Nytt för %(namn)s')\n")
    messages.update(root)
    po = root / "locale/en/LC_MESSAGES/django.po"
    text = po.read_text(encoding="utf-8")
    text = text.replace('msgid "Kvar"\nmsgstr ""', 'msgid "Kvar"\nmsgstr "Left"')
    text = text.replace('%(namn)s"\nmsgstr ""', '%(namn)s"\nmsgstr "New for %(name)s"')
    po.write_text(text, encoding="utf-8")
    (root / "src" / "a.py").write_text(
        "_('Kvar')\n_('Nytt för %(namn)s')\n_('Tillagt')\n_('Otolkat')\n", encoding="utf-8"
    )
    told = "\n".join(messages.check(root))
    assert "missing: 'Tillagt'" in told
    assert "obsolete: 'Borta'" in told
    assert "placeholders differ: 'Nytt för %(namn)s'" in told
    assert "django.mo is not what django.po compiles to" in told
    assert "'Kvar'" not in told
    messages.update(root)
    told = "\n".join(messages.check(root))
    assert "untranslated: 'Tillagt' (src/a.py)" in told
    assert "Borta" not in told
    assert "django.mo" not in told


def test_a_missing_catalogue_is_told(messages, tmp_path):
    assert messages.check(tree(tmp_path, src__a_py="")) == ["en: there is no django.po"]


def test_a_fuzzy_translation_is_told(messages):
    template, catalogue = Catalog(), Catalog(locale="en")
    template.add("Kvar")
    catalogue.add("Kvar", string="Left", flags={"fuzzy"})
    assert messages.faults(template, catalogue) == ["fuzzy: 'Kvar'"]


def test_a_translator_gets_what_waits_and_gives_it_back(messages, tmp_path):
    root = tree(tmp_path, src__a_py="_('Sök')\nngettext('%(n)s rad', '%(n)s rader', 2)\npgettext('dörr', 'Öppen')\n")
    waiting = messages.todo(root, "en")
    assert waiting == {"Sök": "", "%(n)s rad": ["", ""], "dörr\x04Öppen": ""}
    given = {"Sök": "Search", "%(n)s rad": ["%(n)s row", "%(n)s rows"], "dörr\x04Öppen": "Open", "Annat": "Other"}
    assert messages.fill(root, "en", given) == ["Annat"]
    messages.update(root)
    assert messages.todo(root, "en") == {}
    assert messages.check(root) == []


def test_same_source_gives_the_same_bytes(messages, tmp_path):
    root = tree(tmp_path, src__a_py="_('Två')\n_('Ett')\n")
    folder = root / "locale/en/LC_MESSAGES"
    messages.update(root)
    first = [(folder / name).read_bytes() for name in ("django.po", "django.mo")]
    messages.update(root)
    assert [(folder / name).read_bytes() for name in ("django.po", "django.mo")] == first
