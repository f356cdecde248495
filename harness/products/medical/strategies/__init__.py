"""Hypothesis strategies for the data of this API."""
