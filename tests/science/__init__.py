"""Simulation studies with known truth, run by `make science`."""
