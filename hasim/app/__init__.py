"""The Streamlit front end: pages that call public functions and show what reporting made."""
