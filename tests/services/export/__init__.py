"""Tests of services.export."""
