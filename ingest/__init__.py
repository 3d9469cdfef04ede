"""Turn files into passages."""
