"""How kernels are compiled and where the result is kept.

Rules of this file: every kernel in this room is decorated by `kernel`, `shared` or `inline`,
never by numba directly. numba does not notice that a helper in another file has changed, so
compiled code lives in a folder named after a hash of all sources of this room.
"""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding  # type: ignore[import-untyped]
import numba
from numba.cpython.unsafe.numbers import trailing_zeros

_ROOM = Path(__file__).parent


def _source_hash() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_ROOM.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _candidates() -> list[Path]:
    chosen = os.environ.get("HASIM_CACHE_DIR")
    base = os.environ.get("XDG_CACHE_HOME")
    home = Path(base) if base else Path.home() / ".cache"
    shared = (
        Path(tempfile.gettempdir()) / f"hasim-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    )
    return ([Path(chosen)] if chosen else []) + [home / "hasim", shared]


def _first_writable(folders: list[Path]) -> Path:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="hasim-"))


CACHE = _first_writable(_candidates()) / f"kernels-{_source_hash()}"
_numba: Any = numba
_numba.config.CACHE_DIR = str(CACHE)


def _leave_scipy_alone() -> None:
    """Load the part of numba that looks for BLAS without finding it there and then.

    The look imports half of scipy, a tenth of a short run, only to be able to tell later that there
    is none. Whoever compiles a matrix product finds BLAS all the same: numba asks again.
    """
    import numba.np.linalg as linalg

    look: Any = linalg.ensure_blas
    linalg.ensure_blas = lambda: None
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = look


_leave_scipy_alone()

# The walk through the tournament tree chooses without a branch, which can only be guessed wrong
# half the time. LLVM makes branches of such choices in loops unless told not to: twice the time of
# an event with a thousand components.
if platform.machine() in ("x86_64", "AMD64"):
    llvmlite.binding.set_option("hasim", "-x86-cmov-converter=false")


def kernel(function: Callable[..., Any]) -> Any:
    """Compile an entry point: cached on disk, without the GIL.

    Kernels neither make nor keep arrays, so reference counting is off: with it, every helper that
    is handed the workspace counted each of its arrays up and down, two hundred times the cost of
    an event.
    """
    return _numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)


def shared(function: Callable[..., Any]) -> Any:
    """Compile a function into its callers that can also be called from Python."""
    return _numba.njit(cache=True, forceinline=True, error_model="numpy", _nrt=False)(function)


def inline(function: Callable[..., Any]) -> Any:
    """Compile a helper into its callers only."""
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    return _numba.njit(forceinline=True, error_model="numpy", **options)(function)


@inline
def lowest_bit(word):
    """Place of the lowest bit that is set; undefined for 0."""
    return trailing_zeros(word)  # type: ignore[call-arg]  # numba gives the first argument


def is_allowed() -> bool:
    """Whether numba compiles at all; NUMBA_DISABLE_JIT turns it off."""
    return not _numba.config.DISABLE_JIT


def is_ready(variant: str) -> bool:
    """Whether this installation has compiled `variant` before."""
    return (CACHE / f"{variant}.ready").exists()


def mark_ready(variant: str) -> None:
    """Remember that `variant` is in the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / f"{variant}.ready").touch()
