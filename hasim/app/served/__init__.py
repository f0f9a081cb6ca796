"""The script that Streamlit runs.

It stands apart because Streamlit takes a folder `pages` beside a script for pages of another kind,
and shows those to whoever comes first by a link.
"""
