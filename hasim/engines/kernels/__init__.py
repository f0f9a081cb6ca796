"""The only room for numba: draws and the event loop, cached under a hash of their sources."""
