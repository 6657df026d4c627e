"""Makes data/search/ordled.txt, the parts that Swedish compounds are split into, from hunspell's sv_SE dictionary.

    .venv/bin/python scripts/wordlist.py /usr/share/hunspell/sv_SE.dic /usr/share/hunspell/sv_SE.aff

Kept are the forms that may stand first or in the middle of a compound (`<`) and the words that may stand last (`>`).
A word that is itself made of kept ones is left out: what is listed is what can not be split further.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from hemtag.solutions.search.stemming import stemmed

TARGET = Path(__file__).resolve().parents[1] / "data" / "search" / "ordled.txt"
PLAIN = re.compile(r"[a-zåäöé]{3,16}")
# A word that begins with one of these is another word, not a compound: undersökning is no kind of sökning.
PARTICLES = frozenset(
    re.findall(
        r"\w+",
        """
        an av be bi bort de dis efter emot en ent er fort fram för före från förbi genom hop i in inter kon med mellan
        miss mot ned ner ny om på re sam sub till trans under upp ut utan van vid åter över all arg ess ing ning het
        ens eri iska isk lig ligen sam bar are era ade ande ende arna erna orna ion tion else hets ist ast isk ant ent
        ist tel des ter per ler ner ser der ver
        """,
    )
)


def suffixes(path: Path) -> dict[str, list[tuple[str, str, str]]]:
    """The suffix rules that make first or middle forms: (what falls, what is added, the ending it holds for)."""
    rules: dict[str, list[tuple[str, str, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) >= 5 and words[0] == "SFX":
            added, _, flags = words[3].partition("/")
            if set(flags) & set("XU"):
                rules.setdefault(words[1], []).append((words[2], added.replace("0", ""), words[4]))
    return rules


def forms(dictionary: Path, rules: dict[str, list[tuple[str, str, str]]]) -> tuple[set[str], set[str]]:
    first, last = set(), set()
    for line in dictionary.read_text(encoding="utf-8").splitlines()[1:]:
        word, _, flags = line.partition("/")
        flags = flags.split()[0] if flags else ""
        if "%" in flags or "!" in flags or not PLAIN.fullmatch(word) or word in PARTICLES:
            continue
        if set(flags) & set("XU"):
            first.add(word)
        if "Y" in flags:
            last.add(word)
        for flag in flags:
            for falls, added, ending in rules.get(flag, ()):
                if re.search(f"(?:{ending})$", word):
                    made = (word if falls == "0" else word.removesuffix(falls)) + added
                    if PLAIN.fullmatch(made) and made not in PARTICLES:
                        first.add(made)
    return first, last


def simple(words: set[str], first: set[str], stems: set[str]) -> set[str]:
    """Those of the words that are no first form followed by a last word, of seven letters or more together."""

    def made_up(word: str) -> bool:
        return any(
            word[:cut] in first
            and len(word) - cut >= (3 if cut >= 4 else 4)
            and (word[cut:] in first or word[cut:] in stems or stemmed(word[cut:]) in stems)
            for cut in range(3, len(word) - 2)
        )

    return {word for word in words if not made_up(word)}


def main(dictionary: Path, affixes: Path) -> None:
    first, last = forms(dictionary, suffixes(affixes))
    stems = {stemmed(word) for word in last} | last
    first_kept, last_kept = simple(first, first, stems), simple(last, first, stems)
    kept_stems = {made for word in last_kept if len(made := stemmed(word)) >= 3}
    marks = dict.fromkeys(first_kept, "<")
    for word in kept_stems:
        marks[word] = marks.get(word, "") + ">"
    TARGET.write_text("".join(f"{word}{mark}\n" for word, mark in sorted(marks.items())), encoding="utf-8")
    print(f"{TARGET}: {len(first_kept)} first forms, {len(kept_stems)} last stems")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
