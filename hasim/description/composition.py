"""The parts of a model put together: files that it includes, parameters, stamps, settings.

Theory of operation
-------------------
First the files are merged, then parameters and stamps are used up. A setting of the command line
falls between: one of a parameter or a stamp counts before these are used up, any other after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hasim.description.draft import Draft, Expansion, Value, set_value
from hasim.description.expansion import expanded
from hasim.description.inclusion import included
from hasim.errors import ModelError


def composed(draft: Draft) -> Draft:
    """The draft without includes, parameters and stamps; itself if it has none."""
    return expanded(included(draft))


def with_settings(draft: Draft, settings: Iterable[tuple[str, Value]]) -> Draft:
    """The composed draft with other values at some keys.

    Parameters
    ----------
    draft : Draft
        As it was read.
    settings : iterable of (str, Value)
        Keys as `set_value` takes them, and their values. What a stamp makes can be set by its
        full name, ``components.eu-web.replicas``.

    Raises
    ------
    ModelError
        If a key leads nowhere; the findings are those about the model, too.
    """
    phases: dict[str, list[tuple[str, Value]]] = {"include": [], "parameters": [], "": []}
    for key, value in settings:
        first = key.partition(".")[0].partition("[")[0]
        phase = "parameters" if first == "stamps" else first
        phases[phase if phase in phases else ""].append((key, value))
    draft = included(_with_all(draft, phases["include"]))
    draft = composed(_with_all(draft, phases["parameters"]))
    final = draft if draft.expansion else replace(draft, expansion=Expansion())
    return _with_all(final, phases[""])


def _with_all(draft: Draft, settings: Iterable[tuple[str, Value]]) -> Draft:
    for key, value in settings:
        try:
            draft = set_value(draft, key, value)
        except ModelError as error:
            errors = [finding for finding in draft.findings if finding.severity == "error"]
            raise ModelError([*errors, *error.findings]) from error
    return draft
