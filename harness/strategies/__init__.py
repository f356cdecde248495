"""Hypothesis strategies for the identifiers, claims and files of this field; synthetic throughout."""
