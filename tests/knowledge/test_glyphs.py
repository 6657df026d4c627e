"""What can be set in an archived document, and what becomes of the rest."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator

import pytest
import typst
from pypdf import PdfReader

from hemtag.knowledge.glyphs import HELD, settable
from hemtag.knowledge.pdf import typeset

MINUTES = {
    "region": "Region Skåne",
    "date": [2026, 4, 20],
    "body": "Regionstyrelsen",
    "day": "20 april 2026",
    "reference": "RS 1",
    "paragraph": "§ 1",
}


def held() -> Iterator[str]:
    for first, last in HELD:
        for point in range(first, last + 1):
            if unicodedata.category(chr(point)) not in {"Cn", "Co", "Cs"}:
                yield chr(point)


def set_text(*texts: str) -> str:
    content = typeset("web/demo_minutes.typ", {**MINUTES, "applications": list(texts)})
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_every_character_that_is_said_to_be_held_can_be_set() -> None:
    characters = list(held())
    assert len(characters) > 3000
    rows = [" ".join(characters[start : start + 60]) for start in range(0, len(characters), 60)]
    assert settable(rows)
    text = set_text(*rows)
    assert all(each in text for each in "åäöÅÄÖéŧß→≥½€№✓")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Nytt 😀 sätt", "Nytt [grinning face] sätt"),
        ("vård 中", "vård [cjk unified ideograph-4e2d]"),
        ("x\ue000y", "x[u+e000]y"),
        ("a\x00b\x07c", "abc"),
        ("a\ufeffb", "ab"),
        ("a\u0308 å", "ä å"),
        ("rad\r\nrad\tx", "rad\nrad\tx"),
        ("#set text(red) *fet* <script> $x$ \\u{1}", "#set text(red) *fet* <script> $x$ \\u{1}"),
    ],
)
def test_what_no_font_holds_is_written_with_its_name(written: str, read: str) -> None:
    assert settable(written) == read
    assert settable({"a": [written, 1, None]}) == {"a": [read, 1, None]}


def test_a_document_with_an_emoji_is_set_and_says_so() -> None:
    text = "".join(set_text("En åtgärd 😀 #strong[x]").split())
    assert "Enåtgärd[grinningface]#strong[x]" in text


def test_the_typesetter_refuses_what_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the naming is there: without it one character stops the whole document."""
    monkeypatch.setattr("hemtag.knowledge.pdf.settable", lambda data: data)
    with pytest.raises(typst.TypstError):
        set_text("En åtgärd 😀")
