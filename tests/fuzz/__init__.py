"""Mutated input files over every format the loaders read: refused with a clear message, or every row counted."""
