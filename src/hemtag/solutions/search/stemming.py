"""Snowball's Swedish stemmer, made to agree with itself on s and on words with their article."""

import re

from snowballstemmer.swedish_stemmer import SwedishStemmer

_stemmer = SwedishStemmer()
BEFORE_S = frozenset("bcdfghjklmnoprtvy")
DEFINITE = re.compile(r"(?:sk|gn|nn|ss|l[ls]|pp|kk|tt|st|rk|nk)an$|(?:iatr|og|af|urg|ap|om|log)in$")
"""Words in -a and -i with their article, which snowball leaves: sköterskan, psykiatrin."""


def stemmed(word: str) -> str:
    """ "ambulans" and "ambulanser" meet only when the s that is taken from one is taken from the other."""
    if len(word) > 6 and DEFINITE.search(word):
        word = word[:-1]
    made = str(_stemmer.stemWord(word)) or word
    return made[:-1] if len(made) > 4 and made[-1] == "s" and made[-2] in BEFORE_S else made
