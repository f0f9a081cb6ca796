"""Parameters of a test of which `make test` takes some, and `make verify` all."""

import pytest


def slow_but(*usual, among):
    """Return what a test is parametrized with, all marked slow but the usual ones."""
    return [one if one in usual else pytest.param(one, marks=pytest.mark.slow) for one in among]
