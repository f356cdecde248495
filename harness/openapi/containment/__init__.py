"""Decide whether every value that one schema allows is allowed by another."""
