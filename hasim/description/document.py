"""From a file to a System in one step."""

from __future__ import annotations

from pathlib import Path

from hasim.description.resolution import resolve
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
