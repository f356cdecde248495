"""Promises of this API: one `Rule` a promise."""
