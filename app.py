"""The app, for `streamlit run app.py`; `hasim app` starts the same."""

from hasim.app.shell import show_app

show_app()
