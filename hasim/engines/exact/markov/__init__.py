"""Continuous-time Markov chains given as plain arrays: long run, transient, absorption, outages.

Nothing here knows a Process; scipy is imported where it is used, so that small chains need none.
"""
