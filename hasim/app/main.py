"""What `hasim app` lets Streamlit run."""

from hasim.app.shell import show_app

show_app()
