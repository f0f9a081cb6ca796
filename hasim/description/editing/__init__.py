"""Edits of a model's text that keep comments, order and style.

Theory of operation
-------------------
`tree` reads a text and notes where everything stands, `splices` puts in and takes out characters,
`references` finds the names of parts by the table of the language, and an operation is a few of
these steps. The text is never written anew.
"""

from hasim.description.editing.names import free_name
from hasim.description.editing.operations import Edited, apply_operations

__all__ = ["Edited", "apply_operations", "free_name"]
