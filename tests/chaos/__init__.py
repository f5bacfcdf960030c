"""Faults on purpose: kills at random moments, outages, full disks and bad networks, and what must hold after each."""
