"""Engines: each takes a Process and answers, or refuses in one sentence."""
