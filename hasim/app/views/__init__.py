"""The pages: each module has `show()`."""
