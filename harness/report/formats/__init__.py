"""Formats that other programs read, and texts for a terminal or a summary."""
