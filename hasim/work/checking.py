"""Requests before a worker takes them: mistakes are told at once where they were made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hasim.description.known import know
from hasim.errors import ModelError
from hasim.store import models_in

if TYPE_CHECKING:
    from hasim.description.known import Known


def check_request(kind: str, arguments: Mapping[str, Any]) -> None:
    """Refuse what no worker could answer.

    Parameters
    ----------
    kind : str
        Of the request.
    arguments : mapping
        As a worker takes them.

    Raises
    ------
    ModelError
        Where a model has mistakes, with all of them; or has nothing that can be chosen.
    InputError
        Where a target, or a variation, cannot be meant.
    """
    for model in models_in(arguments):
        known = know(model["text"], Path(model["folder"]) if model["folder"] else None)
        if known.checked.system is None:
            raise ModelError(known.checked.errors)
        if kind == "size":
            _check_sizing(known, arguments)
        elif "vary" in arguments:
            _check_varying(known, arguments)


def _check_varying(known: Known, arguments: Mapping[str, Any]) -> None:
    from hasim.description.variants import check_variations, read_variation

    check_variations(known.draft, [read_variation(text) for text in arguments["vary"]])


def _check_sizing(known: Known, arguments: Mapping[str, Any]) -> None:
    from hasim.description.space import read_space
    from hasim.description.variants import read_variation
    from hasim.planner.sizing.aims import read_aims

    read_space(known.draft, [read_variation(text) for text in arguments.get("vary", ())])
    assert known.checked.system is not None
    read_aims(arguments.get("targets", ()), known.checked.system)
