"""hasim: a simulator for the design of highly available systems."""

__version__ = "0.1.0"
