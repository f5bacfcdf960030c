"""Tests of tokens, roles and the audit log."""
