"""Functions over arrays as machine code (numba)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

# What is compiled makes no array and never divides by nothing. So nobody needs to count who holds the arrays, which
# takes as long as the work itself, and sums may be taken in any order.
FAST: dict[str, Any] = {"_nrt": False, "fastmath": {"reassoc", "contract", "nsz", "arcp", "nnan"}}
INNER: dict[str, Any] = {**FAST, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: F) -> F:
    """The function as machine code, for others of the same kind to call."""
    return cast(F, numba.njit(**INNER)(function))


def kept(*others: ModuleType) -> Callable[[F], F]:
    """The function as machine code, kept beside its source or in the user's cache for the next time, until its own file,
    this one, or one of those that it takes functions from changes. Without a folder to keep it in it is compiled anew in
    every process."""

    def keep(function: F) -> F:
        files = [function.__code__.co_filename, __file__, *(str(other.__file__) for other in others)]
        try:
            made = numba.njit(cache=True, nogil=True, **FAST)(function)
        except RuntimeError:
            return cast(F, numba.njit(nogil=True, **FAST)(function))
        cache = getattr(made, "_cache", None)
        if cache is not None:  # the compiler itself looks at the age of the function's own file only
            cache._cache_file._source_stamp = sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
        return cast(F, made)

    return keep
