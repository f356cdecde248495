"""Find what changed between two versions of an API, and what it means for its callers."""
