"""Cypher for analysts: checked, planned, then run read-only within limits of time, rows and bytes."""
