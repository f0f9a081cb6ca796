"""Exact answers: modules, Markov chains, and the diagram that combines them."""
