"""Prove whether servers and clients keep a published API contract."""

__version__ = "0.2.0"
