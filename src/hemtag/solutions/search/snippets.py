"""A few words around what was found, with what was found marked: text only, the template makes the marks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .words import tokens

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*\s*")
LONGEST = 220


@dataclass(frozen=True)
class Piece:
    text: str
    found: bool = False


def pieces(text: str, terms: Collection[str]) -> list[Piece]:
    """The text in pieces, those that hold a word that was searched for marked."""
    made: list[Piece] = []
    at = 0
    for token in tokens(text):
        if token.whole in terms or any(part in terms for part in token.parts):
            if token.start > at:
                made.append(Piece(text[at : token.start]))
            made.append(Piece(text[token.start : token.end], found=True))
            at = token.end
    if at < len(text):
        made.append(Piece(text[at:]))
    return made


def snippet(texts: Collection[str], terms: Collection[str]) -> list[Piece]:
    """The sentence with most of the words, the first of the first text when none has any."""
    best: list[Piece] = []
    most = -1
    for text in texts:
        for match in SENTENCE.finditer(text):
            row = pieces(_cut(match.group().strip()), terms)
            found = len({piece.text.casefold() for piece in row if piece.found})
            if found > most:
                best, most = row, found
    return best


def _cut(sentence: str) -> str:
    if len(sentence) <= LONGEST:
        return sentence
    return sentence[:LONGEST].rsplit(" ", 1)[0] + " …"
