"""Evaluation of models: simulated graphs from files, held-out pairs of a release, other data, and later data."""
