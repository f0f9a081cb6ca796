"""Laws with memory stood for by exponential stages, with a band (docs/matched.md)."""
