"""From a file to a System in one step."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hasim.description.resolution import resolve
from hasim.description.space import Space, read_space
from hasim.description.variants import read_variation
from hasim.description.yaml_file import read_model
from hasim.system import System


def load(path: str | Path) -> System:
    """The complete system that a model file describes.

    Parameters
    ----------
    path : str or Path
        A file in the model language.

    Returns
    -------
    System
        With all defaults filled in; what is doubtful about the model is in its ``warnings``.

    Raises
    ------
    ModelError
        With all that is wrong, each with its place in the file.
    """
    return resolve(read_model(path))


def load_space(path: str | Path, vary: Iterable[str] = ()) -> Space:
    """All designs that a model file declares, to find the cheapest among.

    Parameters
    ----------
    path : str or Path
        A file in the model language, with ``options``.
    vary : iterable of str
        More options, such as ``components.web.replicas=4,5,6``.

    Returns
    -------
    Space

    Raises
    ------
    ModelError
        With all that is wrong, each with its place in the file.
    InputError
        Where there is nothing to choose, or a variation cannot be read.
    """
    return read_space(read_model(path), [read_variation(text) for text in vary])
