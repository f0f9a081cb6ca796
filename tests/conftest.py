"""Settings of all tests: the same examples in every run, and no deadline while kernels compile."""

from hypothesis import settings

settings.register_profile("hasim", derandomize=True, deadline=None, database=None)
settings.load_profile("hasim")
