"""A name for a new model from what somebody typed: one that the language and editors take."""

from __future__ import annotations

from hasim.description.reading import MAX_TEXT

#: Words that editors take for no text, as YAML 1.1 or 1.2 does.
_NO_TEXTS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


def model_name(typed: str) -> str:
    """Return a name of the language that is as near as can be to what was typed."""
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in typed)
    name = name.strip("-")
    name = f"model-{name}" if not name or name.isdigit() else name
    return name[:MAX_TEXT].rstrip("-")


def quoted(name: str) -> str:
    """Return a name as YAML takes it for a text: quoted where it could be something else."""
    is_text = name[0].isalpha() and name.lower() not in _NO_TEXTS
    return name if is_text else f'"{name}"'


def blank_model(name: str) -> str:
    """Return the text of a model in which there is nothing yet.

    Parameters
    ----------
    name : str
        As `model_name` gives it.
    """
    return f"language: 1\nname: {quoted(name)}\n"
