"""Watch a target: run again and again, and tell what changed."""
