"""Fixtures for every test."""

from tests.postgres import cluster, postgres

__all__ = ["cluster", "postgres"]
