"""Tests of services.write_back."""
