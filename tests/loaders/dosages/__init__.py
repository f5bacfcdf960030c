"""Tests of the readers of dosages."""
