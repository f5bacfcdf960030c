"""Tests of analysts' Cypher."""
