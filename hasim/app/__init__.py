"""The app: a front end in the browser, and the room of Streamlit.

Rules of this room: widgets call public functions and show what reporting/ made; there is no
arithmetic and no knowledge of models here. What takes longer than a page may is a request to a
worker (workforce.py); what has to survive a reload is in the study, not in the session.
"""
