"""Collects the Swedish source strings and keeps the English translation: no GNU gettext needed.

    python scripts/messages.py           update locale/en/LC_MESSAGES/django.po and compile django.mo
    python scripts/messages.py --check   exit 1 when a string is missing, obsolete, fuzzy, untranslated, when a
                                         placeholder differs, or when django.mo is not what django.po compiles to
    python scripts/messages.py --todo    print what waits for a translator, as JSON {source: ""} or {source: ["", ""]}
    python scripts/messages.py --fill F  put the translations of such a JSON file in their places, then update

Swedish needs no catalogue: it is the language of the source. LANGUAGES below names the others.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en",)
HEADER = """\
# English translation of Hemtag. The source language is Swedish.
# Licensed under the EUPL-1.2.
"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([^)]+\)[#0\- +]*[\d.]*[diouxXeEfFgGcrsa]|%[sd]|\{[^{}]*\}")

Found = tuple[str | None, tuple[str, ...]]  # (context, (singular,) or (singular, plural))


def sources(root: Path) -> Iterator[Path]:
    for path in sorted((root / "src").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path
    for suffix in ("html", "txt", "svg", "typ"):
        yield from sorted((root / "templates").rglob(f"*.{suffix}"))


def strings_in(path: Path) -> Iterator[tuple[int, Found]]:
    """Each marked string of one file with its line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into something like Python; its indentation means nothing.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for line, function, arguments, _comments in extract_python(
        BytesIO(text.encode()), KEYWORDS.keys(), [], {"encoding": "utf-8"}
    ):
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        places = KEYWORDS[function] or (1,)
        context, words = None, []
        for place in places:
            index = (place[0] if isinstance(place, tuple) else place) - 1
            if index >= len(given) or not given[index]:
                break  # not a literal: the string is marked where it is written
            if isinstance(place, tuple):
                context = given[index]
            else:
                words.append(given[index])
        else:
            yield line, (context, tuple(words))


def extract(root: Path) -> Catalog:
    catalogue = Catalog(project="Hemtag", charset="utf-8", fuzzy=False)
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        for line, (context, words) in strings_in(path):
            catalogue.add(words if len(words) > 1 else words[0], locations=[(name, line)], context=context)
    return catalogue


def read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="Hemtag", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def key(message: Message) -> Found:
    return message.context, tuple(message.id) if isinstance(message.id, (list, tuple)) else (message.id,)


def translations(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def as_po(template: Catalog, old: Catalog, language: str) -> bytes:
    """The catalogue with exactly today's strings, in a fixed order and without moments: same source, same bytes."""
    known = {key(message): message for message in old if message.id}
    new = Catalog(locale=language, charset="utf-8", fuzzy=False, header_comment=HEADER)
    for message in sorted((m for m in template if m.id), key=lambda m: (key(m)[1], key(m)[0] or "")):
        before = known.get(key(message))
        new.add(
            message.id,
            string=before.string if before else "",
            locations=sorted({(place, None) for place, _line in message.locations}),
            flags=(message.flags - {"fuzzy"}) | ({"fuzzy"} if before and before.fuzzy else set()),
            user_comments=before.user_comments if before else (),
            context=message.context,
        )
    out = BytesIO()
    write_po(out, new, width=110, omit_header=True, include_lineno=False)
    plural = f"nplurals={new.num_plurals}; plural={new.plural_expr};"
    head = (
        f'{HEADER}msgid ""\nmsgstr ""\n"Project-Id-Version: Hemtag\\n"\n"Language: {language}\\n"\n'
        f'"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {plural}\\n"\n\n'
    )
    return (head + out.getvalue().decode().strip()).rstrip().encode() + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    # The header carries moments; fixed ones make the file the same every time.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def faults(template: Catalog, catalogue: Catalog) -> list[str]:
    wanted = {key(message): message for message in template if message.id}
    have = {key(message): message for message in catalogue if message.id}
    out = [f"missing: {found[1][0]!r} ({places(wanted[found])})" for found in wanted.keys() - have.keys()]
    out += [f"obsolete: {words[0]!r}" for _context, words in have.keys() - wanted.keys()]
    out += [f"obsolete: {message.id!r}" for message in catalogue.obsolete.values()]
    for found, message in have.items():
        source = found[1]
        if message.fuzzy:
            out.append(f"fuzzy: {source[0]!r}")
        if not all(translations(message)):
            out.append(f"untranslated: {source[0]!r} ({places(message)})")
            continue
        for number, translation in enumerate(translations(message)):
            original = source[min(number, len(source) - 1)]
            if "python-format" in message.flags or "%(" in original:
                wants, has = sorted(PLACEHOLDER.findall(original)), sorted(PLACEHOLDER.findall(translation))
                # A singular may spell out its number.
                if wants != has and not (len(source) > 1 and number == 0 and set(has) <= set(wants)):
                    out.append(f"placeholders differ: {original!r} → {translation!r}")
    return sorted(out)


def places(message: Message) -> str:
    return ", ".join(sorted({name for name, _line in message.locations})[:3])


def label(found: Found) -> str:
    """How a string is named to a translator: the source, after its context where it has one."""
    context, words = found
    return f"{context}\x04{words[0]}" if context else words[0]


def todo(root: Path, language: str) -> dict[str, str | list[str]]:
    """The strings without a translation; for a plural the list of its forms."""
    update(root)
    catalogue = read(root / "locale" / language / "LC_MESSAGES" / "django.po", language)
    empty = [message for message in catalogue if message.id and not all(translations(message))]
    return {label(key(m)): list(translations(m)) if len(key(m)[1]) > 1 else "" for m in empty}


def fill(root: Path, language: str, given: dict[str, str | list[str]]) -> list[str]:
    """Puts translations in their places; returns what has no place."""
    update(root)
    po = root / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue = read(po, language)
    places_of = {label(key(message)): message for message in catalogue if message.id}
    for name, words in given.items():
        if name in places_of:
            places_of[name].string = tuple(words) if isinstance(words, list) else words
            places_of[name].flags.discard("fuzzy")
    po.write_bytes(as_po(extract(root), catalogue, language))
    return sorted(set(given) - set(places_of))


def check(root: Path) -> list[str]:
    template, out = extract(root), []
    for language in LANGUAGES:
        po = root / "locale" / language / "LC_MESSAGES" / "django.po"
        mo = po.with_suffix(".mo")
        if not po.exists():
            out.append(f"{language}: there is no django.po")
            continue
        catalogue = read(po, language)
        out += [f"{language}: {fault}" for fault in faults(template, catalogue)]
        if not mo.exists() or mo.read_bytes() != compiled(catalogue):
            out.append(f"{language}: django.mo is not what django.po compiles to (run make messages)")
    return out


def update(root: Path) -> list[str]:
    template, out = extract(root), []
    for language in LANGUAGES:
        po = root / "locale" / language / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_bytes(as_po(template, read(po, language), language))
        catalogue = read(po, language)
        po.with_suffix(".mo").write_bytes(compiled(catalogue))
        out += [f"{language}: {fault}" for fault in faults(template, catalogue)]
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is not right")
    parser.add_argument("--todo", action="store_true", help="print what waits for a translator as JSON")
    parser.add_argument("--fill", type=Path, metavar="FILE", help="JSON of translations to put in their places")
    parser.add_argument("--language", default=LANGUAGES[0], choices=LANGUAGES)
    asked = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=True)  # templatize reads the tags' names only
    if asked.todo:
        print(json.dumps(todo(ROOT, asked.language), ensure_ascii=False, indent=0))
        return 0
    if asked.fill:
        for name in fill(ROOT, asked.language, json.loads(asked.fill.read_text(encoding="utf-8"))):
            print(f"no such string: {name!r}")
    left = check(ROOT) if asked.check else update(ROOT)
    for fault in left:
        print(fault)
    if left:
        print(f"{len(left)} strings are not right yet.")
    return 1 if left and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
