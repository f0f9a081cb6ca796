"""The names of widgets of a study and a draft, whatever those are called."""

from __future__ import annotations


def widget_name(*parts: object) -> str:
    """Return a name for a widget that no other parts have.

    Parameters
    ----------
    *parts : object
        What it is and what it is of.

    Notes
    -----
    Streamlit refuses components whose names have two underscores in a row, which identifiers of
    studies and names of drafts may have.
    """
    return "-".join(str(part).replace("_", "_.").replace("-", "_-") for part in parts)
