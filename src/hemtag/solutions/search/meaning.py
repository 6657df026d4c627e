"""Likeness in meaning beside the words: off until HEMTAG_MEANING_MODEL names a folder with a model of static vectors.

The model is read from that folder and from nowhere else. The vectors lie in the index, under the model's own name, and
follow its stamp: what one model has written is never compared with another's.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from ..models import SearchPosting, Solution
from .keeping import Everything, Mask, stamp_now
from .packing import places_of
from .ranking import Scores

MEANING = "m"
"""The space of vectors, beside those of terms."""
PACKAGE, FILES = "model2vec", ("model.safetensors", "tokenizer.json", "config.json")
NEAREST, LEAST, SHARE = 20, 0.4, 0.75
"""At most so many are near a text: those at least so like it (cosine), and so like it beside the one most like it."""

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """What is asked of a model: a row of numbers for each text."""

    def encode(self, texts: list[str], /) -> NDArray[Any]: ...


@dataclass(frozen=True)
class Model:
    name: str
    encoder: Encoder

    def vectors(self, texts: Iterable[str]) -> NDArray[np.float32]:
        return unit(np.asarray(self.encoder.encode(list(texts)), np.float32))


def unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Rows of length 1; a row that says nothing stays empty."""
    clean = np.nan_to_num(rows.astype(np.float32), posinf=0, neginf=0)
    lengths = np.linalg.norm(clean, axis=1, keepdims=True)
    return np.divide(clean, lengths, out=np.zeros_like(clean), where=lengths > 0)


def nearest(likeness: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which of the rows are near; equals at the limit all come with, so that their order never matters."""
    rounded = np.round(likeness, 4)
    most = rounded.max(initial=0)
    limit = max(LEAST, SHARE * most)
    if len(rounded) > NEAREST:
        limit = max(limit, np.partition(rounded, -NEAREST)[-NEAREST])
    return np.flatnonzero(rounded >= limit)


# ---------------------------------------------------------------- the model


def fault(where: str) -> tuple[str, str]:
    """What keeps the setting from working and what to do about it; two empty ones when nothing does."""
    if not where:
        return "", ""
    folder = Path(where)
    if not folder.is_absolute() or not folder.is_dir():
        return (
            f"HEMTAG_MEANING_MODEL is {where}, which is not a folder on this machine.",
            "Write the full path of a folder that holds the model; nothing is fetched. See docs/howto/sok.md.",
        )
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        return (
            f"HEMTAG_MEANING_MODEL: {', '.join(missing)} is missing in {where}.",
            "Put a model there as model2vec saves it. See docs/howto/sok.md.",
        )
    if find_spec(PACKAGE) is None:
        return (
            f"HEMTAG_MEANING_MODEL is set, but the extra meaning is not installed ({PACKAGE} is missing).",
            "Install it: .verktyg/uv/bin/uv sync --locked --no-dev --inexact --extra meaning",
        )
    return "", ""


def model() -> Model | None:
    """The model that the setting names, if it can be used; else the words search alone."""
    return loaded(settings.MEANING_MODEL) if settings.MEANING_MODEL else None


@lru_cache(maxsize=1)
def loaded(where: str) -> Model | None:
    """Reads a model once in a process."""
    said, _hint = fault(where)
    if said:
        log.error("%s The catalogue is searched by words alone.", said)
        return None
    os.environ["HF_HUB_OFFLINE"] = "1"  # the package can fetch models by name; here it never may
    try:
        encoder = import_module(PACKAGE).StaticModel.from_pretrained(where)
    except Exception:
        log.exception("The model in %s cannot be read. The catalogue is searched by words alone.", where)
        return None
    return Model(_digest(Path(where)), encoder)


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for name in FILES:
        with (folder / name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:32]


# ---------------------------------------------------------------- the index


def vectors_of(solutions: Sequence[Solution]) -> dict[int, dict[tuple[str, str], int | bytes]]:
    """Each solution's vector as a term of the index: a signed byte per number, since only directions are compared."""
    used = model()
    if used is None or not solutions:
        return {}
    rows = used.vectors("\n".join((row.title, row.problem, row.summary)) for row in solutions)
    return {
        solution.pk: {(MEANING, used.name): np.rint(row / np.abs(row).max() * 127).astype(np.int8).tobytes()}
        for solution, row in zip(solutions, rows, strict=True)
        if row.any()
    }


@dataclass(frozen=True)
class Vectors:
    stamp: bytes
    name: str
    places: NDArray[np.int64]
    rows: NDArray[np.float32]


_kept: Vectors | None = None


def near(used: Model, text: str, known: Everything, seen: Mask) -> Scores:
    """How like a text each of the few that are near it is. Among those that are seen: what is hidden takes no place."""
    found = np.zeros(known.size, np.float32)
    wanted = used.vectors([text])[0]
    held = _vectors(used.name, known)
    if wanted.any() and len(held.places):
        likeness = np.where(seen[held.places], held.rows @ wanted, np.float32(0))
        close = nearest(likeness)
        found[held.places[close]] = likeness[close]
    return found


def _vectors(name: str, known: Everything) -> Vectors:
    global _kept
    if _kept is not None and (_kept.stamp, _kept.name) == (known.stamp, name):
        return _kept
    made = _read(name, known)
    if known.number and not len(made.places):
        log.warning("The index holds no vectors of the model that HEMTAG_MEANING_MODEL names: run manage.py reindex.")
    if known.stamp and known.stamp == stamp_now():
        _kept = made
    return made


def _read(name: str, known: Everything) -> Vectors:
    places, rows = [np.zeros(0, np.int64)], []
    held = SearchPosting.objects.filter(space=MEANING, term=name).order_by("block")
    for block, at, numbers in held.values_list("block", "places", "weights"):
        where = places_of(at, block)
        there = where < known.size  # without what another has added since everything was read
        places.append(where[there])
        read = np.frombuffer(numbers, np.int8).reshape(len(where), -1)[there].astype(np.float32)
        read /= np.linalg.norm(read, axis=1, keepdims=True)  # none is empty: those are not written
        rows.append(read)
    return Vectors(
        known.stamp, name, np.concatenate(places), np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)
    )
