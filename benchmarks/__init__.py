"""The figures that hasim is held to; benchmarks/README.md tells how they are taken."""
