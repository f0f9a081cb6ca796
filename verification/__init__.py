"""Slow statistical proofs, run by `make verify`."""
