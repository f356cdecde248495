"""Schemathesis as an independent opinion on any document."""
