"""The app as a test drives it: its own folder of studies, and requests that nobody takes."""

import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hasim.store import Shelf

APP = Path(__file__).resolve().parents[2] / "app.py"


@pytest.fixture(autouse=True)
def main_module():
    """A script that AppTest runs takes the place of this program, which processes start from."""
    kept = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = kept


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """The studies of an app that is started anew, and has no workers."""
    monkeypatch.setenv("HASIM_APP_STUDIES", str(tmp_path / "studies"))
    monkeypatch.delenv("HASIM_APP_MODEL", raising=False)
    monkeypatch.setenv("HASIM_APP_WORKERS", "0")
    st.cache_resource.clear()
    yield Shelf(tmp_path / "studies")
    st.cache_resource.clear()


@pytest.fixture
def app(shelf):
    """The app at its first page, not yet run."""
    return AppTest.from_file(str(APP), default_timeout=20)
