"""From a System to a Process: a visible list of small passes, one file for each mechanism."""

from hasim.compiler.lowering import PASSES, compile

__all__ = ["PASSES", "compile"]
