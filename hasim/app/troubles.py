"""What goes wrong on a page, told where it happens, so that the rest of the page stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from hasim.app.exhibition import plain
from hasim.errors import HasimError, InputError, ModelError


@contextmanager
def told() -> Iterator[None]:
    """Tell whatever hasim raises on purpose as one message in the place where it is raised."""
    try:
        yield
    except ModelError as error:
        st.error("This is no model yet.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
    except InputError as error:
        advice = f" Next: {error.next_step}." if error.next_step else ""
        st.error(plain(f"{_sentence(error.found)}{advice}"), icon=":material/error:")
    except HasimError as error:
        st.error(plain(_sentence(str(error))), icon=":material/error:")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
