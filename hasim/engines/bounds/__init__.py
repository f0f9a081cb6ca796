"""Guaranteed bounds where a Markov module has too many states to go through (docs/bounds.md)."""
