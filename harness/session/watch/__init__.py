"""Watch a target: run again and again, and report what changed."""
