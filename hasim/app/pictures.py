"""Pictures on a page.

Theory of operation: Streamlit takes SVG out of the HTML that it is given, but shows it as an image.
As such nothing in it can act, and it needs no request of its own.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st


def show_svg(svg: str, alt: str, kind: str) -> None:
    """Show a picture.

    Parameters
    ----------
    svg : str
    alt : str
        What it shows, for those who do not see it.
    kind : str
        Its class in style.css.
    """
    data = b64encode(svg.encode()).decode()
    st.html(f'<img class="{kind}" alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}">')
