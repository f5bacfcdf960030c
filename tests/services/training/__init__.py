"""Tests of services.training."""
