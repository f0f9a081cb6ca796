"""The inspector: the fields of the part that is chosen, made from its form."""

from hasim.app.inspector.sheet import path_of, show_inspector

__all__ = ["path_of", "show_inspector"]
