"""How the settled states of a Process are explored (see statespace.py)."""
