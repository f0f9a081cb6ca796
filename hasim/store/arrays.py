"""Tuples of numpy arrays as bytes and back.

Theory of operation: the bytes are those of an ``.npz`` file, a ZIP archive whose members have
checksums, so that a damaged value is seen. It is compressed, as histograms are mostly zeros. The
list of members has no checksum: one whose length is damaged takes those that follow for its own
comment or extra field, of which numpy writes neither.

Rules of this file: no pickle is ever written or read; a study may come from anybody.
"""

from __future__ import annotations

import io
import zlib
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]

#: What numpy and zipfile raise for bytes that are no such archive.
_DAMAGES = (BadZipFile, EOFError, KeyError, OSError, RuntimeError, ValueError, zlib.error)


def pack_arrays(arrays: Arrays) -> bytes:
    """Return arrays as bytes.

    Parameters
    ----------
    arrays : tuple of ndarray
        Of numbers or fixed text.
    """
    assert not any(one.dtype.hasobject for one in arrays), "an array of objects in a result"
    packed = io.BytesIO()
    np.savez_compressed(packed, *arrays)
    return packed.getvalue()


def unpack_arrays(packed: bytes) -> Arrays | None:
    """Return the arrays that bytes hold; None where these are damaged."""
    if not packed.startswith(b"PK"):
        return None
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
            if any(member.comment or member.extra for member in archive.zip.infolist()):
                return None
            return tuple(archive[f"arr_{place}"] for place in range(len(archive.files)))
    except _DAMAGES:
        return None
