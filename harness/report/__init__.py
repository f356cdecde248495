"""Render a record and its verdict, one module per format; none of them prints."""
