"""The only room for numba: compiled draws and the compiled event loop, cached under a hash of their sources."""
