"""`python -m hasim.app run SCRIPT`: Streamlit's command, which also gets ready what pages need.

Theory of operation: who opens the first page waits for whatever it imports and draws. So that is
done in a thread as soon as the server is there, while the browser still loads what shows a page.
Streamlit looks through all objects for rubbish after each run of a page, a tenth of a second for
the half million that modules hold; so these are taken out of it.

Rules of this file: a page does not count on any of it.
"""

from __future__ import annotations

import gc
import threading
import time
from importlib import import_module

from streamlit import runtime
from streamlit.web.cli import main as run_streamlit

#: Seconds between two looks for the server.
_BETWEEN = 0.05

#: What pages import when they need it, those first that are needed first.
_NEEDED = (
    "hasim.description.sketch",
    "hasim.reporting.canvas",
    "pandas",
    "pyarrow",
    "hasim.reporting.picture_colours",
    "hasim.reporting.incidents",
)


def main() -> None:
    """Run the server."""
    threading.Thread(target=_get_ready, daemon=True, name="hasim-ready").start()
    run_streamlit(prog_name="hasim app")


def _get_ready() -> None:
    """Import the pages in the order of the menu, draw the gallery, import what is needed later."""
    while not runtime.exists():
        time.sleep(_BETWEEN)
    from hasim.app.shell import PAGES
    from hasim.app.thumbnails import draw
    from hasim.description.gallery import FOLDER, examples

    first, *others = (f"hasim.app.views.{name}" for name in PAGES)
    import_module(first)
    for example in next(iter(examples().values())):
        draw(example.text, FOLDER)
    for name in (*others, *_NEEDED):
        import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
