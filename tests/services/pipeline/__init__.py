"""Tests of services.pipeline."""
