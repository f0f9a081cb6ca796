"""The Streamlit app: widgets that call public functions and show what reporting made."""
