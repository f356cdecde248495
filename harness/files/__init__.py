"""Minimal valid files of the eleven attachment types, hostile ones, and how to recognise them."""
