"""Where the drawing library is: Cytoscape.js, which Streamlit ships among its own static files.

Theory of operation
-------------------
Streamlit serves the folder `static` of its package under `/static`, and one file of it is a module
that holds all of Cytoscape.js. Its name ends in a hash that changes with its content, and its
export has a name that a minifier chose. So the file is found by its pattern, and the canvas takes
the export that has a `version`. It is a private matter of Streamlit: the version is pinned in
pyproject.toml, and a test fails when file, export or version moves.
"""

from functools import cache
from pathlib import Path

import streamlit as st

PATTERN = "static/static/js/cytoscape.esm.*.js"


@cache
def library_file() -> Path:
    """Return the file of Cytoscape.js in the installed Streamlit.

    Raises
    ------
    FileNotFoundError
        If there is none, or more than one.
    """
    package = Path(st.__file__).parent
    match sorted(package.glob(PATTERN)):
        case [file]:
            return file
        case files:
            raise FileNotFoundError(
                f"{package}: {len(files)} files match {PATTERN}, expected 1; "
                'install the Streamlit that hasim is made for: pip install "hasim[app]"'
            )


def library_address() -> str:
    """Return the path of Cytoscape.js on the server that shows the page."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/static/js/{library_file().name}"
