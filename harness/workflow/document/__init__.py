"""Arazzo documents: read, checked for structure, and held as frozen values."""
